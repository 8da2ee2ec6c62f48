"""Small screens and groundings for tests of second looks."""

import numpy as np
from numpy.typing import NDArray

from model.grounder import Box, Candidate, Grounding, ModelInfo, PatchScores
from model.patches import PatchGrid
from model.selection import select_patches
from tests.fakes.patch_grounder import Map, Picture, share_of_colour

RED, BLUE = (255, 0, 0), (0, 0, 255)
GREY = 230


def screen(*, red: Box | None = None, blue: Box | None = None, size_px: tuple[int, int] = (560, 420)) -> Picture:
    """A grey screen with a red and a blue rectangle."""
    picture = np.full((size_px[1], size_px[0], 3), GREY, np.uint8)
    for box, colour in ((red, RED), (blue, BLUE)):
        if box is not None:
            left, top, right, bottom = map(int, box)
            picture[top:bottom, left:right] = colour
    return picture


def see_colours(picture: Picture, grid: PatchGrid, instruction: str) -> tuple[Map, Map]:
    """Finds the colour that the instruction names: patch score and relevance are its share of the cell."""
    colour = RED if "red" in instruction else BLUE
    shares = share_of_colour(picture, grid, colour)
    return shares, shares


def grounding(
    *candidates: Candidate,
    scores: NDArray[np.float32] | None = None,
    probs: NDArray[np.float32] | None = None,
    keep_fraction: float = 0.25,
    is_rejected: bool = False,
) -> Grounding:
    """An answer on a 10x8 grid of 28 px; the pointer is at the first candidate unless told otherwise."""
    grid = PatchGrid.of_squares(width_px=280, height_px=224, cell_px=28.0)
    best = candidates[0] if candidates else None
    if probs is None:
        probs = np.zeros(grid.shape, np.float32)
        if best is not None:
            probs[grid.cell_at(best.x, best.y)] = 1.0
    if scores is None:
        scores = probs.copy()
    return Grounding(
        instruction="red",
        model=ModelInfo(name="patches", device="cpu", digest=""),
        is_rejected=is_rejected or best is None,
        point=None if is_rejected or best is None else (best.x, best.y),
        score=best.score if best is not None else 0.0,
        candidates=candidates,
        scored=PatchScores(grid=grid, scores=scores, keep_mask=select_patches(scores, keep_fraction)),
        pointer_probs=probs,
    )
