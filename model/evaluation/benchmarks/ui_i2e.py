"""UI-I2E-Bench (UI-E2I-Synth, arXiv 2504.11257).

Layout, from ``microsoft/FIVE-UI-Evol`` ``UI-E2I-Synth/i2e-bench-eval.py`` and the data set ``vaundys/I2E-Bench``: JSON
lines with ``image`` (relative to the folder of the data set), ``instruction``, ``bounding_box`` as **left, upper,
right, lower edge in pixels**, ``source``, ``el_type``, and ``annotations.instr_type``: 2 for an implicit instruction,
another number for an explicit one, or the word. Reported by source, type of element (small letters) and type of
instruction. The lines are in ``annotations.jsonl``, or in the folder's only ``.jsonl``.
"""

from collections.abc import Iterator
from pathlib import Path

from model.evaluation.benchmarks.items import BadItem, BenchmarkItem
from model.evaluation.benchmarks.rows import UNKNOWN, Row, parse_lines

_FILE = "annotations.jsonl"
_IMPLICIT = 2


def read_ui_i2e(folder: Path) -> Iterator[BenchmarkItem | BadItem]:
    """The items of UI-I2E-Bench."""

    def parse(row: Row) -> BenchmarkItem:
        name = row.text("image")
        return BenchmarkItem(
            item_id=row.place,
            picture=row.picture(folder, name),
            instruction=row.instruction(),
            target=row.box("bounding_box"),
            groups=(
                ("source", row.label("source")),
                ("element", row.label("el_type").lower()),
                ("instruction", _kind_of_instruction(row)),
            ),
        )

    return parse_lines(_lines_file(folder), parse)


def _lines_file(folder: Path) -> Path:
    found = sorted(folder.glob("*.jsonl"))
    if len(found) == 1:
        return found[0]
    return folder / _FILE


def _kind_of_instruction(row: Row) -> str:
    annotations = row.values.get("annotations")
    kind = annotations.get("instr_type") if isinstance(annotations, dict) else None
    if isinstance(kind, str):
        return kind.lower()
    if not isinstance(kind, int):
        return UNKNOWN
    return "implicit" if kind == _IMPLICIT else "explicit"
