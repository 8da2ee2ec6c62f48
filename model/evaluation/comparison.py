"""Numbers of ours beside recorded ones."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One quantity of one case against its recorded value.

    Attributes:
        variant, case: where it belongs.
        quantity: its name, without the share that was dropped.
        error: largest absolute difference; infinite if shapes differ or a number is missing.
        tolerance: what is allowed; 0 for ids, masks and positions.
    """

    variant: str
    case: str
    quantity: str
    error: float
    tolerance: float

    @property
    def is_within(self) -> bool:
        """Whether the difference is allowed."""
        return self.error <= self.tolerance


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recorded:
    """The recorded numbers of one case.

    Attributes:
        variant, case: where they belong.
        values: arrays by name; a share that was dropped may stand before a name, as in "r0.30/".
        stage: stands before the name of a quantity, to tell it from one of the same name.
    """

    variant: str
    case: str
    values: Mapping[str, Any]
    stage: str = ""

    def compare(self, quantity: str, ours: NDArray[Any], *, tolerance: float, prefix: str = "") -> Iterator[Comparison]:
        """One comparison; none if the quantity was not recorded."""
        if (expected := self.values.get(prefix + quantity)) is not None:
            error = largest_difference(ours, np.asarray(expected))
            yield Comparison(
                variant=self.variant,
                case=self.case,
                quantity=self.stage + quantity,
                error=error,
                tolerance=tolerance,
            )


def worst_of(comparisons: Iterable[Comparison]) -> tuple[Comparison, ...]:
    """Of each quantity the comparison with the largest error, in the order in which quantities first came."""
    worst: dict[tuple[str, str], Comparison] = {}
    for comparison in comparisons:
        key = (comparison.variant, comparison.quantity)
        if key not in worst or comparison.error > worst[key].error:
            worst[key] = comparison
    return tuple(worst.values())


def largest_difference(ours: NDArray[Any], expected: NDArray[Any]) -> float:
    """Largest absolute difference; infinite if shapes differ or something is not a number."""
    if ours.shape != expected.shape:
        return float("inf")
    if not ours.size:
        return 0.0
    difference = np.abs(ours.astype(np.float64) - expected.astype(np.float64)).max()
    return float("inf") if np.isnan(difference) else float(difference)
