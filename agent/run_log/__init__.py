"""The run log: what a run saw, decided and did, written as it happens and impossible to change unnoticed.

A folder per run: ``run.jsonl``, one record a line, each holding the hash of the one before, and ``frames/``, the
pictures that decisions were made on and what they led to. Records name frames by their number; the record of the
frame itself (its file and hashes) follows when the picture is on the disk.

Typed text is masked unless the person asked for it. The pictures show what was on the screen.
"""

from agent.run_log.writer import RunLog, RunLogFactory, default_folder

__all__ = ["RunLog", "RunLogFactory", "default_folder"]
