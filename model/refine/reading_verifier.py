"""The built-in verifier: what is written in and around a candidate, against the instruction."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from model.grounder import Box, Candidate, Grounder
from model.refine.places import holds
from model.refine.verifier import surroundings

_WIDTH_PX, _HEIGHT_PX = 480, 240
_BESIDE = 0.5  # of the score of what is found elsewhere in the surroundings: a rival, not a proof


class ReadingVerifier:
    """Reads the surroundings of a candidate and asks where in them the instruction is.

    Args:
        open_reader: makes the OCR matcher, or any grounder that reads, when it is first needed.
        is_shared: the reader belongs to somebody else, who closes it.
    """

    def __init__(self, open_reader: Callable[[], Grounder], *, is_shared: bool = False) -> None:
        self._open_reader = open_reader
        self._is_shared = is_shared
        self._reader: Grounder | None = None

    def verify(self, image: NDArray[np.uint8], instruction: str, candidate: Candidate) -> float:
        """Score of what the reader finds at the candidate, less half of the lead that something beside it has.

        Without anything found in the surroundings the answer is 0: nothing there reads like it.
        """
        left, top, right, bottom = surroundings(image, (candidate.x, candidate.y), _WIDTH_PX, _HEIGHT_PX)
        crop = np.ascontiguousarray(image[int(top) : int(bottom), int(left) : int(right)])
        if self._reader is None:
            self._reader = self._open_reader()
        found = self._reader.find(self._reader.look(crop), instruction)
        here = moved(candidate, -left, -top)
        at = [c.score for c in found.candidates if _is_at(c, here)]
        elsewhere = [c.score for c in found.candidates if not _is_at(c, here)]
        best, rival = max(at, default=0.0), max(elsewhere, default=0.0)
        return max(0.0, best - _BESIDE * max(0.0, rival - best))

    def close(self) -> None:
        """Close the reader, unless it is shared."""
        if self._reader is not None and not self._is_shared:
            self._reader.close()
        self._reader = None


def moved(candidate: Candidate, right_px: float, down_px: float) -> Candidate:
    """The same candidate, in pixels of a picture with another corner."""
    box = candidate.bbox
    shifted: Box | None = None
    if box is not None:
        shifted = (box[0] + right_px, box[1] + down_px, box[2] + right_px, box[3] + down_px)
    return replace(candidate, x=candidate.x + right_px, y=candidate.y + down_px, bbox=shifted)


def _is_at(read: Candidate, candidate: Candidate) -> bool:
    """Whether the candidate's click would hit what was read, or what was read lies on the candidate."""
    is_hit = read.bbox is not None and holds(read.bbox, candidate.x, candidate.y)
    return is_hit or (candidate.bbox is not None and holds(candidate.bbox, read.x, read.y))
