"""The files of a trained Nano."""

from pathlib import Path
from typing import Final

ASSETS_DIR: Final = Path(__file__).resolve().parents[2] / "assets" / "nano"
ENCODER: Final = "encoder.onnx"
READING: Final = "reading.onnx"
MEANING: Final = "meaning.onnx"
SCORER: Final = "scorer.onnx"
POINTER: Final = "pointer.onnx"
ASKS: Final = "asks.npz"
VERDICT: Final = "verdict.json"
"""How sure answers are; a model that nothing was fitted to has none."""
MANIFEST: Final = "nano.json"
"""Says what the graphs were trained on; written last."""
FORMAT: Final = 1
ALL: Final = (ENCODER, READING, MEANING, SCORER, POINTER, ASKS)
