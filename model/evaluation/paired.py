"""Two models on the same items: is the one better than the other, or is it chance?"""

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from model.evaluation.intervals import wilson_interval

_K = TypeVar("_K", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """On how many items which of two was right.

    Attributes:
        n_both, n_neither: both, or none of them.
        n_first: the first alone.
        n_second: the second alone.
    """

    n_both: int
    n_first: int
    n_second: int
    n_neither: int

    @classmethod
    def of(cls, first: Mapping[_K, bool], second: Mapping[_K, bool]) -> "Paired":
        """Count over the items that both were asked."""
        pairs = [(first[key], second[key]) for key in first.keys() & second.keys()]
        return cls(
            n_both=pairs.count((True, True)),
            n_first=pairs.count((True, False)),
            n_second=pairs.count((False, True)),
            n_neither=pairs.count((False, False)),
        )

    @property
    def n(self) -> int:
        """Number of items."""
        return self.n_both + self.n_first + self.n_second + self.n_neither

    @property
    def shares(self) -> tuple[float, float]:
        """How often the first and the second was right."""
        return (self.n_both + self.n_first) / self.n, (self.n_both + self.n_second) / self.n

    @property
    def difference(self) -> float:
        """Share of the second less that of the first."""
        return (self.n_second - self.n_first) / self.n

    @property
    def p_value(self) -> float:
        """Chance of a difference at least as large, either way, if both are equally good.

        McNemar's test in its exact form: of the items on which they differ, each is right on half of them by chance
        (Q. McNemar, Psychometrika 12, 1947; a sign test).
        """
        return min(1.0, 2 * _tail(min(self.n_first, self.n_second), self.n_first + self.n_second))

    @property
    def p_worse(self) -> float:
        """Chance that the second loses at least as many items to the first if both are equally good."""
        return _tail(self.n_second, self.n_first + self.n_second)

    @property
    def interval(self) -> tuple[float, float]:
        """A 95 % interval of the difference, (low, high).

        R. G. Newcombe, Statistics in Medicine 17, 1998, 2635-2650, method 10: Wilson's intervals of both shares, put
        together with their correlation.
        """
        first, second = self.shares
        low_1, high_1 = wilson_interval(self.n_both + self.n_first, self.n)
        low_2, high_2 = wilson_interval(self.n_both + self.n_second, self.n)
        phi = self._correlation()
        below = (second - low_2, high_1 - first)
        above = (high_2 - second, first - low_1)
        return (
            max(-1.0, self.difference - _together(*below, phi)),
            min(1.0, self.difference + _together(*above, phi)),
        )

    def _correlation(self) -> float:
        """Of being right, with the correction for small numbers that the method asks for."""
        rights = (self.n_both + self.n_first, self.n_both + self.n_second)
        product = math.prod(n_right * (self.n - n_right) for n_right in rights)
        if not product:
            return 0.0
        excess = self.n_both * self.n_neither - self.n_first * self.n_second
        corrected = max(excess - self.n / 2, 0.0) if excess > 0 else float(excess)
        return corrected / math.sqrt(product)

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        low, high = self.interval
        return {
            "n": self.n,
            "first": self.shares[0],
            "second": self.shares[1],
            "only_first": self.n_first,
            "only_second": self.n_second,
            "difference": self.difference,
            "low": low,
            "high": high,
            "p": self.p_value,
        }


def _together(one: float, other: float, correlation: float) -> float:
    return math.sqrt(max(0.0, one**2 - 2 * correlation * one * other + other**2))


def _tail(n_most: int, n: int) -> float:
    """Chance of at most so many heads in n throws of a coin; exact, in whole numbers."""
    return float(Fraction(sum(math.comb(n, k) for k in range(n_most + 1)), 2**n))
