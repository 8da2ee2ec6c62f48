"""What the readers share: rows of JSON files, and values of rows, each taken as what it must be."""

import json
from collections.abc import Callable, Iterable, Iterator
from math import isfinite
from pathlib import Path
from typing import Any

from model.errors import InputError
from model.evaluation.benchmarks.items import BadItem, BenchmarkItem
from model.evaluation.benchmarks.targets import Target
from model.instruction import check_instruction

UNKNOWN = "unknown"
"""What an item is counted under that does not say it."""

_N_EDGES = 4
_N_SIDES = 2


class Row:
    """One row of a benchmark's file. What it lacks raises InputError, whose message is the reason to leave it out.

    Args:
        values: as they were read.
        place: file and number.
    """

    def __init__(self, values: Any, place: str) -> None:
        if not isinstance(values, dict):
            raise InputError("The row is not an object.")
        self.values: dict[str, Any] = values
        self.place = place

    def text(self, key: str) -> str:
        """A text that is not empty."""
        value = self.values.get(key)
        if not isinstance(value, str) or not value.strip():
            raise InputError(f'"{key}" is missing, or no text.')
        return value

    def label(self, key: str) -> str:
        """A text by which items are only counted: "unknown" if there is none."""
        value = self.values.get(key)
        return value if isinstance(value, str) and value.strip() else UNKNOWN

    def one_of(self, key: str, known: tuple[str, ...]) -> str:
        """One of a few texts."""
        value = self.text(key)
        if value not in known:
            raise InputError(f'"{key}" is none of {", ".join(known)}.')
        return value

    def instruction(self, key: str = "instruction") -> str:
        """A text that can be an instruction."""
        return check_instruction(self.text(key))

    def numbers(self, key: str, n: int | None = None) -> tuple[float, ...]:
        """A list of numbers, of a certain length if one is given."""
        value = self.values.get(key)
        if not isinstance(value, list) or not all(_is_number(one) for one in value):
            raise InputError(f'"{key}" is no list of numbers.')
        if n is not None and len(value) != n:
            raise InputError(f'"{key}" is not {n} numbers.')
        return tuple(map(float, value))

    def size(self, key: str) -> tuple[float, float]:
        """Width and height."""
        width, height = self.numbers(key, _N_SIDES)
        if min(width, height) <= 0:
            raise InputError(f'"{key}" is no size.')
        return width, height

    def box(self, key: str) -> Target:
        """A box given by its left, upper, right and lower edge."""
        x1, y1, x2, y2 = self.numbers(key, _N_EDGES)
        return box_target(x1, y1, x2, y2)

    def sized_box(self, key: str) -> Target:
        """A box given by its left and upper edge, its width and its height."""
        x, y, width, height = self.numbers(key, _N_EDGES)
        return box_target(x, y, x + width, y + height)

    def picture(self, folder: Path, name: str) -> Path:
        """The picture of that name."""
        path = folder / name
        if not path.is_file():
            raise InputError("The picture is missing.")
        return path


def box_target(x1: float, y1: float, x2: float, y2: float) -> Target:
    """A box with an extent.

    Raises:
        InputError: it has none.
    """
    if not (x1 < x2 and y1 < y2):
        raise InputError("The box is empty.")
    return Target(boxes=((x1, y1, x2, y2),))


def polygon_target(coordinates: tuple[float, ...]) -> Target:
    """A polygon given as the x and y of each corner in turn.

    Raises:
        InputError: it is none.
    """
    if len(coordinates) % 2 or len(coordinates) < 6:
        raise InputError("The polygon has fewer than three corners, or half a corner.")
    return Target(polygon=tuple(zip(coordinates[::2], coordinates[1::2], strict=True)))


def read_list(path: Path) -> list[Any]:
    """The rows of a file that holds one list.

    Raises:
        InputError: there is no such file, or it holds something else.
    """
    rows = read_json(path)
    if not isinstance(rows, list):
        raise InputError(f"{path} holds no list of rows.", hint="Take the file as it was published.")
    return rows


def read_json(path: Path) -> Any:
    """What a file holds.

    Raises:
        InputError: there is no such file, or it is no JSON.
    """
    try:
        return json.loads(path.read_bytes())
    except OSError as exc:
        raise InputError(
            f"{path} cannot be read: {exc.strerror}.",
            hint="After --data name the folder that holds the benchmark as it was published.",
        ) from exc
    except ValueError as exc:
        raise InputError(f"{path} is not JSON.", hint="Take the file as it was published.") from exc


def parse_rows(
    file: str, rows: Iterable[Any], parse: Callable[[Row], BenchmarkItem]
) -> Iterator[BenchmarkItem | BadItem]:
    """The items of a list of rows, named by file and number; what cannot be parsed becomes a bad item."""
    for number, values in enumerate(rows):
        yield parse_row(values, f"{file}:{number}", parse)


def parse_row(values: Any, place: str, parse: Callable[[Row], BenchmarkItem]) -> BenchmarkItem | BadItem:
    """One item, or why there is none."""
    try:
        return parse(Row(values, place))
    except InputError as error:
        return BadItem(place=place, problem=error.message)


def parse_lines(path: Path, parse: Callable[[Row], BenchmarkItem]) -> Iterator[BenchmarkItem | BadItem]:
    """The items of a file of JSON lines, named by file and line, from 1; empty lines are passed over.

    Raises:
        InputError: it cannot be read.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as exc:
        raise InputError(f"{path} cannot be read: {exc.strerror}.", hint="Check the name after --data.") from exc
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        place = f"{path.name}:{number}"
        try:
            values = json.loads(line)
        except ValueError:
            yield BadItem(place=place, problem="The line is not JSON.")
        else:
            yield parse_row(values, place, parse)


def first_folder(folder: Path, *names: str) -> Path:
    """The first of these folders that exists: archives are unpacked to different depths.

    Raises:
        InputError: there is none.
    """
    for name in names:
        if (folder / name).is_dir():
            return folder / name
    raise InputError(
        f"{folder} holds no pictures: there is no folder {' or '.join(names)} in it.",
        hint="Unpack the pictures there, as the benchmark says.",
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
