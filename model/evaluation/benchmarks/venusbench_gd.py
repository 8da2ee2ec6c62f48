"""VenusBench-GD (arXiv 2512.16501).

Layout, from ``inclusionAI/UI-Venus`` (branch VenusBench-GD: ``README.md``, ``eval.py``): ``instruction/*.json``, a list
per task, named after it, with ``img_filename`` (below ``images``; its first folder is the platform), ``instruction``
and ``bbox`` as **left, upper, right, lower edge in pixels of the picture**. What the task of refusals has for boxes
differs between copies (null, or four times -1, which UI-Venus' later ``models/grounding/eval_single_benchmark.py``
takes for "nowhere"): every row of a file that is named after refusals is one, and so is a row whose edges are all -1.
Reported per task; the English instructions are asked.
"""

from collections.abc import Iterator
from pathlib import Path

from model.errors import InputError
from model.evaluation.benchmarks.items import BadItem, BenchmarkItem
from model.evaluation.benchmarks.rows import Row, parse_rows, read_list
from model.evaluation.benchmarks.targets import Target

TASKS = "task"
"""The group of the paper's columns."""

_NOWHERE = [-1, -1, -1, -1]
_REFUSALS = "refusal"


def read_venusbench_gd(folder: Path) -> Iterator[BenchmarkItem | BadItem]:
    """The items of all tasks."""
    files = sorted((folder / "instruction").glob("*.json"))
    if not files:
        raise InputError(f"{folder / 'instruction'} holds no lists.", hint="Name the folder of VenusBench-GD.")
    for file in files:

        def parse(row: Row, task: str = file.stem) -> BenchmarkItem:
            name = row.text("img_filename")
            is_nowhere = task.startswith(_REFUSALS) or row.values.get("bbox") == _NOWHERE
            platform = name.split("/", maxsplit=1)[0]
            return BenchmarkItem(
                item_id=row.place,
                picture=row.picture(folder / "images", name),
                instruction=row.instruction(),
                target=Target() if is_nowhere else row.box("bbox"),
                groups=((TASKS, task), ("platform", platform), ("task and platform", f"{task} {platform}")),
            )

        yield from parse_rows(file.name, read_list(file), parse)
