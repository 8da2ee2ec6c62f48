"""Why a row of training data cannot be learned from, and the log of all such rows."""

import json
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TextIO

from model.errors import RecordError

_N_EXAMPLES = 3


class Fault(StrEnum):
    """What is wrong with a row; rows are counted by it."""

    NOT_JSON = "not JSON"
    NOT_A_RECORD = "not a record of the format"
    EMPTY_INSTRUCTION = "empty instruction"
    NO_TARGET = "points at nothing"
    NO_BOX = "point without a box"
    BOX_NOT_NUMBERS = "box is not four numbers"
    BOX_OUTSIDE = "box outside the picture"
    BOX_INVERTED = "box inverted"
    BOX_EMPTY = "box without extent"
    BOX_WHOLE_SCREEN = "box is the whole picture"
    POINT_OUTSIDE = "point outside the picture"
    POINT_OFF_BOX = "point outside its box"
    PICTURE_NAME = "picture not named as one relative path"
    PICTURE_MISSING = "picture missing"
    PICTURE_BROKEN = "picture cannot be read"
    PICTURE_SHAPE = "picture too long and thin"
    HELD_OUT = "screen kept for measuring"


class FaultyRowError(RecordError):
    """A row cannot be learned from.

    Args:
        fault: why.
        message: the same in words, with the name of the row.
        hint: what to do next.
    """

    def __init__(self, fault: Fault, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.fault = fault

    def __reduce__(self) -> tuple[object, ...]:
        """Keep all of it when the error crosses a process boundary."""
        return (_rebuild, (self.fault, self.message, self.hint))


def _rebuild(fault: Fault, message: str, hint: str) -> FaultyRowError:
    return FaultyRowError(fault, message, hint=hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultyRow:
    """A row that was left out.

    Attributes:
        file: that it stands in.
        row: where in it.
        reason: why.
        detail: the same in words.
    """

    file: str
    row: str
    reason: Fault
    detail: str


class FaultLog:
    """Counts rows that were left out, keeps the first of each kind, and writes all of them if wanted.

    Args:
        report: gets a JSON object a line for every row; None to keep no list.
    """

    def __init__(self, report: TextIO | None = None) -> None:
        self._report = report
        self.counts: Counter[Fault] = Counter()
        self.examples: defaultdict[Fault, list[FaultyRow]] = defaultdict(list)

    def add(self, row: FaultyRow) -> None:
        """Note a row that is left out."""
        self.counts[row.reason] += 1
        if len(self.examples[row.reason]) < _N_EXAMPLES:
            self.examples[row.reason].append(row)
        if self._report is not None:
            self._report.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
