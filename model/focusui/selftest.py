"""Does a model with quantised weights still point where its whole weights do?

Both answer about the bundled screens. They are never in memory together: the whole weights answer first, their points
are kept by the checkpoint's digest, and so is what came of each comparison.
"""

import hashlib
import json
import logging
import math
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assets import ASSETS_DIR
from model.errors import ModelLoadError
from model.focusui.digest import cache_folder, write_kept
from model.grounder import Grounder
from model.pictures import load_picture

log = logging.getLogger(__name__)

MAX_SHIFT_CELLS = 0.5
"""A click goes into the middle of an element: half a cell beside that most still hit."""

_SCREENS_DIR = ASSETS_DIR / "selftest"
_SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Screen:
    """A picture [height, width, 3] and what is asked about it."""

    image: NDArray[np.uint8]
    instructions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Where a model pointed.

    Attributes:
        x, y: pixels of the picture.
        cell_px: side of a cell, as this model saw the picture.
    """

    x: float
    y: float
    cell_px: float


def load_screens(folder: Path = _SCREENS_DIR) -> tuple[Screen, ...]:
    """The bundled screens."""
    described = json.loads((folder / "screens.json").read_text("utf-8"))
    return tuple(
        Screen(image=load_picture(folder / screen["image"]), instructions=tuple(screen["instructions"]))
        for screen in described["screens"]
    )


def answers_of(grounder: Grounder, screens: Sequence[Screen]) -> tuple[Answer, ...]:
    """Where a model points on each screen for each instruction: its best candidate, sure or not."""
    answers = []
    for screen in screens:
        look = grounder.look(screen.image)
        for instruction in screen.instructions:
            grounding = grounder.find(look, instruction)
            # A model that sees nothing at all points nowhere: that is the corner, far from all elements.
            best = grounding.candidates[0] if grounding.candidates else None
            x, y = (best.x, best.y) if best is not None else (0.0, 0.0)
            answers.append(Answer(x=x, y=y, cell_px=grounding.grid.cell_px))
    return tuple(answers)


def mean_shift(answers: Sequence[Answer], references: Sequence[Answer]) -> float:
    """How far the answers lie from the references on average, in cells of the references."""
    pairs = list(zip(answers, references, strict=True))
    return sum(math.hypot(a.x - r.x, a.y - r.y) / r.cell_px for a, r in pairs) / len(pairs)


class SelfTest:
    """The self-test of one checkpoint.

    Args:
        digest: of the checkpoint.
        screens: what is asked; None takes the bundled ones.
        cache: where answers are kept; None takes the usual place.
    """

    def __init__(self, digest: str, *, screens: Sequence[Screen] | None = None, cache: Path | None = None) -> None:
        self._screens = load_screens() if screens is None else tuple(screens)
        self._folder = cache_folder(cache) / "selftest" / digest / _fingerprint(self._screens)

    def admit(
        self, how: str, *, open_reference: Callable[[], Grounder], open_quantised: Callable[[], Grounder]
    ) -> Grounder:
        """The quantised model, once it was compared with the whole one.

        Args:
            how: in words how and where it is quantised, for instance "int8 on cuda"; what was compared in the same
                way before is not compared again.
            open_reference: loads the whole model; it is closed again before the other one is loaded.
            open_quantised: loads the quantised model.

        Raises:
            ModelLoadError: it points elsewhere.
        """
        shift = self._kept_shift(how)
        if shift is not None:
            _refuse_large(shift, how)
            return open_quantised()
        references = self._references(open_reference)
        log.info("comparing %s with the whole weights on %d screens", how, len(self._screens))
        quantised = open_quantised()
        try:
            shift = mean_shift(answers_of(quantised, self._screens), references)
            write_kept(self._folder / f"{how}.json", json.dumps({"schema": _SCHEMA_VERSION, "mean_shift": shift}))
            _refuse_large(shift, how)
        except BaseException:
            quantised.close()
            raise
        return quantised

    def _references(self, open_reference: Callable[[], Grounder]) -> tuple[Answer, ...]:
        file = self._folder / "reference.json"
        try:
            kept = json.loads(file.read_text("utf-8"))
            return tuple(Answer(**answer) for answer in kept["answers"])
        except (OSError, ValueError, KeyError, TypeError):
            log.info("asking the whole weights about %d screens, once", len(self._screens))
        with closing(open_reference()) as reference:
            answers = answers_of(reference, self._screens)
        written = [{"x": answer.x, "y": answer.y, "cell_px": answer.cell_px} for answer in answers]
        write_kept(file, json.dumps({"schema": _SCHEMA_VERSION, "answers": written}))
        return answers

    def _kept_shift(self, how: str) -> float | None:
        try:
            return float(json.loads((self._folder / f"{how}.json").read_text("utf-8"))["mean_shift"])
        except (OSError, ValueError, KeyError, TypeError):
            return None


def _refuse_large(shift: float, how: str) -> None:
    log.info("%s: mean shift %.2f cells", how, shift)
    if not shift < MAX_SHIFT_CELLS:
        raise ModelLoadError(
            f"This model cannot be used in {how}: on the bundled screens it points {shift:.1f} cells "
            f"beside where its whole weights point, and {MAX_SHIFT_CELLS} is the limit.",
            hint="It would misclick. Hold its weights in more bits, or choose a smaller model: `foveal models list`.",
        )


def _fingerprint(screens: Sequence[Screen]) -> str:
    digest = hashlib.sha256()
    for screen in screens:
        digest.update(f"{screen.image.shape} {json.dumps(screen.instructions)}".encode())
        digest.update(np.ascontiguousarray(screen.image).data)
    return digest.hexdigest()[:16]
