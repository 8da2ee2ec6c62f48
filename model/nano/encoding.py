"""Runs the encoder and its heads."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.grounder import Box
from model.nano.files import ASSETS_DIR, ENCODER, MEANING, READING
from model.nano.glyphs import cut_glyphs
from model.nano.laying import lay_out
from model.nano.letters import Letters, likeliest
from model.nano.runtime import Graph
from model.nano.shape import CELL_PX, MEANING_WIDTH

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

    def letters(self, lines: Sequence[NDArray[np.float32]]) -> list[Letters]:
        """[MARGIN + n + MARGIN, N_FEATURES] of each line -> what is written at the slots of its n cells."""
        if not lines:
            return []
        laid = lay_out(lines)
        (logits,) = self._reading({"cells": laid.cells, "is_gap": laid.is_gap})
        return likeliest(logits, laid.lines)

    def icons(self, image: NDArray[np.uint8], boxes: Sequence[Box]) -> NDArray[np.float32]:
        """What the icons in some boxes of a picture [height, width, 3] mean: unit vectors [n, MEANING_WIDTH]."""
        if not boxes:
            return np.zeros((0, MEANING_WIDTH), np.float32)
        (vectors,) = self._meaning({"glyphs": cut_glyphs(image, boxes)})
        return vectors


def _padded(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = image.shape[:2]
    below, right = -height % _BLOCK_PX, -width % _BLOCK_PX
    return np.pad(image, ((0, below), (0, right), (0, 0)), mode="edge") if below or right else image
