"""A grounder that points, beside one that reads: what each can do, behind one door."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from model.grounder import Element, Grounder, Grounding, Look, ModelInfo, PatchScores, WordScore, score_words
from model.look_cache import LookCache

_N_LOOKS = 4


class ReadingGrounder:
    """Grounds with one model and lists what is on the screen with another, which is loaded when it is first asked.

    The large models point, but do not list what they see; a run reads a screen to tell whether what it typed arrived.

    Args:
        inner: answers where something is.
        open_reader: loads the one that reads.
    """

    def __init__(self, inner: Grounder, open_reader: Callable[[], Grounder]) -> None:
        self._inner = inner
        self._open_reader = open_reader
        self._reader: Grounder | None = None
        self._images = LookCache[NDArray[np.uint8]](_N_LOOKS)

    @property
    def inner(self) -> Grounder:
        """The one that points."""
        return self._inner

    @property
    def info(self) -> ModelInfo:
        """Of the one that points."""
        return self._inner.info

    def look(self, image: NDArray[np.uint8]) -> Look:
        """See ``Grounder``."""
        look = self._inner.look(image)
        self._images.put(look.look_id, image)
        return look

    def score(self, look: Look, instruction: str) -> PatchScores:
        """See ``Grounder``."""
        return self._inner.score(look, instruction)

    def score_words(self, look: Look, instruction: str) -> tuple[WordScore, ...]:
        """See ``WordScorer``."""
        return score_words(self._inner, look, instruction)

    def find(self, look: Look, instruction: str, *, keep_fraction: float | None = None) -> Grounding:
        """See ``Grounder``."""
        return self._inner.find(look, instruction, keep_fraction=keep_fraction)

    def read(self, look: Look) -> tuple[Element, ...]:
        """Everything that the reader sees on the same picture.

        Raises:
            LookExpiredError: the look is no longer cached.
        """
        image = self._images.of(look)
        if self._reader is None:
            self._reader = self._open_reader()
        return self._reader.read(self._reader.look(image))

    def close(self) -> None:
        """Free the memory of both."""
        self._images.clear()
        self._inner.close()
        if self._reader is not None:
            self._reader.close()
            self._reader = None
