"""How often a grounder finds what the accessibility trees say is there, and rejects what is not."""

import json
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image

from model.grounder import Grounder, Grounding
from tests.benchmarks.desktop.questions import Question, names_of, questions

_UNCOUNTED = {"icon by name", "sign"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one question.

    Attributes:
        part: "tune" or "check".
        picture: name of the picture.
        question: what was asked.
        found: the answer.
        is_right: a click there is right, or it was rejected and is not there.
    """

    part: str
    picture: str
    question: Question
    found: Grounding
    is_right: bool

    @property
    def is_false_find(self) -> bool:
        """Whether something else was pointed at."""
        return not self.is_right and not self.found.is_rejected


def ask_all(grounder: Grounder, folder: Path, seed: int) -> Iterator[Answer]:
    """Ask everything about every picture of a folder that the collector filled."""
    truths = {path: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}
    names = {path: names_of(truth) for path, truth in truths.items()}
    for path, truth in truths.items():
        others = {n for p, found in names.items() if truths[p]["program"] != truth["program"] for n in found}
        image = np.asarray(Image.open(path.with_suffix(".png")).convert("RGB"))
        look = grounder.look(image)
        for question in questions(truth, image, others, seed + zlib.crc32(path.stem.encode())):
            found = grounder.find(look, question.instruction)
            yield Answer(
                part=truth["part"],
                picture=path.stem,
                question=question,
                found=found,
                is_right=_is_right(found, question),
            )


def _is_right(found: Grounding, question: Question) -> bool:
    if found.point is None:
        return not question.boxes
    x, y = found.point
    return any(box[0] <= x < box[2] and box[1] <= y < box[3] for box in question.boxes)


def print_table(answers: list[Answer]) -> None:
    """Shares of right answers, of wrong places and of rejections per kind, for both parts."""
    kinds = sorted({a.question.kind for a in answers})
    print(f"{'':14}{'tuned on':^34}{'checked on':^34}")
    print(f"{'':14}" + f"{'n':>6}{'right':>8}{'wrong':>9}{'rejected':>10} " * 2)
    parts = ("tune", "check")
    for kind in [*kinds, "all that show"]:
        row = f"{kind:14}"
        for part in parts:
            row += _cells(
                [
                    a
                    for a in answers
                    if a.part == part
                    and (a.question.kind == kind or (kind == "all that show" and _is_counted(a.question)))
                ]
            )
        print(row)
    pictures: dict[str, set[str]] = defaultdict(set)
    for a in answers:
        pictures[a.part].add(a.picture)
    find_ms = [a.found.timings.score + a.found.timings.point for a in answers]
    print(
        f"{len(pictures['tune'])} and {len(pictures['check'])} pictures; "
        f"find {median(find_ms):.1f} ms median, {np.percentile(find_ms, 99):.1f} ms at 99 %"
    )


def _is_counted(question: Question) -> bool:
    return bool(question.boxes) and question.kind not in _UNCOUNTED


def _cells(answers: list[Answer]) -> str:
    if not answers:
        return f"{0:6}{'':28}"
    n = len(answers)
    right = sum(a.is_right for a in answers) / n
    wrong = sum(a.is_false_find for a in answers) / n
    rejected = sum(a.found.is_rejected for a in answers) / n
    return f"{n:6}{right:8.1%}{wrong:9.1%}{rejected:10.1%} "
