"""A grounder that sees colours: "red" finds the red rectangles, and scripted answers give fixed points."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model.errors import LookExpiredError
from model.grounder import (
    Box,
    Candidate,
    Element,
    ElementKind,
    Grounding,
    Look,
    ModelInfo,
    PatchScores,
    Timings,
)
from model.instruction import check_instruction
from model.patches import PatchGrid
from model.selection import select_patches

Colour = tuple[int, int, int]

COLOURS: Mapping[str, Colour] = {
    "red": (255, 0, 0),
    "green": (0, 255, 0),
    "blue": (0, 0, 255),
    "yellow": (255, 255, 0),
    "purple": (128, 0, 128),
}
_CELL_PX = 28.0
_KEEP_FRACTION = 0.25
_N_LOOKS = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Seen:
    look: Look
    pixels: NDArray[np.uint8]


class FakeGrounder:
    """Finds rectangles of a colour that the instruction names, largest first, or points it was told.

    Args:
        colours: name to RGB, matched exactly; an instruction means the first name that occurs in it.
        points: instruction to point in pixels, looked up before colours; None rejects.

    Attributes:
        n_encoded: screens that were new to ``look``.
        asked: instructions given to ``find``, in order.
        is_closed: whether ``close`` was called.
    """

    def __init__(
        self,
        *,
        colours: Mapping[str, Colour] = COLOURS,
        points: Mapping[str, tuple[float, float] | None] | None = None,
    ) -> None:
        self._colours = colours
        self._points = points or {}
        self._seen: OrderedDict[str, _Seen] = OrderedDict()
        self.n_encoded = 0
        self.asked: list[str] = []
        self.is_closed = False

    @property
    def info(self) -> ModelInfo:
        return ModelInfo(name="fake", device="cpu", digest="0" * 64)

    def look(self, image: NDArray[np.uint8]) -> Look:
        start_s = time.perf_counter()
        look_id = hashlib.sha256(image.tobytes() + repr(image.shape).encode()).hexdigest()
        is_cached = look_id in self._seen
        self.n_encoded += not is_cached
        look = Look(
            look_id=look_id,
            grid=PatchGrid.of_squares(width_px=image.shape[1], height_px=image.shape[0], cell_px=_CELL_PX),
            encode_ms=(time.perf_counter() - start_s) * 1e3,
            is_cached=is_cached,
        )
        self._seen[look_id] = _Seen(look=look, pixels=image.copy())
        self._seen.move_to_end(look_id)
        if len(self._seen) > _N_LOOKS:
            self._seen.popitem(last=False)
        return look

    def score(self, look: Look, instruction: str) -> PatchScores:
        return self._scored(look, self._candidates(look, instruction), _KEEP_FRACTION)

    def find(self, look: Look, instruction: str, *, keep_fraction: float | None = None) -> Grounding:
        instruction = check_instruction(instruction)
        self.asked.append(instruction)
        start_s = time.perf_counter()
        found = self._candidates(look, instruction)
        scored = self._scored(look, found, keep_fraction or _KEEP_FRACTION)
        nearest = found or tuple(c for name in self._colours for c in self._rectangles(look, name))[:3]
        probs = np.zeros(look.grid.shape, np.float32)
        if found:
            probs[look.grid.cell_at(found[0].x, found[0].y)] = 1.0
        return Grounding(
            instruction=instruction,
            model=self.info,
            is_rejected=not found,
            point=(found[0].x, found[0].y) if found else None,
            score=found[0].score if found else 0.0,
            candidates=nearest[:9],
            scored=scored,
            pointer_probs=probs,
            timings=Timings(encode=look.encode_ms, point=(time.perf_counter() - start_s) * 1e3),
        )

    def read(self, look: Look) -> tuple[Element, ...]:
        elements = [
            Element(bbox=candidate.bbox, kind=ElementKind.BUTTON, text=name, score=1.0)
            for name in self._colours
            for candidate in self._rectangles(look, name)
            if candidate.bbox is not None
        ]
        return tuple(sorted(elements, key=lambda element: (element.bbox[1], element.bbox[0])))

    def close(self) -> None:
        self.is_closed = True
        self._seen.clear()

    def _candidates(self, look: Look, instruction: str) -> tuple[Candidate, ...]:
        if instruction in self._points:
            point = self._points[instruction]
            return () if point is None else (Candidate(x=point[0], y=point[1], score=1.0),)
        name = next((name for name in self._colours if name in instruction.casefold().split()), None)
        return () if name is None else self._rectangles(look, name)

    def _rectangles(self, look: Look, name: str) -> tuple[Candidate, ...]:
        colour = np.array(self._colours[name])
        is_colour = (self._pixels(look) == colour).all(axis=2).astype(np.uint8)
        _, _, stats, _ = cv2.connectedComponentsWithStats(is_colour, connectivity=4)
        largest_first = sorted(stats[1:].tolist(), key=lambda row: -row[cv2.CC_STAT_AREA])
        boxes: list[Box] = [(x, y, x + width, y + height) for x, y, width, height, _ in largest_first]
        return tuple(
            Candidate(x=(x1 + x2) / 2, y=(y1 + y2) / 2, score=0.9 / (1 + i), bbox=(x1, y1, x2, y2), label=name)
            for i, (x1, y1, x2, y2) in enumerate(boxes)
        )

    def _scored(self, look: Look, found: tuple[Candidate, ...], keep_fraction: float) -> PatchScores:
        scores = np.zeros(look.grid.shape, np.float32)
        for candidate in reversed(found):
            box = candidate.bbox or (candidate.x, candidate.y, candidate.x + 1, candidate.y + 1)
            scores[look.grid.span_of(box)] = candidate.score
        return PatchScores(grid=look.grid, scores=scores, keep_mask=select_patches(scores, keep_fraction))

    def _pixels(self, look: Look) -> NDArray[np.uint8]:
        if look.look_id not in self._seen:
            raise LookExpiredError("The screen was looked at too long ago.", hint="Look again.")
        return self._seen[look.look_id].pixels
