"""Which rows of a data set are taken: the sampling strategies of GUI-Actor's and FocusUI's data configuration.

There are ``all``, ``first:N``, ``end:N``, ``random:N`` and ``repeat:N`` (every row N times); N is a number of rows, or
with ``%`` a share of them, rounded up (``LazySupervisedDataset`` in ``showlab/FocusUI``, ``focusui/dataset.py``). What
the authors' reader takes for ``all`` without a word (an unknown name, a missing number) is refused here, and so is a
share of a repetition. Rows are chosen before bad ones are left out, as theirs are.
"""

import math
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

_WRITTEN = re.compile(r"(?P<way>first|end|random|repeat):(?P<number>\d+(?:\.\d+)?)(?P<percent>%?)")


class Way(StrEnum):
    """How rows are chosen."""

    ALL = "all"
    FIRST = "first"
    END = "end"
    RANDOM = "random"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """A sampling strategy.

    Attributes:
        way: how rows are chosen.
        number: how many, or how often; without a meaning for ``ALL``.
        is_percent: is the number a share of the rows?
    """

    way: Way
    number: Fraction = Fraction(0)
    is_percent: bool = False

    @classmethod
    def parse(cls, text: str) -> "Sampling":
        """A strategy as it is written in a configuration.

        Raises:
            ValueError: there is no such strategy.
        """
        if text == Way.ALL:
            return EVERYTHING
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no sampling strategy; there are all, first:N, end:N, random:N, repeat:N")
        way, number, is_percent = Way(match["way"]), Fraction(match["number"]), bool(match["percent"])
        if not is_percent and number.denominator != 1:
            raise ValueError(f"{text!r} needs a whole number, or a share with %")
        if is_percent and (way is Way.REPEAT or number > 100):
            raise ValueError(f"{text!r}: a share is at most 100 %, and rows are repeated a number of times")
        return cls(way=way, number=number, is_percent=is_percent)

    def pick(self, n_rows: int, *, seed: int) -> Sequence[int]:
        """Indices of the chosen rows, in the order of the file.

        Args:
            n_rows: of the file.
            seed: of a random choice.
        """
        number = math.ceil(self.number * n_rows / 100) if self.is_percent else int(self.number)
        n_taken = min(number, n_rows)
        match self.way:
            case Way.ALL:
                return range(n_rows)
            case Way.FIRST:
                return range(n_taken)
            case Way.END:
                return range(n_rows - n_taken, n_rows)
            case Way.RANDOM:
                # Seeded by itself, so that other sets in the same configuration do not change the choice.
                return sorted(random.Random(seed).sample(range(n_rows), n_taken))  # noqa: S311 - a choice of rows
            case Way.REPEAT:
                return [row for row in range(n_rows) for _ in range(number)]


EVERYTHING = Sampling(way=Way.ALL)
