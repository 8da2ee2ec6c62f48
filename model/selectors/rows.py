"""Rows to compare selectors on: a screenshot, an instruction, and the box of what is meant."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.errors import InputError
from model.instruction import check_instruction

_N_EDGES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What is asked and where the answer lies.

    Attributes:
        line: where it stands in its file, from 1.
        image: path of the screenshot.
        instruction: as a person would say it.
        bbox_px: (x1, y1, x2, y2) in pixels of the screenshot.
    """

    line: int
    image: Path
    instruction: str
    bbox_px: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that cannot be used, and why."""

    line: int
    problem: str


def read_rows(path: Path) -> Iterator[Row | BadRow]:
    """The rows of a file of JSON lines ``{"image", "instruction", "bbox"}``, in order; other keys are ignored.

    Args:
        path: the file; paths of pictures are relative to its folder.

    Raises:
        InputError: the file cannot be read.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as exc:
        raise InputError(f"{path} cannot be read: {exc.strerror}.", hint="Check the name after --data.") from exc
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _parse(json.loads(line), number, path.parent)
            except InputError as error:
                yield BadRow(line=number, problem=error.message)
            except ValueError:
                yield BadRow(line=number, problem="The line is not JSON.")


def _parse(record: Any, line: int, folder: Path) -> Row:
    if not isinstance(record, dict):
        raise InputError("The line is not an object.")
    image, instruction, bbox = record.get("image"), record.get("instruction"), record.get("bbox")
    if not isinstance(image, str) or not isinstance(instruction, str):
        raise InputError('The line needs "image" and "instruction" as text.')
    if not isinstance(bbox, list) or len(bbox) != _N_EDGES or not all(_is_number(edge) for edge in bbox):
        raise InputError('The line needs "bbox" as [x1, y1, x2, y2] in pixels.')
    x1, y1, x2, y2 = map(float, bbox)
    return Row(line=line, image=folder / image, instruction=check_instruction(instruction), bbox_px=(x1, y1, x2, y2))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
