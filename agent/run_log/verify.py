"""Checking that a run log is what was written."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.run_log.frames import pixels_digest, read_pixels
from agent.run_log.reader import RecordedRun, read_run
from agent.run_log.record import FIRST_PREV_HASH, FRAMES_NAME, SCHEMA_VERSION, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """What checking a run found.

    Attributes:
        run_id: name of the run.
        n_records, n_frames: how many were checked.
        problems: what is not as it was written, in words; empty if all is.
        notes: what is incomplete, as a crash leaves it, without being wrong. The end of a log that was cut off on
            purpose looks the same.
    """

    run_id: str
    n_records: int
    n_frames: int
    problems: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def is_intact(self) -> bool:
        """Whether everything that is there is as it was written."""
        return not self.problems


def verify_run(folder: Path) -> VerifyReport:
    """Check the chain of records and the hashes of all frames.

    Raises:
        agent.errors.RunLogError: there is no run log in the folder.
    """
    run = read_run(folder)
    frames = [record.data for record in run.records if record.event == "frame"]
    return VerifyReport(
        run_id=run.run_id,
        n_records=len(run.records),
        n_frames=len(frames),
        problems=(*_broken_links(run), *_broken_frames(folder, frames)),
        notes=tuple(_gaps(run, frames)),
    )


def _broken_links(run: RecordedRun) -> Iterator[str]:
    for number in run.unreadable_lines:
        yield f"line {number} is not a record"
    prev_hash = FIRST_PREV_HASH
    for seq, record in enumerate(run.records):
        yield from (
            f"record {record.seq} ({record.event}): {flaw}" for flaw in _flaws(record, seq, prev_hash, run.run_id)
        )
        prev_hash = record.hash


def _flaws(record: Record, seq: int, prev_hash: str, run_id: str) -> Iterator[str]:
    if record.schema_version != SCHEMA_VERSION:
        yield f"schema version {record.schema_version} is unknown"
    if not record.is_intact:
        yield "it was changed after it was written"
    if record.seq != seq or record.prev_hash != prev_hash:
        yield "it does not follow the record before; records were removed, added or reordered"
    if record.run_id != run_id:
        yield f"it belongs to the run {record.run_id}"


def _broken_frames(folder: Path, frames: list[Any]) -> Iterator[str]:
    named = set()
    for frame in frames:
        name = str(frame.get("file"))
        path = folder / name
        named.add(path)
        if path.parent != folder / FRAMES_NAME or not path.is_file():
            yield f"{name} is missing"
            continue
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() == frame.get("file_sha256"):
            continue
        pixels = read_pixels(data)
        is_same_picture = pixels is not None and pixels_digest(pixels) == frame.get("pixels_sha256")
        yield f"{name} was written anew, with the same pixels" if is_same_picture else f"{name} was changed"
    for path in sorted((folder / FRAMES_NAME).glob("*")):
        if path not in named and _is_finished(frames, path):
            yield f"{FRAMES_NAME}/{path.name} is not in the log"


def _is_finished(frames: list[Any], path: Path) -> bool:
    # A crash may leave the picture that was being written; it has the next number.
    return path.stem != f"{len(frames):04d}"


def _gaps(run: RecordedRun, frames: list[Any]) -> Iterator[str]:
    if run.is_torn:
        yield "the last line is torn"
    if all(record.event != "run_finished" for record in run.records):
        yield "the run did not finish"
    written = {frame.get("frame") for frame in frames}
    named = {record.data.get("frame") for record in run.records if "frame" in record.data}
    for number in sorted(number for number in named - written if isinstance(number, int)):
        yield f"frame {number} was not written"
