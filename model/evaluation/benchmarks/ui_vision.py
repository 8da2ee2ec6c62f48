"""UI-Vision, element grounding (arXiv 2503.15661).

Layout, from ``uivision/UI-Vision`` ``eval/grounding/eval_uivision.py`` and the data set ``ServiceNow/ui-vision``: the
lists ``annotations/element_grounding/element_grounding_{basic,functional,spatial}.json`` with ``image_path`` (below
``images``), ``image_size``, ``prompt_to_evaluate``, ``element_type``, ``platform`` (the program), ``category``, and
``bbox`` as **left, upper, right, lower edge in pixels**; where left and right or upper and lower are exchanged, they
are put in order. Reported per setting; the paper's last column is the plain mean of the three.
"""

from collections.abc import Iterator
from pathlib import Path

from model.evaluation.benchmarks.items import BadItem, BenchmarkItem
from model.evaluation.benchmarks.rows import Row, box_target, parse_rows, read_list

SETTINGS = "setting"
"""The group over whose values the paper averages."""

_SETTINGS = ("basic", "functional", "spatial")


def read_ui_vision(folder: Path) -> Iterator[BenchmarkItem | BadItem]:
    """The items of all three settings."""
    for setting in _SETTINGS:
        file = f"element_grounding_{setting}.json"

        def parse(row: Row, setting: str = setting) -> BenchmarkItem:
            name = row.text("image_path")
            x1, y1, x2, y2 = row.numbers("bbox", 4)
            category = row.label("category")
            return BenchmarkItem(
                item_id=row.place,
                picture=row.picture(folder / "images", name),
                instruction=row.instruction("prompt_to_evaluate"),
                target=box_target(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)),
                target_size=row.size("image_size"),
                groups=(
                    (SETTINGS, setting),
                    ("category", category),
                    ("setting and category", f"{setting} {category}"),
                    ("element", row.label("element_type")),
                    ("program", row.label("platform")),
                ),
            )

        yield from parse_rows(file, read_list(folder / "annotations" / "element_grounding" / file), parse)
