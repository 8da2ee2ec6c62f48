"""What a check found out."""

from dataclasses import dataclass
from enum import StrEnum


class CheckStatus(StrEnum):
    """OK works, WARN works with something missing, FAIL does not work."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A number that was measured, with its unit ("ms", "px"; "" for counts)."""

    name: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One thing that this machine can or cannot do.

    Attributes:
        name: what was checked, in a word or two.
        status: how it ended.
        detail: what was found, in the user's words.
        hint: what to do about it; "" if there is nothing to do.
        measures: what was measured on the way.
    """

    name: str
    status: CheckStatus
    detail: str
    hint: str = ""
    measures: tuple[Measure, ...] = ()
