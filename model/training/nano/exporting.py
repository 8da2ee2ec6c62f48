"""From a run's checkpoints to the graphs that the program loads."""

import json
import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.data.screens import screen_pixels
from model.nano.export import export_pointing
from model.nano.files import ALL, ASKS, ENCODER, FORMAT, MANIFEST
from model.training.nano import pointer_run
from model.training.nano.checkpoints import load_checkpoint
from model.training.nano.encoder_run import CHECKPOINT as ENCODER_CHECKPOINT
from model.training.nano.screens import training_screens
from model.training.nano.trained import export_trained_sight, trained_pointing

_N_CALIBRATED = 60
_CALIBRATED_PX = 512
_RANGE_PERCENTILE = 99.99
"""Of what is seen; a few cells far beyond would cost all others their precision."""


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
        _quantise(out / ENCODER, calibration)
    if (folder / pointer_run.CHECKPOINT).is_file():
        pointing = trained_pointing(folder)
        export_pointing(pointing.scorer, pointing.pointer, out)
    if (folder / ASKS).is_file():
        shutil.copyfile(folder / ASKS, out / ASKS)
    saved = load_checkpoint(folder / ENCODER_CHECKPOINT, "foveal train encoder")
    manifest = {"format": FORMAT, "encoder_steps": saved["step"], **saved.get("provenance", {})}
    (out / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return [out / name for name in ALL if (out / name).is_file()]


def _quantise(file: Path, calibration: tuple[Path, ...]) -> None:
    """Weights and activations of the convolutions in 8 bits, ranges as seen on crops of screens."""
    from onnxruntime.quantization import (
        CalibrationDataReader,
        CalibrationMethod,
        QuantFormat,
        QuantType,
        quantize_static,
    )
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Pictures(CalibrationDataReader):  # type: ignore[misc] # the library has no types
        def __init__(self) -> None:
            self._crops = _crops(calibration)

        def get_next(self) -> dict[str, NDArray[np.uint8]] | None:
            crop = next(self._crops, None)
            return None if crop is None else {"image": crop}

    logging.getLogger("root").setLevel(logging.ERROR)  # the library warns of what was just done
    with tempfile.TemporaryDirectory() as scratch, redirect_stdout(StringIO()):  # the library tells each stage
        plain = Path(scratch) / "plain.onnx"
        quant_pre_process(str(file), str(plain), skip_symbolic_shape=True)
        quantize_static(
            str(plain),
            str(file),
            Pictures(),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            # Without "Relu" each convolution is followed by a pair that goes to float32 and back.
            op_types_to_quantize=["Conv", "Relu", "Add"],
            calibrate_method=CalibrationMethod.Percentile,
            extra_options={"CalibPercentile": _RANGE_PERCENTILE},
        )


def _crops(folders: tuple[Path, ...]) -> Iterator[NDArray[np.uint8]]:
    screens = training_screens(folders)
    for folder, screen in screens[:: max(1, len(screens) // _N_CALIBRATED)]:
        pixels = screen_pixels(folder, screen)[:_CALIBRATED_PX, :_CALIBRATED_PX]
        height, width = (side // 16 * 16 for side in pixels.shape[:2])
        yield np.ascontiguousarray(pixels[:height, :width])
