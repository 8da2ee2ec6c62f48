"""A grounder in miniature, stages and all: scores of patches, a pointer over the kept ones, regions, points."""

from collections import OrderedDict
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from model.decode import find_regions, point_px
from model.errors import LookExpiredError
from model.grounder import Candidate, Element, Grounding, Look, ModelInfo, PatchScores
from model.patches import PatchGrid
from model.selection import select_patches

Picture = NDArray[np.uint8]
Map = NDArray[np.float32]
See = Callable[[Picture, PatchGrid, str], tuple[Map, Map]]

CELL_PX = 28.0
KEEP_FRACTION = 0.25


class PatchGrounder:
    """Scores and points by a script; a dropped patch is never pointed at.

    Args:
        see: (picture, grid, instruction) -> patch scores in [0, 1] and relevance (not negative) for the pointer, both
            [n_rows, n_cols]. Where nothing kept is relevant, the answer is a rejection.
        n_looks: how many looks stay available.

    Attributes:
        asked: (instruction, keep fraction) given to ``find``, in order.
        sizes_px: (width, height) of the pictures looked at, in order.
        is_closed: whether ``close`` was called.
    """

    def __init__(self, see: See, *, n_looks: int = 4) -> None:
        self._see = see
        self._n_looks = n_looks
        self._pictures: OrderedDict[str, Picture] = OrderedDict()
        self.asked: list[tuple[str, float | None]] = []
        self.sizes_px: list[tuple[int, int]] = []
        self.is_closed = False

    @property
    def info(self) -> ModelInfo:
        return ModelInfo(name="patches", device="cpu", digest="0" * 64)

    def look(self, image: Picture) -> Look:
        height_px, width_px, _ = image.shape
        self.sizes_px.append((width_px, height_px))
        look_id = str(len(self.sizes_px))
        self._pictures[look_id] = image
        while len(self._pictures) > self._n_looks:
            self._pictures.popitem(last=False)
        grid = PatchGrid.of_squares(width_px=width_px, height_px=height_px, cell_px=CELL_PX)
        return Look(look_id=look_id, grid=grid, encode_ms=1.0, is_cached=False)

    def score(self, look: Look, instruction: str) -> PatchScores:
        scores, _ = self._see(self._picture(look), look.grid, instruction)
        return PatchScores(grid=look.grid, scores=scores, keep_mask=select_patches(scores, KEEP_FRACTION))

    def find(self, look: Look, instruction: str, *, keep_fraction: float | None = None) -> Grounding:
        self.asked.append((instruction, keep_fraction))
        scores, relevance = self._see(self._picture(look), look.grid, instruction)
        keep_mask = select_patches(scores, keep_fraction or KEEP_FRACTION)
        pointer = np.where(keep_mask, relevance, 0.0)
        total = float(pointer.sum())
        probs = (pointer / total if total > 0 else pointer).astype(np.float32)
        candidates = tuple(
            Candidate(x=x, y=y, score=float(relevance[tuple(region.cells[0])]))
            for region in find_regions(probs)[:9]
            for x, y in [point_px(region, look.grid)]
        )
        return Grounding(
            instruction=instruction,
            model=self.info,
            is_rejected=not candidates,
            point=(candidates[0].x, candidates[0].y) if candidates else None,
            score=candidates[0].score if candidates else 0.0,
            candidates=candidates,
            scored=PatchScores(grid=look.grid, scores=scores, keep_mask=keep_mask),
            pointer_probs=probs,
        )

    def read(self, look: Look) -> tuple[Element, ...]:
        self._picture(look)
        return ()

    def close(self) -> None:
        self.is_closed = True

    def _picture(self, look: Look) -> Picture:
        if look.look_id not in self._pictures:
            raise LookExpiredError("The screen was looked at too long ago.", hint="Look again.")
        return self._pictures[look.look_id]


def share_of_colour(picture: Picture, grid: PatchGrid, colour: tuple[int, int, int]) -> Map:
    """[n_rows, n_cols] float32, how much of each cell has a colour (about it, as enlarged edges blur)."""
    is_colour = np.abs(picture.astype(int) - colour).max(axis=2) < 60
    shares = np.zeros(grid.shape, np.float32)
    for row in range(grid.n_rows):
        for col in range(grid.n_cols):
            left, top, right, bottom = map(round, grid.bounds_px(row, col))
            shares[row, col] = is_colour[top:bottom, left:right].mean()
    return shares
