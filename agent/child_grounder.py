"""A grounder in a child process, for pictures that are no screenshots."""

import numpy as np
from numpy.typing import NDArray

from agent.grounding_child import ChildGrounding
from model.grounder import Element, Grounding, Look, ModelInfo, PatchScores, WordScore


class ChildGrounder:
    """A ``model.grounder.Grounder`` whose crash leaves this process alive.

    Args:
        grounding: the child; closed with this.
    """

    def __init__(self, grounding: ChildGrounding) -> None:
        self._grounding = grounding

    @property
    def info(self) -> ModelInfo:
        """See ``Grounder``; waits for the model to be loaded the first time."""
        return self._grounding.info

    def look(self, image: NDArray[np.uint8]) -> Look:
        """See ``Grounder``."""
        return self._grounding.look_at(image)

    def score(self, look: Look, instruction: str) -> PatchScores:
        """See ``Grounder``."""
        return self._grounding.score(look, instruction)

    def score_words(self, look: Look, instruction: str) -> tuple[WordScore, ...]:
        """See ``WordScorer``; the model in the child may be none."""
        return self._grounding.score_words(look, instruction)

    def find(self, look: Look, instruction: str, *, keep_fraction: float | None = None) -> Grounding:
        """See ``Grounder``."""
        return self._grounding.find(look, instruction, keep_fraction=keep_fraction)

    def read(self, look: Look) -> tuple[Element, ...]:
        """See ``Grounder``."""
        return self._grounding.read(look)

    def close(self) -> None:
        """End the child."""
        self._grounding.close()
