"""Brings the encoder's graph to eight bits: weights and what flows between its convolutions. Needs onnx."""

import logging
import tempfile
from collections.abc import Iterable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

_RANGE_PERCENTILE: Final = 99.99
"""Of what is seen; a few cells far beyond would cost all others their precision."""


def to_eight_bits(file: Path, pictures: Iterable[NDArray[np.uint8]]) -> None:
    """Quantise a graph, with one scale per output channel for weights.

    Args:
        file: ONNX graph with an input "image", rewritten.
        pictures: [height, width, 3] uint8 RGB each; the ranges of what flows are those seen on them.
    """
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
            self._left = iter(pictures)

        def get_next(self) -> dict[str, NDArray[np.uint8]] | None:
            picture = next(self._left, None)
            return None if picture is None else {"image": picture}

    logging.getLogger("root").setLevel(logging.ERROR)  # the library warns of what was just done
    with tempfile.TemporaryDirectory() as scratch, redirect_stdout(StringIO()):  # and tells each stage
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
