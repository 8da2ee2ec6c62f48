"""Grounding on real desktop programs, judged by their accessibility trees.

The truth is what the toolkits say is where, not what our own reader saw::

    python -m tests.benchmarks.desktop collect FOLDER [PROGRAM…]   about half a minute per program
    python -m tests.benchmarks.desktop measure FOLDER [--model ocr] [--seed 0] [--misses]
    python -m tests.benchmarks.desktop refine FOLDER [--model ocr] [--seed 0] [--drawn 3] [--calibration OUT.json]
    python -m tests.benchmarks.desktop draw FOLDER OUT             the boxes on the pictures, to look at

It needs the packages xvfb, at-spi2-core, libatk-adaptor, libgail-common, python3-gi, gir1.2-atspi-2.0 and those of the
programs (``programs.py``); what is not installed is left out. Failures are listed only for programs to learn from.
"""

import argparse
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image, ImageDraw

from model.grounder import DEFAULT_GROUNDER, load_grounder
from tests.benchmarks.desktop.collect import collect
from tests.benchmarks.desktop.measure import Answer, ask_all, print_table
from tests.benchmarks.desktop.programs import SUBJECTS, Subject
from tests.benchmarks.desktop.refining import refine

_N_AT_ONCE = 2


def main() -> None:
    """Collect pictures, measure on them, or draw what is known about them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    actions = parser.add_subparsers(dest="action", required=True)
    collecting = actions.add_parser("collect")
    collecting.add_argument("folder", type=Path)
    collecting.add_argument("programs", nargs="*")
    measuring = actions.add_parser("measure")
    measuring.add_argument("folder", type=Path)
    measuring.add_argument("--model", default=DEFAULT_GROUNDER)
    measuring.add_argument("--seed", type=int, default=0)
    measuring.add_argument("--misses", action="store_true")
    refining = actions.add_parser("refine")
    refining.add_argument("folder", type=Path)
    refining.add_argument("--model", default=DEFAULT_GROUNDER)
    refining.add_argument("--seed", type=int, default=0)
    refining.add_argument("--drawn", type=int, default=3, help="questions per picture for second looks")
    refining.add_argument("--calibration", type=Path, help="where to write the weights")
    drawing = actions.add_parser("draw")
    drawing.add_argument("folder", type=Path)
    drawing.add_argument("out", type=Path)
    arguments = parser.parse_args()
    if arguments.action == "collect":
        _collect(arguments.folder, arguments.programs)
    elif arguments.action == "measure":
        _measure(arguments.folder, model=arguments.model, seed=arguments.seed, lists_misses=arguments.misses)
    elif arguments.action == "refine":
        grounder = load_grounder(arguments.model)
        refine(grounder, arguments.folder, arguments.seed, arguments.drawn, arguments.calibration)
    else:
        _draw(arguments.folder, arguments.out)


def _collect(folder: Path, names: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    subjects = [s for s in SUBJECTS if (not names or s.name in names) and shutil.which(s.command[0])]

    def collect_one(subject: Subject) -> str:
        return f"{subject.name}: {collect(subject, folder)} pictures"

    with ThreadPoolExecutor(_N_AT_ONCE) as pool:
        for line in pool.map(collect_one, subjects):
            print(line, flush=True)


def _measure(folder: Path, *, model: str, seed: int, lists_misses: bool) -> None:
    grounder = load_grounder(model)
    answers = []
    for answer in ask_all(grounder, folder, seed):
        answers.append(answer)
        if lists_misses and answer.part == "tune" and not answer.is_right:
            print(describe(answer), flush=True)
    grounder.close()
    print_table(answers)


def describe(answer: Answer) -> str:
    """One wrong answer in a line."""
    best = answer.found.candidates[0].label if answer.found.candidates else None
    what = "rejected" if answer.found.is_rejected else "found"
    asked = f"{answer.question.kind}: {answer.question.instruction!r}"
    return f"{answer.picture}: {asked} {what} {best!r} {answer.found.score:.2f}"


def _draw(folder: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for path in sorted(folder.glob("*.json")):
        picture = Image.open(path.with_suffix(".png")).convert("RGB")
        pen = ImageDraw.Draw(picture)
        for node in json.loads(path.read_text())["nodes"]:
            pen.rectangle(node["box"], outline="red")
            pen.text((node["box"][0] + 1, node["box"][1] - 3), f"{node['role'][:6]}:{node['name']}"[:24], fill="blue")
        picture.save(out / f"{path.stem}.png")


if __name__ == "__main__":
    main()
