"""Fits how sure answers are, on half of the programs of a development set, and measures it on the other half."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.calibration import Calibration, expected_calibration_error, fit
from model.evaluation.development.questions import DevelopmentSet
from model.nano.grounder import NAME, NanoGrounder
from model.nano.verdict import SIGNS
from model.pictures import load_picture

_TOLD_EVERY = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """Answers: what each is judged by [n, len(SIGNS)], whether it is right [n], whether anything right is there [n]."""

    signs: NDArray[np.float64]
    is_right: NDArray[np.bool_]
    is_there: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictReport:
    """How a verdict does on answers that it was not fitted to; shares in [0, 1].

    Attributes:
        n: of the answers.
        absent_refused: of what is not there.
        right_refused: of the right answers.
        wrong_refused: of the answers that point elsewhere though it is there.
        calibration_error: of the probabilities (ECE).
    """

    n: int
    absent_refused: float
    right_refused: float
    wrong_refused: float
    calibration_error: float


def answers_by_half(
    folder: Path, development: DevelopmentSet, *, on_progress: Callable[[str], None]
) -> tuple[Judged, Judged]:
    """Ask everything; the halves have no program in common.

    Args:
        folder: of the exported model.
        development: what is asked.
        on_progress: is told how many screens are done.
    """
    grounder = NanoGrounder(folder)
    rows: tuple[list[tuple[NDArray[np.float64], bool, bool]], ...] = ([], [])
    for index, asked in enumerate(development.screens, start=1):
        look = grounder.look(load_picture(asked.path))
        half = rows[zlib.crc32(asked.screen.program.encode()) % 2]
        for question in asked.questions:
            answer, signs = grounder.answer(look, question.text)
            if answer.candidates:
                half.append((signs, question.is_hit(answer.point), bool(question.boxes)))
        if index % _TOLD_EVERY == 0:
            on_progress(f"{index} of {len(development.screens)} screens")
    grounder.close()
    first, second = (_judged(half) for half in rows)
    return first, second


def fit_verdict(answers: Judged, *, false_refusal_rate: float) -> Calibration:
    """The verdict that refuses that share of the right answers.

    Raises:
        ValueError: all answers are right, or all are wrong.
    """
    return fit(
        answers.signs, answers.is_right, model=NAME, names=SIGNS, false_refusal_rate=false_refusal_rate, ridge=3.0
    )


def report_on(verdict: Calibration, answers: Judged) -> VerdictReport:
    """How a verdict does."""
    chances = verdict.probabilities(answers.signs)
    is_refused = chances < verdict.threshold
    return VerdictReport(
        n=len(chances),
        absent_refused=_share(is_refused[~answers.is_there]),
        right_refused=_share(is_refused[answers.is_right]),
        wrong_refused=_share(is_refused[answers.is_there & ~answers.is_right]),
        calibration_error=expected_calibration_error(chances, answers.is_right),
    )


def _judged(rows: list[tuple[NDArray[np.float64], bool, bool]]) -> Judged:
    return Judged(
        signs=np.array([signs for signs, _, _ in rows]).reshape(len(rows), len(SIGNS)),
        is_right=np.array([is_right for _, is_right, _ in rows], np.bool_),
        is_there=np.array([is_there for _, _, is_there in rows], np.bool_),
    )


def _share(flags: NDArray[np.bool_]) -> float:
    return float(flags.mean()) if flags.size else 0.0
