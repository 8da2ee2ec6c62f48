"""Our own layout: a file of JSON lines, one item each.

``{"image", "instruction"}`` and one of ``"bbox": [x1, y1, x2, y2]`` (``null`` if it is not on the screen), ``"bboxes"``
(a list of such) and ``"polygon": [x, y, x, y, …]``, all in pixels of the picture, whose path is relative to the file.
``"id"`` tells items apart (default: file and line), ``"groups": {"name": "value"}`` says by what they are counted.
``foveal models selectors`` takes the same rows.
"""

from collections.abc import Iterator
from pathlib import Path

from model.errors import InputError
from model.evaluation.benchmarks.items import BadItem, BenchmarkItem, Groups
from model.evaluation.benchmarks.rows import Row, parse_lines, polygon_target
from model.evaluation.benchmarks.targets import Target

_FORMS = ("bbox", "bboxes", "polygon")


def read_own(path: Path) -> Iterator[BenchmarkItem | BadItem]:
    """The items of a file."""

    def parse(row: Row) -> BenchmarkItem:
        name = row.text("image")
        return BenchmarkItem(
            item_id=row.text("id") if "id" in row.values else row.place,
            picture=row.picture(path.parent, name),
            instruction=row.instruction(),
            target=_target(row),
            groups=_groups(row),
        )

    return parse_lines(path, parse)


def _target(row: Row) -> Target:
    forms = [form for form in _FORMS if form in row.values]
    if len(forms) != 1:
        raise InputError(f"The row needs exactly one of {', '.join(_FORMS)}.")
    if forms == ["polygon"]:
        return polygon_target(row.numbers("polygon"))
    if forms == ["bbox"]:
        return Target() if row.values["bbox"] is None else row.box("bbox")
    boxes = row.values["bboxes"]
    if not isinstance(boxes, list) or not boxes:
        raise InputError('"bboxes" is no list of boxes.')
    return Target(boxes=tuple(box for one in boxes for box in Row({"bboxes": one}, row.place).box("bboxes").boxes))


def _groups(row: Row) -> Groups:
    groups = row.values.get("groups", {})
    if not isinstance(groups, dict) or not all(isinstance(value, str) for value in groups.values()):
        raise InputError('"groups" is no object of texts.')
    return tuple(groups.items())
