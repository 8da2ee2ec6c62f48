"""Fits how sure answers are, on half of the programs of a development set, and measures it on the other half."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.calibration import Calibration, expected_calibration_error, fit, threshold_for
from model.evaluation.development.questions import DevelopmentSet
from model.nano.grounder import NAME, NanoGrounder
from model.nano.verdict import SIGNS
from model.pictures import load_picture

_TOLD_EVERY = 10
_RIDGE = 3.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """What each of n candidates is judged by [n, len(SIGNS)], which are right [n], and whether any can be."""

    signs: NDArray[np.float64]
    is_right: NDArray[np.bool_]
    is_there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictReport:
    """How a verdict does on answers that it was not fitted to; shares in [0, 1].

    Attributes:
        n: of the answers.
        right_before: of what is there, what the pointer alone finds.
        right: of what is there, the answers that are right, refused or not.
        absent_refused: of what is not there.
        right_refused: of the right answers.
        wrong_refused: of the answers that point elsewhere though it is there.
        calibration_error: of the probabilities (ECE).
    """

    n: int
    right_before: float
    right: float
    absent_refused: float
    right_refused: float
    wrong_refused: float
    calibration_error: float


def answers_by_half(
    folder: Path, development: DevelopmentSet, *, on_progress: Callable[[str], None]
) -> tuple[list[Answer], list[Answer]]:
    """Ask everything; the halves have no program in common.

    Args:
        folder: of the exported model.
        development: what is asked.
        on_progress: is told how many screens are done.
    """
    grounder = NanoGrounder(folder)
    halves: tuple[list[Answer], list[Answer]] = ([], [])
    for index, asked in enumerate(development.screens, start=1):
        look = grounder.look(load_picture(asked.path))
        for question in asked.questions:
            answer, signs = grounder.answer(look, question.text)
            is_right = np.array([question.is_hit((found.x, found.y)) for found in answer.candidates], np.bool_)
            half = halves[zlib.crc32(asked.screen.program.encode()) % 2]
            half.append(Answer(signs=signs, is_right=is_right, is_there=bool(question.boxes)))
        if index % _TOLD_EVERY == 0:
            on_progress(f"{index} of {len(development.screens)} screens")
    grounder.close()
    return halves


def fit_verdict(answers: Sequence[Answer], *, false_refusal_rate: float) -> Calibration:
    """The verdict on candidates, and the threshold that refuses that share of the right answers.

    Raises:
        ValueError: all candidates are right, or all are wrong.
    """
    signs = np.concatenate([answer.signs for answer in answers])
    is_right = np.concatenate([answer.is_right for answer in answers])
    verdict = fit(signs, is_right, model=NAME, names=SIGNS, ridge=_RIDGE)
    chances, is_best_right = _best(verdict, answers)
    return replace(verdict, threshold=threshold_for(chances, is_best_right, false_refusal_rate))


def report_on(verdict: Calibration, answers: Sequence[Answer]) -> VerdictReport:
    """How a verdict does."""
    chances, is_right = _best(verdict, answers)
    is_there = np.array([answer.is_there for answer in answers], np.bool_)
    is_refused = chances < verdict.threshold
    pointed = np.array([bool(answer.is_right[:1].any()) for answer in answers], np.bool_)
    return VerdictReport(
        n=len(chances),
        right_before=_share(pointed[is_there]),
        right=_share(is_right[is_there]),
        absent_refused=_share(is_refused[~is_there]),
        right_refused=_share(is_refused[is_right]),
        wrong_refused=_share(is_refused[is_there & ~is_right]),
        calibration_error=expected_calibration_error(chances, is_right),
    )


def _best(verdict: Calibration, answers: Sequence[Answer]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Chance of the likeliest candidate of each answer, and whether it is right; without any it is 0 and wrong."""
    chances, is_right = np.zeros(len(answers)), np.zeros(len(answers), np.bool_)
    for index, answer in enumerate(answers):
        if len(answer.signs):
            of_each = verdict.probabilities(answer.signs)
            best = int(of_each.argmax())
            chances[index], is_right[index] = of_each[best], answer.is_right[best]
    return chances, is_right


def _share(flags: NDArray[np.bool_]) -> float:
    return float(flags.mean()) if flags.size else 0.0
