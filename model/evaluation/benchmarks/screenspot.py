"""ScreenSpot (SeeClick, arXiv 2401.10935, section 4) and its corrected second version (OS-Atlas, arXiv 2410.23218).

Layout, from ``njucckevin/SeeClick`` ``pretrain/screenspot_test.py`` and ``OS-Copilot/ScreenSpot-v2``: one list per
platform, ``screenspot_{mobile,desktop,web}.json`` or ``…_v2.json``, with ``img_filename``, ``bbox`` as **x, y, width,
height in pixels**, ``instruction``, ``data_type`` and ``data_source``; pictures in ``screenspot_imgs`` or
``screenspotv2_image``. Reported by platform and type of element; SeeClick's average is the plain mean of the six cells.
"""

from collections.abc import Iterator
from pathlib import Path

from model.evaluation.benchmarks.items import BadItem, BenchmarkItem
from model.evaluation.benchmarks.rows import Row, first_folder, parse_rows, read_list

CELLS = "platform and type"
"""The group over whose values the papers average."""

_PLATFORMS = ("mobile", "desktop", "web")
_TYPES = ("text", "icon")


def read_screenspot(folder: Path) -> Iterator[BenchmarkItem | BadItem]:
    """The items of ScreenSpot."""
    return _read(folder, "screenspot_{}.json", first_folder(folder, "screenspot_imgs", "images"))


def read_screenspot_v2(folder: Path) -> Iterator[BenchmarkItem | BadItem]:
    """The items of ScreenSpot-v2."""
    return _read(folder, "screenspot_{}_v2.json", first_folder(folder, "screenspotv2_image", "images"))


def _read(folder: Path, pattern: str, pictures: Path) -> Iterator[BenchmarkItem | BadItem]:
    for platform in _PLATFORMS:
        file = pattern.format(platform)

        def parse(row: Row, platform: str = platform) -> BenchmarkItem:
            name, kind = row.text("img_filename"), row.one_of("data_type", _TYPES)
            return BenchmarkItem(
                item_id=row.place,
                picture=row.picture(pictures, name),
                instruction=row.instruction(),
                target=row.sized_box("bbox"),
                groups=(
                    ("platform", platform),
                    ("type", kind),
                    (CELLS, f"{platform} {kind}"),
                    ("source", row.label("data_source")),
                ),
            )

        yield from parse_rows(file, read_list(folder / file), parse)
