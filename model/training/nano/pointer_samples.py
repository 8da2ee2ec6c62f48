"""What the pointer learns from, in memory and on disk."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

_STACKED: Final = ("question", "evidence", "overlap", "is_target", "offsets")
"""Of samples, what has the same shape in all of one screen."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PointerSample:
    """One instruction about a screen. ``n`` is the number of the screen's content cells.

    Attributes:
        question: [EMBEDDING_WIDTH + N_FORM] float16.
        words: [n_words, EMBEDDING_WIDTH] float16.
        evidence: [n, N_EVIDENCE] float16.
        overlap: [n] float16, share of each cell that the right answers cover.
        is_target: [n] bool: cells whose middle is in a right answer; none if nothing is meant that is there.
        offsets: [n, 2] float16, from each target cell's middle to the middle of its answer, in cells, cut at 1.
    """

    question: NDArray[np.float16]
    words: NDArray[np.float16]
    evidence: NDArray[np.float16]
    overlap: NDArray[np.float16]
    is_target: NDArray[np.bool_]
    offsets: NDArray[np.float16]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PointerScreen:
    """A screen and what is asked about it.

    Attributes:
        cells: [n, 2] int16 row and column of each content cell, in raster order.
        shape: rows and columns of the grid.
        views: [n, N_FEATURES + N_GEOMETRY] float16.
        saliency: [n] float16, weights of the UI graph.
        asked: instructions.
    """

    cells: NDArray[np.int16]
    shape: tuple[int, int]
    views: NDArray[np.float16]
    saliency: NDArray[np.float16]
    asked: tuple[PointerSample, ...]


def write_asked(file: Path, screens: Sequence[PointerScreen]) -> None:
    """Write one screen, or that there is nothing to ask about it; what is written is whole or not there."""
    arrays: dict[str, NDArray[np.generic]] = {}
    for screen in screens:
        asked = screen.asked
        arrays |= {
            "cells": screen.cells,
            "shape": np.array(screen.shape),
            "views": screen.views,
            "saliency": screen.saliency,
            "n_words": np.array([len(sample.words) for sample in asked]),
            "words": np.concatenate([sample.words for sample in asked]),
        }
        for name in _STACKED:
            arrays[name] = np.stack([getattr(sample, name) for sample in asked])
    part = file.with_suffix(".part")
    with part.open("wb") as stream:
        np.savez(stream, **arrays)  # type: ignore[arg-type] # numpy says that all are bool
    part.replace(file)


def read_asked(file: Path) -> list[PointerScreen]:
    """What ``write_asked`` wrote."""
    with np.load(file) as saved:
        arrays = dict(saved)
    if not arrays:
        return []
    words = np.split(arrays["words"], np.cumsum(arrays["n_words"])[:-1])
    stacked = zip(*(arrays[name] for name in _STACKED), strict=True)
    asked = [
        PointerSample(words=own, **dict(zip(_STACKED, rows, strict=True)))
        for own, rows in zip(words, stacked, strict=True)
    ]
    n_rows, n_cols = (int(side) for side in arrays["shape"])
    return [
        PointerScreen(
            cells=arrays["cells"],
            shape=(n_rows, n_cols),
            views=arrays["views"],
            saliency=arrays["saliency"],
            asked=tuple(asked),
        )
    ]
