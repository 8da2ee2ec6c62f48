"""How large a picture may be for what memory is left, and looking again with a smaller one when it ran out anyway."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from model.errors import ModelError
from model.focusui.memory import DeviceMemory, is_out_of_memory
from model.grounder import Element, Grounder, Grounding, Look, ModelInfo, PatchScores, WordScore, score_words
from model.look_cache import LookCache
from model.pictures import check_image
from model.shape import ModelShape
from model.weight_mode import WeightMode

log = logging.getLogger(__name__)

MIN_PIXELS = 320 * 320
"""Below this nothing on a screen can be read; it is tried whatever memory there seems to be."""
MAX_RETRIES = 3
_N_LOOKS = 4
_FREE_SHARE = 0.9  # the rest is lost between blocks of other sizes
_STEP = 0.75  # of pixels; steps, so that a look is found again when a little more or less is free
_T = TypeVar("_T")


class PixelLimitedGrounder(Grounder, Protocol):
    """A grounder that can be told to look less sharply."""

    def look(self, image: NDArray[np.uint8], *, max_pixels: int | None = None) -> Look:
        """Encode a screen, scaled down to at most ``max_pixels``; None leaves it to the model."""
        ...


def unpacking_bytes(shape: ModelShape, weights: WeightMode) -> int:
    """Room for the largest quantised layer while it is turned back into numbers: bytes, then bfloat16, per weight."""
    is_quantised = weights in (WeightMode.INT8, WeightMode.INT4)
    return 4 * shape.d_model * shape.d_ff if is_quantised else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PixelBudget:
    """How many pixels the memory that is left allows.

    Attributes:
        shape: of the model; says what a pixel costs.
        weights: how its weights are held, and with that the size of a number.
        memory: of its device.
        most_pixels: to which the model scales larger pictures down anyway.
    """

    shape: ModelShape
    weights: WeightMode
    memory: DeviceMemory
    most_pixels: int

    def max_pixels(self, width_px: int, height_px: int) -> int | None:
        """Pixels to which a picture of this size should be scaled down; None if all of them can be afforded."""
        free_bytes = self.memory.free_bytes()
        if free_bytes is None:
            return None
        affordable = free_bytes * _FREE_SHARE - unpacking_bytes(self.shape, self.weights)
        bytes_per_pixel = self.shape.working_bytes(self.weights, width_px, height_px) / (width_px * height_px)
        n_pixels = whole = self.seen_pixels(width_px, height_px)
        while n_pixels * bytes_per_pixel > affordable and n_pixels > MIN_PIXELS:
            n_pixels = max(MIN_PIXELS, int(n_pixels * _STEP))
        return None if n_pixels == whole else n_pixels

    def seen_pixels(self, width_px: int, height_px: int) -> int:
        """Pixels of a picture of this size that the model takes where memory is plenty."""
        return min(width_px * height_px, self.most_pixels)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Kept:
    """A look that was handed out.

    Attributes:
        image: what was looked at.
        look: what the model made of it, as sharply as memory allowed in the end.
        limit: pixels to which the picture was scaled down; None for the size that the model likes.
    """

    image: NDArray[np.uint8]
    look: Look
    limit: int | None

    @property
    def note(self) -> str:
        if self.limit is None:
            return ""
        height, width, _ = self.image.shape
        return (
            f"Memory was short, so the {width} x {height} picture was looked at with "
            f"{self.limit / (width * height):.0%} of its pixels: small things may be missed."
        )


class BudgetedGrounder:
    """Looks as sharply as memory allows; when it runs out all the same, looks again with half of the pixels.

    Args:
        inner: the model.
        budget: what may be spent on a picture.
    """

    def __init__(self, inner: PixelLimitedGrounder, budget: PixelBudget) -> None:
        self._inner = inner
        self._budget = budget
        self._kept = LookCache[_Kept](_N_LOOKS)

    @property
    def inner(self) -> PixelLimitedGrounder:
        """The model without a budget."""
        return self._inner

    @property
    def info(self) -> ModelInfo:
        """See ``Grounder``."""
        return self._inner.info

    def look(self, image: NDArray[np.uint8]) -> Look:
        """See ``Grounder``.

        Raises:
            ModelError: memory ran out even for a small picture.
        """
        check_image(image)
        height, width, _ = image.shape
        kept = self._look(image, self._budget.max_pixels(width, height))
        if kept.note:
            log.info("%s", kept.note)
        self._kept.put(kept.look.look_id, kept)
        return kept.look

    def score(self, look: Look, instruction: str) -> PatchScores:
        """See ``Grounder``."""
        return self._ask(look, lambda inner: self._inner.score(inner, instruction))[0]

    def score_words(self, look: Look, instruction: str) -> tuple[WordScore, ...]:
        """See ``WordScorer``."""
        return self._ask(look, lambda inner: score_words(self._inner, inner, instruction))[0]

    def find(self, look: Look, instruction: str, *, keep_fraction: float | None = None) -> Grounding:
        """See ``Grounder``; if the picture was scaled down, ``note`` says so."""
        grounding, kept = self._ask(
            look, lambda inner: self._inner.find(inner, instruction, keep_fraction=keep_fraction)
        )
        return replace(grounding, note=" ".join(filter(None, (grounding.note, kept.note))))

    def read(self, look: Look) -> tuple[Element, ...]:
        """See ``Grounder``."""
        return self._ask(look, self._inner.read)[0]

    def close(self) -> None:
        """See ``Grounder``."""
        self._kept.clear()
        self._inner.close()

    def _look(self, image: NDArray[np.uint8], limit: int | None) -> _Kept:
        """Look, with half of the pixels each time that memory runs out."""
        for _ in range(MAX_RETRIES + 1):
            look = self._unless_short(partial(self._inner.look, image, max_pixels=limit))
            if look is not None:
                return _Kept(image=image, look=look, limit=limit)
            limit = self._halved(image, limit)
        raise _too_little()

    def _ask(self, look: Look, ask: Callable[[Look], _T]) -> tuple[_T, _Kept]:
        """An answer about a look that was handed out; from a coarser one if memory runs out."""
        kept = self._kept.of(look)
        for _ in range(MAX_RETRIES + 1):
            answer = self._unless_short(partial(ask, kept.look))
            if answer is not None:
                return answer, kept
            kept = self._look(kept.image, self._halved(kept.image, kept.limit))
            log.info("%s", kept.note)
            self._kept.put(look.look_id, kept)
        raise _too_little()

    def _unless_short(self, work: Callable[[], _T]) -> _T | None:
        """What the work returns; None if memory ran out, which then is free again."""
        try:
            return work()
        except (RuntimeError, MemoryError) as exc:
            if not is_out_of_memory(exc):
                raise
            log.debug("out of memory", exc_info=True)
        # Not before here: the error held on to all that was computed when it happened.
        self._budget.memory.release()
        return None

    def _halved(self, image: NDArray[np.uint8], limit: int | None) -> int:
        height, width, _ = image.shape
        return (self._budget.seen_pixels(width, height) if limit is None else limit) // 2


def _too_little() -> ModelError:
    return ModelError(
        "There is too little memory for the model to look at the screen, even coarsely.",
        hint="Close other programs that use the GPU or much memory, or choose a smaller model: `foveal models list`.",
    )
