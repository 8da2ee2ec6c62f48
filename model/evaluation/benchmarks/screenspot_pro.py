"""ScreenSpot-Pro (arXiv 2504.07981).

Layout, from ``likaixin2000/ScreenSpot-Pro-GUI-Grounding`` ``eval_screenspot_pro.py``: ``annotations/*.json``, one list
per program and system, with ``img_filename``, ``img_size``, ``bbox`` as **left, upper, right, lower edge in pixels** of
that size, ``instruction``, ``ui_type``, ``group``, ``platform`` and ``application``; pictures in ``images``. Where
there is an ``annotations/all.json``, as FocusUI's ``evaluation/ss_pro_eval.py`` takes it, it holds the other lists.
Reported by group of applications and type of element, and over all items. The English instructions are asked.
"""

from collections.abc import Iterator
from pathlib import Path

from model.errors import InputError
from model.evaluation.benchmarks.items import BadItem, BenchmarkItem
from model.evaluation.benchmarks.rows import Row, parse_rows, read_list

_TYPES = ("text", "icon")


def read_screenspot_pro(folder: Path) -> Iterator[BenchmarkItem | BadItem]:
    """The items of ScreenSpot-Pro."""
    whole = folder / "annotations" / "all.json"
    files = [whole] if whole.is_file() else sorted((folder / "annotations").glob("*.json"))
    if not files:
        raise InputError(f"{folder / 'annotations'} holds no lists.", hint="Name the folder of ScreenSpot-Pro.")
    pictures = folder / "images"

    def parse(row: Row) -> BenchmarkItem:
        name, kind, group = row.text("img_filename"), row.one_of("ui_type", _TYPES), row.text("group")
        return BenchmarkItem(
            item_id=row.place,
            picture=row.picture(pictures, name),
            instruction=row.instruction(),
            target=row.box("bbox"),
            target_size=row.size("img_size"),
            groups=(
                ("group", group),
                ("type", kind),
                ("group and type", f"{group} {kind}"),
                ("platform", row.label("platform")),
                ("application", row.label("application")),
            ),
        )

    for file in files:
        yield from parse_rows(file.name, read_list(file), parse)
