"""Runs the encoder and its heads."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.nano.files import ASSETS_DIR, ENCODER, MEANING, READING
from model.nano.runtime import Graph
from model.nano.shape import CELL_PX

_BLOCK_PX = 2 * CELL_PX
"""Pictures are padded to multiples of this: the encoder halves them four times."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Encoded:
    """What the encoder says of a screen.

    Attributes:
        features: [h, w, N_FEATURES] float32 of each cell.
        maps: [h, w, N_CHANNELS] float32; see ``shape.py``.
    """

    features: NDArray[np.float32]
    maps: NDArray[np.float32]


class PictureEncoder(Protocol):
    """Encodes pictures; ``NanoSession`` does."""

    def encode(self, image: NDArray[np.uint8]) -> Encoded:
        """Encode [height, width, 3] uint8 RGB."""
        ...


class EncoderSession:
    """The trained encoder, ready to run on the CPU.

    Args:
        folder: holds its graph.

    Raises:
        ModelLoadError: the file is missing or broken.
    """

    def __init__(self, folder: Path) -> None:
        self._encoder = Graph(folder / ENCODER)

    def encode(self, image: NDArray[np.uint8]) -> Encoded:
        """Encode a picture, [height, width, 3] uint8 RGB, of any size."""
        features, maps = self._encoder({"image": _padded(image)})
        return Encoded(features=features, maps=maps)


class NanoSession(EncoderSession):
    """The trained encoder, and what reads and tells icons.

    Args:
        folder: holds the graphs.

    Raises:
        ModelLoadError: a file is missing or broken.
    """

    def __init__(self, folder: Path = ASSETS_DIR) -> None:
        super().__init__(folder)
        self._reading, self._meaning = Graph(folder / READING), Graph(folder / MEANING)

    def read(self, cells: NDArray[np.float32], is_gap: NDArray[np.bool_]) -> NDArray[np.float32]:
        """[n, N_FEATURES] and [n] of lines that were laid out -> logits [n, SLOTS_PER_CELL, N_CLASSES]."""
        (logits,) = self._reading({"cells": cells, "is_gap": is_gap})
        return logits

    def meaning(self, glyphs: NDArray[np.float32]) -> NDArray[np.float32]:
        """[n, GLYPH_PX, GLYPH_PX, 3] of icons, cut out -> unit vectors [n, MEANING_WIDTH]."""
        (vectors,) = self._meaning({"glyphs": glyphs})
        return vectors


def _padded(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = image.shape[:2]
    below, right = -height % _BLOCK_PX, -width % _BLOCK_PX
    return np.pad(image, ((0, below), (0, right), (0, 0)), mode="edge") if below or right else image
