"""OSWorld-G, and OSWorld-G with refined instructions (Jedi, arXiv 2505.13227).

Layout, from ``xlang-ai/OSWorld-G`` (``benchmark/``) as read by FocusUI's ``evaluation/os_world_g_eval.py``: the lists
``OSWorld-G.json`` and ``OSWorld-G_refined.json`` with ``id``, ``image_path``, ``image_size``, ``instruction``,
``box_type`` and ``box_coordinates``: **x, y, width, height** for ``bbox``, **x, y, x, y, …** for ``polygon``, anything
for ``refusal``; pixels of ``image_size``. ``GUI_types`` name kinds of elements; ``classification_result.json`` sorts
ids into the abilities of the paper's table. An item may have several of both. Pictures in ``images``. A refusal is
right only if the model refuses, and a model that refuses is wrong about everything else.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from model.errors import InputError
from model.evaluation.benchmarks.items import BadItem, BenchmarkItem, Groups
from model.evaluation.benchmarks.rows import Row, parse_rows, polygon_target, read_json, read_list
from model.evaluation.benchmarks.targets import Target

_CLASSES_FILE = "classification_result.json"
_KINDS = ("bbox", "polygon", "refusal")


def read_osworld_g(folder: Path) -> Iterator[BenchmarkItem | BadItem]:
    """The items of OSWorld-G, with the instructions as they were first written."""
    return _read(folder, "OSWorld-G.json")


def read_osworld_g_refined(folder: Path) -> Iterator[BenchmarkItem | BadItem]:
    """The same items with refined instructions."""
    return _read(folder, "OSWorld-G_refined.json")


def _read(folder: Path, file: str) -> Iterator[BenchmarkItem | BadItem]:
    within = folder / "benchmark"
    root = within if (within / file).is_file() else folder  # the whole repository, or that part of it
    abilities = _abilities(root / _CLASSES_FILE)

    def parse(row: Row) -> BenchmarkItem:
        item_id, name = row.text("id"), row.text("image_path")
        return BenchmarkItem(
            item_id=item_id,
            picture=row.picture(root / "images", name),
            instruction=row.instruction(),
            target=_target(row),
            target_size=row.size("image_size"),
            groups=(
                *(("ability", ability) for ability in abilities.get(item_id, ())),
                ("target", row.text("box_type")),
                *_elements(row),
            ),
        )

    return parse_rows(file, read_list(root / file), parse)


def _target(row: Row) -> Target:
    kind = row.one_of("box_type", _KINDS)
    if kind == "bbox":
        return row.sized_box("box_coordinates")
    return polygon_target(row.numbers("box_coordinates")) if kind == "polygon" else Target()


def _elements(row: Row) -> Groups:
    kinds = row.values.get("GUI_types") or []
    if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        raise InputError('"GUI_types" is no list of texts.')
    return tuple(("element", kind) for kind in dict.fromkeys(kinds))


def _abilities(path: Path) -> dict[str, list[str]]:
    """Abilities by item; none if the file is not there, as with copies that hold the list alone."""
    if not path.is_file():
        return {}
    found: dict[str, list[str]] = {}
    classified: Any = read_json(path)
    try:
        for ability, items in classified["classified"].items():
            for item in items:
                found.setdefault(item["id"], []).append(ability)
    except (KeyError, TypeError, AttributeError) as exc:
        raise InputError(f"{path} does not sort items into abilities.", hint="Take the file as published.") from exc
    return found
