"""What second looks are worth on real programs: each by itself, all together, and a calibrated refusal.

Plain answers to all questions cost little and say what the signals of one look are worth; second looks are measured on
a few questions per picture, drawn by the seed.
"""

import json
import random
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from model.calibration import (
    Calibration,
    area_under_curve,
    expected_calibration_error,
    fit,
    threshold_for,
)
from model.grounder import Grounder, Grounding
from model.refine.config import RefineConfig
from model.refine.grounder import refined
from model.refine.report import Signals
from model.refine.signals import FEATURES, matrix
from tests.benchmarks.desktop.questions import Question, names_of, questions

_OFF = RefineConfig(has_more_cells=False, has_phrasings=False, has_zoom=False, has_verifier=False, budget_ms=1e9)
_CHEAP = replace(_OFF, has_phrasings=True, is_thorough=True)
_WAYS = {
    "first look": _OFF,
    "more cells": replace(_OFF, has_more_cells=True),
    "phrasings": replace(_OFF, has_phrasings=True),
    "zoom": replace(_OFF, has_zoom=True),
    "verifier": replace(_OFF, has_verifier=True),
    "all": RefineConfig(budget_ms=1e9),
    "all, always": RefineConfig(is_thorough=True, budget_ms=1e9),
}
_FALSE_REFUSALS = (0.01, 0.02, 0.05)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One answer.

    Attributes:
        part: "tune" or "check".
        way: which second looks there were; "" for those of the plain pass.
        is_present: what was asked for is on the picture.
        is_rejected: the answer was a rejection.
        is_right: the point is right, or what is absent was rejected.
        is_best_right: the best candidate is right, accepted or not.
        n_ran: second looks that ran.
        is_changed: they changed the answer.
        cost_ms: how long they took.
        signals: of the answer.
    """

    part: str
    way: str
    is_present: bool
    is_rejected: bool
    is_right: bool
    is_best_right: bool
    n_ran: int
    is_changed: bool
    cost_ms: float
    signals: Signals


def rows_of(grounder: Grounder, folder: Path, seed: int, n_per_picture: int) -> Iterator[Row]:
    """Ask every question plainly and a few in every way; about a picture at a time."""
    truths = {path: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}
    names = {path: names_of(truth) for path, truth in truths.items()}
    for path, truth in truths.items():
        others = {n for p, found in names.items() if truths[p]["program"] != truth["program"] for n in found}
        image = np.asarray(Image.open(path.with_suffix(".png")).convert("RGB"))
        asked = questions(truth, image, others, seed + zlib.crc32(path.stem.encode()))
        drawn = random.Random(seed + 1).sample(asked, min(n_per_picture, len(asked)))
        for question in asked:
            yield _row(grounder, _CHEAP, image, question, truth["part"], "")
        for question in drawn:
            for way, config in _WAYS.items():
                yield _row(grounder, config, image, question, truth["part"], way)


def _row(
    grounder: Grounder, config: RefineConfig, image: NDArray[np.uint8], question: Question, part: str, way: str
) -> Row:
    wrapped = refined(grounder, config)
    look = wrapped.look(image)
    started = time.perf_counter()
    found = wrapped.find(look, question.instruction)
    report = found.refinement
    assert report is not None
    return Row(
        part=part,
        way=way,
        is_present=bool(question.boxes),
        is_rejected=found.is_rejected,
        is_right=_holds(question, found.point) if found.point is not None else not question.boxes,
        is_best_right=bool(found.candidates) and _holds(question, _best_point(found)),
        n_ran=len(report.looks),
        is_changed=report.is_changed,
        cost_ms=(time.perf_counter() - started) * 1e3,
        signals=report.signals,
    )


def _best_point(found: Grounding) -> tuple[float, float]:
    return found.candidates[0].x, found.candidates[0].y


def _holds(question: Question, point: tuple[float, float]) -> bool:
    x, y = point
    return any(box[0] <= x < box[2] and box[1] <= y < box[3] for box in question.boxes)


def print_ways(rows: Sequence[Row]) -> None:
    """Per way: right answers, wrong places, absent ones accepted, how often it ran and changed something, its cost."""
    print(
        f"{'':12} {'n':>5} {'right':>7} {'wrong':>7} {'absent':>7} {'accepted':>8} {'ran':>6} {'changed':>8} {'ms':>6}"
    )
    for way in _WAYS:
        own = [row for row in rows if row.way == way]
        here, gone = [r for r in own if r.is_present], [r for r in own if not r.is_present]
        right = _share([r.is_right for r in here])
        wrong = _share([not r.is_right and not r.is_rejected for r in here])
        accepted = _share([not r.is_rejected for r in gone])
        ran, changed = _share([r.n_ran > 0 for r in own]), _share([r.is_changed for r in own])
        cost = float(np.mean([r.cost_ms for r in own])) if own else 0.0
        print(
            f"{way:12} {len(here):5} {right:7.1%} {wrong:7.1%} {len(gone):7} {accepted:8.1%} {ran:6.1%} {changed:8.1%} "
            f"{cost:6.0f}"
        )


def print_calibration(rows: Sequence[Row], model: str, ways: Sequence[str]) -> Calibration:
    """Fit on programs to learn from, measure on those to check with; the grounder's own score beside it."""
    tune = [row for row in rows if row.part == "tune" and row.way in ways]
    check = [row for row in rows if row.part == "check" and row.way in ways]
    features, is_right = matrix([r.signals for r in tune]), np.array([r.is_best_right for r in tune])
    calibration = fit(features, is_right, model=model, names=FEATURES)
    held, held_right = matrix([r.signals for r in check]), np.array([r.is_best_right for r in check])
    own_column = FEATURES.index("score")
    only_score = features.copy()
    only_score[:, [i for i in range(len(FEATURES)) if i != own_column]] = np.nan
    rescaled = fit(only_score, is_right, model=model, names=FEATURES)
    answers = {
        "own score": (features[:, own_column], held[:, own_column]),
        "score alone, fitted": (rescaled.probabilities(only_score), rescaled.probabilities(_only(held, own_column))),
        "all signals": (calibration.probabilities(features), calibration.probabilities(held)),
    }
    print(
        f"fitted on {len(tune)} answers ({is_right.mean():.1%} right), {len(check)} held out ({held_right.mean():.1%})"
    )
    for name, (known, unseen) in answers.items():
        line = f"{name:20} ECE {expected_calibration_error(unseen, held_right):.3f} "
        line += f"AUC {area_under_curve(unseen, held_right):.4f} "
        for rate in _FALSE_REFUSALS:
            threshold = threshold_for(known, is_right, rate)
            refused, let_through = (unseen[held_right] < threshold).mean(), (unseen[~held_right] >= threshold).mean()
            line += f"| for {rate:.0%}: refused {refused:.1%}, wrong accepted {let_through:.1%} "
        print(line)
    print("weights: " + ", ".join(f"{n} {w:+.2f}" for n, w in zip(FEATURES, calibration.weights, strict=True)))
    return calibration


def _only(features: NDArray[np.float64], column: int) -> NDArray[np.float64]:
    alone = np.full_like(features, np.nan)
    alone[:, column] = features[:, column]
    return alone


def _share(values: Sequence[bool]) -> float:
    return float(np.mean(values)) if values else 0.0


def refine(grounder: Grounder, folder: Path, seed: int, n_per_picture: int, calibration_path: Path | None) -> None:
    """Measure and print everything; write the calibration of all questions if a file is named."""
    rows = []
    for row in rows_of(grounder, folder, seed, n_per_picture):
        rows.append(row)
    name = grounder.info.name
    grounder.close()
    print_ways(rows)
    print("\nEvery question, signals of one look and of the wordings:")
    calibration = print_calibration(rows, name, [""])
    print("\nDrawn questions, signals of every look:")
    print_calibration(rows, name, ["all, always"])
    if calibration_path is not None:
        calibration.save(calibration_path)
