"""What a second look is given and what it returns."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.grounder import Grounder, Grounding
from model.refine.report import SecondLookKind

THOROUGH = "every possible look was asked for"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """An answer that may be looked at again.

    Attributes:
        image: [height, width, 3] uint8 RGB, the whole screen.
        instruction: what was asked.
        found: the answer so far.
        grounder: looks at crops.
        ask: finds another instruction on the same screen, with another keep fraction (None: the model's own).
        keep_fraction: what the first look was asked with.
    """

    image: NDArray[np.uint8]
    instruction: str
    found: Grounding
    grounder: Grounder
    ask: Callable[[str, float | None], Grounding]
    keep_fraction: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """What came of a second look.

    Attributes:
        found: the answer from now on, the very object of the case if it stays.
        text: what came of it, in words.
        agreement: in [0, 1], how far the answer before was confirmed; None if this look cannot tell.
        n_finds: how often a grounder was asked.
        verifier_score: of the answer's best candidate, from the verifier alone.
    """

    found: Grounding
    text: str
    agreement: float | None
    n_finds: int
    verifier_score: float | None = None


class SecondLook(Protocol):
    """A way to look again. Each call asks a grounder a few times at most, so that a stop never waits for long."""

    @property
    def kind(self) -> SecondLookKind:
        """Which one it is."""
        ...

    def reason(self, case: Case) -> str | None:
        """Why it should run now, in words; None if it need not. Cheap: asks no grounder."""
        ...

    def look(self, case: Case) -> Outcome:
        """Look again."""
        ...
