"""Chooses what ``make eval`` watches: small screens of many programs that training never sees, with their questions.

``python -m tests.watch.freeze FOLDER…`` takes folders that ``foveal collect`` filled, copies pictures to ``screens/``
and writes ``questions.jsonl``. Documentation is left out: its pages have authors of their own.
"""

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from model.evaluation.development.questions import AskedScreen, draw_development_set

_HERE = Path(__file__).parent
_N_SCREENS = 26
_N_QUESTIONS = 10
_MAX_BYTES = 105_000
_MAX_WIDTH_PX = 1920


def choose(folders: Sequence[Path]) -> list[AskedScreen]:
    """Programs take turns, as they do in the development set."""
    development = draw_development_set(folders, seed=0, n_each=_N_QUESTIONS)
    small = [
        asked
        for asked in development.screens
        if asked.origin != "documentation"
        and asked.screen.width_px <= _MAX_WIDTH_PX
        and asked.path.stat().st_size <= _MAX_BYTES
    ]
    first_of_program = {asked.screen.program: asked for asked in reversed(small)}
    first = [asked for asked in small if first_of_program[asked.screen.program] is asked]
    return (first + [asked for asked in small if asked not in first])[:_N_SCREENS]


def main(folders: Sequence[Path]) -> None:
    """Write the files anew."""
    pictures = _HERE / "screens"
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir()
    rows = []
    for asked in choose(folders):
        shutil.copyfile(asked.path, pictures / asked.path.name)
        for question in asked.questions:
            boxes = {"bboxes": question.boxes} if question.boxes else {"bbox": None}
            groups = {"kind": question.kind, "source": str(question.source), "origin": asked.origin}
            row = {"id": f"{asked.path.stem}: {question.text}", "image": f"screens/{asked.path.name}"}
            rows.append(row | {"instruction": question.text} | boxes | {"groups": groups})
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (_HERE / "questions.jsonl").write_text(lines, encoding="utf-8")
    print(f"{len(rows)} questions about {len(list(pictures.iterdir()))} screens")


if __name__ == "__main__":
    main([Path(folder) for folder in sys.argv[1:]])
