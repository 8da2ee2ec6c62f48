import subprocess
import sys

_PROGRAM = """
import numpy as np
from model.peak_memory import PeakMemory
memory = PeakMemory("cpu")
memory.start()
before = memory.read()
held = np.ones({n_bytes}, np.uint8)
after = memory.read()
print(before if before is None else after - before, held.sum())
"""
_N_BYTES = 64 * 2**20


def test_what_was_held_in_between_is_counted() -> None:
    """In a process of its own, which has no memory to spare that it was given before."""
    program = [sys.executable, "-c", _PROGRAM.format(n_bytes=_N_BYTES)]
    grown, held = subprocess.run(program, capture_output=True, text=True, check=True).stdout.split()
    assert int(held) == _N_BYTES
    if grown != "None":  # not Linux: nobody counts
        assert int(grown) >= _N_BYTES // 2
