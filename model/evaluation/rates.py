"""How often something was so, and how sure that is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from model.evaluation.intervals import wilson_interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How often something was so: ``n_hits`` of ``n``."""

    n_hits: int
    n: int

    @property
    def share(self) -> float:
        """In [0, 1]; 0 of nothing is 0."""
        return self.n_hits / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share; anything of nothing."""
        return wilson_interval(self.n_hits, self.n) if self.n else (0.0, 1.0)

    @classmethod
    def of(cls, facts: Iterable[bool]) -> "Rate":
        """How many are true."""
        listed = list(facts)
        return cls(n_hits=sum(listed), n=len(listed))

    def to_json(self) -> dict[str, Any]:
        """``{"share", "low", "high", "n"}``."""
        low, high = self.interval
        return {"share": self.share, "low": low, "high": high, "n": self.n}


def rate_cell(rate: Rate | None) -> str:
    """A rate as a cell of a table: share, interval and number, or "-" for nothing."""
    if rate is None or not rate.n:
        return "-"
    low, high = rate.interval
    return f"{rate.share:.1%} {low * 100:.0f}-{high * 100:.0f} n={rate.n}"
