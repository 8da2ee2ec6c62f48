"""How a grounder is asked: the columns of every table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from model.packing import Packing


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Setting:
    """How a grounder is asked.

    Attributes:
        model: its name.
        packing: what becomes of the places of dropped patches.
        keep_fraction: share of patches kept.
        selector: what chooses them, by its name in ``model.selectors.catalog``; "" leaves it to the model.
    """

    model: str
    packing: Packing
    keep_fraction: float
    selector: str = ""

    def __str__(self) -> str:
        selector = f" {self.selector}" if self.selector else ""
        packing = "" if self.packing is Packing.POSPAD else f" {self.packing}"
        return f"{self.model}{selector}{packing} {self.keep_fraction:g}"

    @property
    def way(self) -> tuple[str, str, float]:
        """All but the model: what must be equal where two models are compared."""
        return (self.selector, str(self.packing), self.keep_fraction)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Setting":
        """The inverse of ``dataclasses.asdict``.

        Raises:
            TypeError, KeyError, ValueError: something else was written.
        """
        return cls(**values | {"packing": Packing(values["packing"])})


def settings_of(
    model: str, *, selectors: Sequence[str] = ("",), packings: Sequence[Packing], keep_fractions: Sequence[float]
) -> list[Setting]:
    """Every combination once, but only one where everything is kept: then there is nothing to choose and to pack."""
    settings = (
        Setting(model=model, packing=packing, keep_fraction=keep, selector=selector)
        for keep in keep_fractions
        for selector in (selectors[:1] if keep == 1.0 else selectors)
        for packing in (packings[:1] if keep == 1.0 else packings)
    )
    return list(dict.fromkeys(settings))
