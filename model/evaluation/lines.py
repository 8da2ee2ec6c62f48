"""Files to which a line is added for every answer, so that a measurement can go on where it was stopped."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from model.errors import InputError

_T = TypeVar("_T")


def read_lines(path: Path, parse: Callable[[dict[str, Any]], _T]) -> Iterator[_T]:
    """The records of a file; an unfinished last line is cut off, so that more can be added.

    Args:
        path: the file.
        parse: makes a record of a line; TypeError, KeyError, ValueError and AttributeError say that it is none.

    Raises:
        InputError: the file cannot be read, or holds something else.
    """
    try:
        content = path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) < len(content):
            with path.open("r+b") as stream:
                stream.truncate(len(whole))
    except OSError as exc:
        raise InputError(f"{path} cannot be read: {exc.strerror}.", hint="Check the name.") from exc
    for number, line in enumerate(whole.splitlines(), start=1):
        try:
            yield parse(json.loads(line))
        except (ValueError, TypeError, KeyError, AttributeError) as exc:
            raise InputError(f"{path}:{number} is not an answer.", hint="Name another file for the answers.") from exc


def append_line(path: Path, record: dict[str, Any]) -> None:
    """Add a record to a file."""
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(record, ensure_ascii=False) + "\n")
