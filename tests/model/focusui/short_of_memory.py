"""Looks at a large picture in a process that may take only so much more memory; run by ``test_budget``.

Arguments: the checkpoint's folder, and mebibytes, one limit after the other. Prints what came of each as JSON.
"""

import gc
import json
import resource
import sys
from pathlib import Path

import numpy as np
import torch

from model.errors import ModelError
from model.focusui.load import load_focusui


class BlindMemory:
    """Nobody says how much is free, so that it runs out."""

    def free_bytes(self) -> int | None:
        return None

    def release(self) -> None:
        gc.collect()


def main(folder: str, *limits_mib: str) -> None:
    torch.set_num_threads(1)
    grounder = load_focusui(Path(folder), name="tiny", memory=BlindMemory())
    noise = np.random.default_rng(0).integers(0, 255, (1600, 2400, 3), dtype=np.uint8)
    grounder.find(grounder.look(np.ascontiguousarray(noise[:400, :600])), "warm up")
    pictures = [np.roll(noise, shift, axis=0) for shift in range(len(limits_mib))]  # each not looked at yet
    said = []
    for limit_mib, picture in zip(limits_mib, pictures, strict=True):
        taken = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (taken + int(limit_mib) * 2**20, hard))
        try:
            grounding = grounder.find(grounder.look(picture), "Save")
            said.append({"shape": grounding.grid.shape, "note": grounding.note, "point": grounding.point})
        except ModelError as exc:
            said.append({"error": exc.message})
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
