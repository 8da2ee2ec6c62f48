"""From a run's checkpoints to the graphs that the program loads."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.data.screens import screen_pixels
from model.nano.eight_bits import to_eight_bits
from model.nano.export import export_pointing
from model.nano.files import ALL, ASKS, ENCODER, FORMAT, MANIFEST
from model.training.nano import pointer_run
from model.training.nano.checkpoints import load_checkpoint
from model.training.nano.encoder_run import CHECKPOINT as ENCODER_CHECKPOINT
from model.training.nano.screens import training_screens
from model.training.nano.trained import export_trained_sight, trained_pointing

_N_CALIBRATED = 60
_CALIBRATED_PX = 512


def export_run(folder: Path, out: Path, *, calibration: tuple[Path, ...] = ()) -> list[Path]:
    """Write the graphs of a run.

    Args:
        folder: of the run.
        out: folder of the graphs.
        calibration: collected screens by which the encoder's 8-bit ranges are chosen; () leaves it in float32.

    Returns:
        The files; those of what was not trained yet are missing.

    Raises:
        InputError: the run has no trained encoder.
    """
    export_trained_sight(folder, out)
    if calibration:
        to_eight_bits(out / ENCODER, _crops(calibration))
    if (folder / pointer_run.CHECKPOINT).is_file():
        pointing = trained_pointing(folder)
        export_pointing(pointing.scorer, pointing.pointer, out)
    if (folder / ASKS).is_file():
        shutil.copyfile(folder / ASKS, out / ASKS)
    saved = load_checkpoint(folder / ENCODER_CHECKPOINT, "foveal train encoder")
    manifest = {"format": FORMAT, "encoder_steps": saved["step"], **saved.get("provenance", {})}
    (out / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return [out / name for name in ALL if (out / name).is_file()]


def _crops(folders: tuple[Path, ...]) -> Iterator[NDArray[np.uint8]]:
    screens = training_screens(folders)
    for folder, screen in screens[:: max(1, len(screens) // _N_CALIBRATED)]:
        pixels = screen_pixels(folder, screen)[:_CALIBRATED_PX, :_CALIBRATED_PX]
        height, width = (side // 16 * 16 for side in pixels.shape[:2])
        yield np.ascontiguousarray(pixels[:height, :width])
