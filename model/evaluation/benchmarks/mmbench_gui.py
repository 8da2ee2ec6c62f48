"""MMBench-GUI, level 2: element grounding (arXiv 2507.19478).

Layout, from ``open-compass/MMBench-GUI`` ``benchmarks/l2_element_grounding.py``, ``benchmarks/matrics.py`` and
``DEVELOPMENT_GUIDANCE.md``: the list ``L2_annotations.json`` with ``image_path``, ``platform``, ``instruction``,
``data_type``, ``app_name``, ``grounding_type`` and ``bbox`` as left, upper, right and lower edge: **fractions if all
four lie in 0 to 1, else pixels of the picture**, where -1 counts as 0. Pictures in ``offline_images/<platform>/``;
``image_path`` may name that folder already. Reported per level (basic, advanced) and platform; the average is the plain
mean of the two levels.
"""

from collections.abc import Iterator
from pathlib import Path

from model.evaluation.benchmarks.items import BadItem, BenchmarkItem
from model.evaluation.benchmarks.rows import Row, box_target, first_folder, parse_rows, read_list
from model.evaluation.benchmarks.targets import Target

LEVELS = "level"
"""The group over whose values the paper averages."""

_FILE = "L2_annotations.json"
_LEVELS = ("basic", "advanced")
_TYPES = ("text", "icon")


def read_mmbench_gui_l2(folder: Path) -> Iterator[BenchmarkItem | BadItem]:
    """The items of level 2."""
    pictures = first_folder(
        folder, "offline_images", "MMBench-GUI-OfflineImages/offline_images", "MMBench-GUI-OfflineImages"
    )

    def parse(row: Row) -> BenchmarkItem:
        platform, level = row.text("platform"), row.one_of("grounding_type", _LEVELS)
        name = f"{platform}/{row.text('image_path').removeprefix(f'{platform}/')}"
        target, target_size = _target(row)
        kind = row.one_of("data_type", _TYPES)
        return BenchmarkItem(
            item_id=row.place,
            picture=row.picture(pictures, name),
            instruction=row.instruction(),
            target=target,
            target_size=target_size,
            groups=(
                (LEVELS, level),
                ("level and platform", f"{level} {platform}"),
                ("platform", platform),
                ("type", kind),
                ("level and type", f"{level} {kind}"),
            ),
        )

    return parse_rows(_FILE, read_list(folder / _FILE), parse)


def _target(row: Row) -> tuple[Target, tuple[float, float] | None]:
    """The box, and the size that it is of: (1, 1) for fractions, None for pixels."""
    edges = row.numbers("bbox", 4)
    if all(0.0 <= edge <= 1.0 for edge in edges):
        return box_target(*edges), (1.0, 1.0)
    return box_target(*(0.0 if edge == -1.0 else edge for edge in edges)), None
