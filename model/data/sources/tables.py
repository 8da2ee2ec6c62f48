"""Rows of JSON files: a list of objects (``.json``) or an object a line (``.jsonl``).

A file of a gigabyte is gone through once; what stays in memory is where each row begins and how long it is, and a row
is decoded again when it is wanted.
"""

import codecs
import json
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, Protocol

from model.data.faults import Fault, FaultyRowError
from model.data.sources.text import RowText
from model.errors import InputError

_CHUNK = 1 << 20
_CUT_OFF_HINT = "Is the download complete? Compare its size, or fetch it again."
_UNREADABLE: Final = (ValueError, RecursionError)  # broken JSON or UTF-8; nested too deep


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedRow:
    """A row as it was met.

    Attributes:
        value: as decoded.
        problem: why it could not be decoded; "" if it could.
    """

    value: Any
    problem: str = ""


class RowTable(Protocol):
    """Rows in a fixed order.

    Attributes:
        name: for messages.
    """

    name: str

    def scan(self) -> Iterator[ScannedRow]:
        """All rows; afterwards they can be read one by one.

        Raises:
            InputError: this is not such a file, or it is cut off.
        """
        ...

    def place(self, number: int) -> str:
        """Where a row stands, for messages; from 0 in the order of the scan."""
        ...

    def read(self, number: int) -> Any:
        """A row that the scan could decode, once more.

        Raises:
            FaultyRowError: it cannot be decoded any more.
        """
        ...


class JsonTable:
    """Rows of a JSON text.

    Args:
        text: of it.
        is_lines: an object a line, or one list.
    """

    def __init__(self, text: RowText, *, is_lines: bool) -> None:
        self.name = text.name
        self._text = text
        self._is_lines = is_lines
        self._starts = array("q")
        self._lengths = array("q")

    def scan(self) -> Iterator[ScannedRow]:
        """All rows; a bad line is told, a broken list ends it all."""
        self._starts, self._lengths = array("q"), array("q")
        spans = _line_spans if self._is_lines else _list_spans
        with self._text.open() as stream:
            for start, length, value, problem in spans(stream, self.name):
                self._starts.append(start)
                self._lengths.append(length)
                yield ScannedRow(value=value, problem=problem)

    def place(self, number: int) -> str:
        """The number of the row, from 1; lines without a row do not count."""
        return f"row {number + 1}"

    def read(self, number: int) -> Any:
        """A row once more."""
        try:
            return json.loads(self._text.read(self._starts[number], self._lengths[number]))
        except (OSError, *_UNREADABLE) as exc:
            raise FaultyRowError(
                Fault.NOT_JSON,
                f"{self.name}, {self.place(number)} cannot be read any more.",
                hint="Was the file changed meanwhile?",
            ) from exc


_Span = tuple[int, int, Any, str]
"""First byte, number of bytes, value, why there is none."""


def _line_spans(stream: BinaryIO, _name: str) -> Iterator[_Span]:
    start = 0
    for line in stream:
        if line.strip():
            try:
                value, problem = json.loads(line), ""
            except _UNREADABLE as exc:
                value, problem = None, f"not JSON: {exc}"
            yield start, len(line), value, problem
        start += len(line)


def _list_spans(stream: BinaryIO, name: str) -> Iterator[_Span]:
    window = _Window(stream)
    n_rows = 0
    try:
        if window.next_sign() != "[":
            raise InputError(
                f"{name} is not a list of records.", hint="A file with an object a line must be called .jsonl."
            )
        window.take("[")
        while window.next_sign() != "]":
            if n_rows:
                window.take(",")
            yield window.take_value()
            n_rows += 1
    except _UNREADABLE as exc:
        raise InputError(f"{name} is broken or cut off after row {n_rows}: {exc}.", hint=_CUT_OFF_HINT) from exc


class _Window:
    """The part of a JSON text that is being decoded, and where it lies in bytes."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._utf8 = codecs.getincrementaldecoder("utf-8")()
        self._decoder = json.JSONDecoder()
        self._text = ""
        self._at = 0
        self._byte = 0
        self._is_complete = False

    def next_sign(self) -> str:
        """The next sign that is not a space; "" at the end."""
        while True:
            while self._at < len(self._text):
                if not (self._text[self._at].isspace() or self._text[self._at] == "\ufeff"):
                    return self._text[self._at]
                self._advance(self._at + 1)
            if self._is_complete:
                return ""
            self._grow()

    def take(self, sign: str) -> None:
        """Pass over a sign."""
        if self.next_sign() != sign:
            raise ValueError(f"there is no {sign!r} at byte {self._byte}")
        self._advance(self._at + 1)

    def take_value(self) -> _Span:
        """Decode the next value and pass over it."""
        self.next_sign()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except ValueError:
                if self._is_complete:
                    raise
            else:
                # A number at the end of the window may go on behind it.
                if end < len(self._text) or self._is_complete:
                    start = self._byte
                    self._advance(end)
                    return start, self._byte - start, value, ""
            self._grow()

    def _advance(self, end: int) -> None:
        self._byte += len(self._text[self._at : end].encode())
        self._at = end

    def _grow(self) -> None:
        """Twice as much at a time, so that a broken text is not tried again and again."""
        kept = self._text[self._at :]
        content = self._stream.read(max(_CHUNK, len(kept)))
        self._is_complete = not content
        self._text, self._at = kept + self._utf8.decode(content, final=self._is_complete), 0
