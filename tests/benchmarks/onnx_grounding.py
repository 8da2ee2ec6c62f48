"""One checkpoint three ways, in turns in one run: torch float32, ONNX float32, ONNX with eight-bit decoder weights.

``python -m tests.benchmarks.onnx_grounding CHECKPOINT PICTURE "instruction" [--keep 1.0,0.5,0.3] [--repeats 15]``
exports to a temporary folder and prints, for each way and keep fraction, the least milliseconds of a look, of the
scorer and of pointing, the largest difference of the pointer's attention to torch as a share of its highest value, and
how far the point lies from torch's, in cells.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
import torch

from model.focusui.checkpoint import load_checkpoint
from model.focusui.grounder import FocusUIGrounder
from model.focusui.onnx_export import export_onnx
from model.focusui_onnx.load import load_onnx_focusui
from model.focusui_onnx.manifest import Weights
from model.focusui_onnx.sessions import Device
from model.grounder import Grounder, Grounding
from model.pictures import load_picture


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("instruction")
    parser.add_argument("--keep", default="1.0,0.5,0.3")
    parser.add_argument("--repeats", type=int, default=15)
    arguments = parser.parse_args()
    image = load_picture(arguments.picture)
    with tempfile.TemporaryDirectory() as folder:
        ways = _ways(arguments.checkpoint, Path(folder))
        for keep_fraction in map(float, arguments.keep.split(",")):
            runs: dict[str, list[Grounding]] = {name: [] for name in ways}
            for repeat in range(arguments.repeats):
                for name, grounder in ways.items():
                    fresh = image.copy()
                    fresh[0, 0] = repeat, len(runs), int(100 * keep_fraction)  # not the very picture of before
                    look = grounder.look(fresh)
                    runs[name].append(grounder.find(look, arguments.instruction, keep_fraction=keep_fraction))
            for name, found in runs.items():
                print(f"keep {keep_fraction:.2f}  {name:<12}  {_line(found, runs['torch'][0])}")


def _ways(checkpoint: Path, folder: Path) -> dict[str, Grounder]:
    loaded = load_checkpoint(checkpoint, dtype=torch.float32)
    ways: dict[str, Grounder] = {"torch": FocusUIGrounder(loaded, name="torch", folder=checkpoint)}
    for weights in Weights:
        export_onnx(checkpoint, folder / weights, weights=weights)
        ways[f"ONNX {weights}"] = load_onnx_focusui(folder / weights, name=weights, device=Device.CPU)
    return ways


def _line(found: list[Grounding], reference: Grounding) -> str:
    look, score, point = (min(getattr(one.timings, stage) for one in found) for stage in ("encode", "score", "point"))
    probs, expected = found[0].pointer_probs, reference.pointer_probs
    cell = np.array((reference.grid.cell_width_px, reference.grid.cell_height_px))
    shift = np.abs((np.array(found[0].point) - np.array(reference.point)) / cell).max()
    return (
        f"look {look:7.1f} ms  scorer {score:6.1f} ms  point {point:7.1f} ms  "
        f"attention {np.abs(probs - expected).max() / expected.max():.1e}  shift {shift:.3f} cells"
    )


if __name__ == "__main__":
    main()
