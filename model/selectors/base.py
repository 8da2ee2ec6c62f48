"""What every selector is given and what it returns.

Legend: ``n_visual`` merged visual tokens of one image in raster order, ``d`` width of a visual token.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from model.errors import ModelError
from model.selection import select_patches

if TYPE_CHECKING:
    from torch import Tensor

_T = TypeVar("_T")


class Signal(StrEnum):
    """What a selector may need; the values say it in words."""

    SCORES = "patch scores"
    FEATURES = "visual token embeddings"
    PIXELS = "pixels"
    VISION_ATTENTION = "attention in the vision encoder"
    TEXT_ATTENTION = "attention from the prompt"
    LABEL = "the target's box"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VisionAttention:
    """Attention that each visual token receives in the vision encoder: a mean over queries and heads.

    Attributes:
        received: [n_visual] float32 per layer, counted from 0; only layers in which all patches see each other.
        n_layers: depth of the encoder.
    """

    received: Mapping[int, NDArray[np.float32]]
    n_layers: int

    def __post_init__(self) -> None:
        if not self.received or not 0 <= min(self.received) <= max(self.received) < self.n_layers:
            raise ValueError(f"{self.n_layers} layers do not hold {sorted(self.received)}")

    @property
    def deepest(self) -> NDArray[np.float32]:
        """What is received in the deepest of the layers, [n_visual]."""
        return self.received[max(self.received)]

    def near(self, depth: float) -> NDArray[np.float32]:
        """What is received in the layer nearest to a share of the depth, [n_visual]; the earlier of two.

        Args:
            depth: 0 to 1; of 32 layers, 0.5 is the 16th.
        """
        return self.received[min(sorted(self.received), key=lambda layer: abs(layer + 1 - depth * self.n_layers))]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SelectionContext:
    """What is known about one image and one instruction; None for what was not computed.

    Attributes:
        n_rows: rows of the merged patch grid.
        n_cols: cells in a row.
        image: [n_rows * cell, n_cols * cell, 3] uint8 RGB, the picture as it was resized for the vision encoder.
        scores: [n_visual] float32, patch scores for the instruction.
        features: [n_visual, d], visual token embeddings as they enter the decoder, on any device.
        vision_attention: attention that each visual token receives in the vision encoder.
        text_attention: [n_visual] float32, attention that the last token of the prompt pays to each visual token in
            the second decoder layer; a mean over heads.
        label: [n_visual] float32, the fused label that FocusUI's scorer is trained on.
    """

    n_rows: int
    n_cols: int
    image: NDArray[np.uint8] | None = None
    scores: NDArray[np.float32] | None = None
    features: "Tensor | None" = None
    vision_attention: VisionAttention | None = None
    text_attention: NDArray[np.float32] | None = None
    label: NDArray[np.float32] | None = None

    @property
    def n_visual(self) -> int:
        """Number of visual tokens."""
        return self.n_rows * self.n_cols


class Selector(Protocol):
    """A way of choosing which visual tokens enter the decoder."""

    @property
    def name(self) -> str:
        """What the command line and the tables call it."""
        ...

    @property
    def needs(self) -> frozenset[Signal]:
        """What must be in the context."""
        ...

    def select(
        self, context: SelectionContext, keep_fraction: float, generator: np.random.Generator
    ) -> NDArray[np.bool_]:
        """Choose the tokens to keep.

        Args:
            context: holds at least what is needed.
            keep_fraction: share of visual tokens to keep, in (0, 1].
            generator: the only source of randomness.

        Returns:
            keep_mask: [n_visual] bool, exactly ``n_kept(n_visual, keep_fraction)`` True.

        Raises:
            ModelError: the context lacks something that is needed.
        """
        ...


def given(value: _T | None, signal: Signal) -> _T:
    """A value of the context that a selector cannot do without.

    Raises:
        ModelError: it is missing.
    """
    if value is None:
        raise ModelError(
            f"This selector needs {signal}, which is missing here.",
            hint="Choose another selector, or a model and data that have it.",
        )
    return value


def select_by_lot(
    scores: NDArray[np.floating[Any]], keep_fraction: float, generator: np.random.Generator
) -> NDArray[np.bool_]:
    """Mark the best patches; which of equal ones is drawn by lot.

    For scores with few distinct values, of which ``select_patches`` would always keep those at the top of the screen.

    Args:
        scores: [n_visual], higher is better.
        keep_fraction: share of patches kept, in (0, 1].
        generator: draws the lots.
    """
    order = generator.permutation(len(scores))
    keep_mask = np.empty(len(scores), np.bool_)
    keep_mask[order] = select_patches(scores[order], keep_fraction)
    return keep_mask
