"""A second opinion on candidates: a verifier looks at each and the order may change.

GUI-Actor (arXiv 2506.03143) trains a vision-language model to say whether a marker drawn on the screen lies on what
was meant. ``Verifier`` is the place for such a model and ``marked_crop`` makes its pictures; the built-in verifier
is a reader (``reading_verifier.py``).
"""

from dataclasses import replace
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from model.grounder import Box, Candidate, Grounding
from model.refine.config import RefineConfig
from model.refine.places import best_of, is_same_place
from model.refine.report import SecondLookKind
from model.refine.second_look import THOROUGH, Case, Outcome
from model.refine.signals import margin

MARKER_RGB = (255, 0, 0)
_HALO_RGB = (255, 255, 255)
_RING_PX, _LINE_PX = 14, 3


class Verifier(Protocol):
    """Says how well a candidate is what an instruction means."""

    def verify(self, image: NDArray[np.uint8], instruction: str, candidate: Candidate) -> float:
        """Probability in [0, 1] that the candidate is what is meant.

        Args:
            image: [height, width, 3] uint8 RGB, the whole screen.
            instruction: as given.
            candidate: in pixels of the screen.
        """
        ...

    def close(self) -> None:
        """Free the memory."""
        ...


class Verification:
    """Shows the best candidates to a verifier where the answer is unsure, and orders them anew."""

    kind = SecondLookKind.VERIFIER

    def __init__(self, verifier: Verifier, config: RefineConfig) -> None:
        self._verifier = verifier
        self._config = config

    def reason(self, case: Case) -> str | None:
        """How unsure the answer is; a rejection is left alone: a verifier chooses, it does not search."""
        found = case.found
        if best_of(found) is None:
            return None
        if self._config.is_thorough:
            return THOROUGH
        if found.is_rejected:
            return None
        if found.score < self._config.unsure_score:
            return f"the score is low ({found.score:.2f})"
        is_close = len(found.candidates) > 1 and margin(found) < self._config.close_margin
        return "two places score nearly alike" if is_close else None

    def look(self, case: Case) -> Outcome:
        """Weigh the verifier's scores with the grounder's; the winner's click is where it was."""
        shown = case.found.candidates[: self._config.n_verified]
        verified = [self._verifier.verify(case.image, case.instruction, candidate) for candidate in shown]
        return rerank(case.found, verified, self._config.verifier_share)


def rerank(found: Grounding, verified: list[float], verifier_share: float) -> Outcome:
    """Order the candidates by the weighed mean of both scores.

    Candidates that were not verified keep their order behind the others. The answer keeps its score: how sure it is
    in the light of the verifier is for the calibration to say.

    Args:
        found: an answer with candidates.
        verified: scores of its first candidates.
        verifier_share: weight of the verifier in [0, 1].
    """
    n = len(verified)
    shown = found.candidates[:n]
    weighed = [
        (1 - verifier_share) * candidate.score + verifier_share * score
        for candidate, score in zip(shown, verified, strict=True)
    ]
    order = sorted(range(n), key=lambda i: -weighed[i])
    first = shown[order[0]]
    if order[0] == 0:
        return Outcome(
            found=found,
            text=f"the verifier agrees ({verified[0]:.2f})",
            agreement=1.0,
            n_finds=n,
            verifier_score=verified[0],
        )
    if found.is_rejected:
        text = "the verifier prefers another, but nothing was accepted"
        return Outcome(found=found, text=text, agreement=0.0, n_finds=n, verifier_score=verified[0])
    top = max(candidate.score for candidate in shown)
    # The order is the verifier's, so the scores must not contradict it.
    rest = [replace(shown[i], score=min(shown[i].score, top)) for i in order[1:]]
    candidates = (replace(first, score=top), *rest, *found.candidates[n:])
    changed = replace(found, point=(first.x, first.y), score=top, candidates=candidates)
    agreement = float(is_same_place(first, shown[0], found.grid))
    return Outcome(
        found=changed,
        text=f"the verifier prefers another ({verified[order[0]]:.2f} to {verified[0]:.2f})",
        agreement=agreement,
        n_finds=n,
        verifier_score=verified[order[0]],
    )


def marked_crop(image: NDArray[np.uint8], candidate: Candidate, *, side_px: int = 448) -> NDArray[np.uint8]:
    """The picture to show a vision-language verifier: the surroundings with a ring around the point.

    The ring leaves the point itself free, so that what is clicked stays readable; a white rim keeps it visible on red.

    Args:
        image: [height, width, 3] uint8 RGB, the whole screen; it is not changed.
        candidate: what is marked.
        side_px: side of the square cut out; at the rim of the screen it is moved inwards, on small ones it is smaller.

    Returns:
        [height, width, 3] uint8 RGB, at most ``side_px`` a side.
    """
    left, top, right, bottom = surroundings(image, (candidate.x, candidate.y), side_px, side_px)
    crop = np.ascontiguousarray(image[int(top) : int(bottom), int(left) : int(right)]).copy()
    at = (round(candidate.x - left), round(candidate.y - top))
    cv2.circle(crop, at, _RING_PX, _HALO_RGB, _LINE_PX + 2, cv2.LINE_AA)
    cv2.circle(crop, at, _RING_PX, MARKER_RGB, _LINE_PX, cv2.LINE_AA)
    return crop


def surroundings(image: NDArray[np.uint8], point: tuple[float, float], width_px: int, height_px: int) -> Box:
    """A box of whole pixels around a point, moved into the picture, never larger than it."""
    height, width = image.shape[:2]
    box_width, box_height = min(width_px, width), min(height_px, height)
    left = min(max(int(point[0] - box_width / 2), 0), width - box_width)
    top = min(max(int(point[1] - box_height / 2), 0), height - box_height)
    return left, top, left + box_width, top + box_height
