"""Three ways to look for an element: at once, through a lens, with a cursor."""

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageDraw

from model.data.boxes import BoxNorm
from model.data.labels import token_index
from model.patches import PatchGrid
from model.refine.crop import crop_around
from model.training.objectives.environment import Path, Step, Task, View
from model.training.objectives.reward import PointReward, search_reward

_START = (0.5, 0.5)
_CURSOR = ((0, 0), (0, 17), (4, 13), (7, 19), (10, 18), (7, 12), (12, 12))
"""Corners of an arrow, in pixels from its tip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointing:
    """One look, one point: reinforced grounding (RUIG, arXiv 2310.04716) as UI-Ins and GUI-G2 have it.

    Attributes:
        worth: of the point.
    """

    worth: PointReward

    def view(self, task: Task, path: Path) -> View:
        """The screenshot."""
        del path
        return View(pixels=task.pixels)

    def act(self, task: Task, path: Path, step: Step) -> Path:
        """One step is all."""
        del task
        return Path(steps=(*path.steps, step), is_done=True)

    def reward(self, task: Task, path: Path) -> float:
        """Of the only point."""
        return self.worth.of(_point(path.steps[-1]), task.box)


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoomIn:
    """The first choice is where to look closer, the second points there.

    AdaZoom-GUI (arXiv 2603.17441) looks closer where the box that it predicts is small, and reinforces single answers.
    A pointer predicts no box; here the zoom is a step of the episode, always taken, and both choices share the reward
    of the point. The lens cuts the screenshot in its own size, so that a large one is seen sharper.

    Attributes:
        worth: of the point.
        zoom: how much larger the part is shown, above 1.
    """

    worth: PointReward
    zoom: float

    def view(self, task: Task, path: Path) -> View:
        """The screenshot, then a part of it around the first point."""
        if not path.steps:
            return View(pixels=task.pixels)
        height_px, width_px = task.pixels.shape[:2]
        x_px, y_px = path.steps[0].x_norm * width_px, path.steps[0].y_norm * height_px
        crop = crop_around(
            (x_px, y_px, x_px, y_px),
            PatchGrid.fitted(width_px=width_px, height_px=height_px, n_rows=task.grid.n_rows, n_cols=task.grid.n_cols),
            zoom=self.zoom,
            context_cells=0,
            max_crop_px=min(task.max_pixels, width_px * height_px),
        )
        region = BoxNorm.from_pixels(
            crop.left_px,
            crop.top_px,
            crop.left_px + crop.width_px,
            crop.top_px + crop.height_px,
            width_px=width_px,
            height_px=height_px,
        )
        return View(pixels=crop.cut(task.pixels), region=region)

    def act(self, task: Task, path: Path, step: Step) -> Path:
        """Two steps are all."""
        del task
        return Path(steps=(*path.steps, step), is_done=bool(path.steps))

    def reward(self, task: Task, path: Path) -> float:
        """Of the second point."""
        return self.worth.of(_point(path.steps[-1]), task.box)


@dataclass(frozen=True, slots=True, kw_only=True)
class CursorSearch:
    """A cursor is moved until it is where it should be (GUI-Cursor, arXiv 2509.21552).

    It starts in the middle of the screenshot and is drawn into it. As in GUI-Cursor a move names a place, not a
    direction. GUI-Cursor stops by saying so; here whoever chooses the visual token that the cursor stands on stops,
    because a pointer can only point. The model sees where the cursor is and not where it was.

    Attributes:
        n_moves: after so many the episode ends by itself.
    """

    n_moves: int

    def view(self, task: Task, path: Path) -> View:
        """The screenshot with the cursor."""
        height_px, width_px = task.pixels.shape[:2]
        x_norm, y_norm = _cursor(path)
        picture = Image.fromarray(task.pixels)
        tip_px = (x_norm * width_px, y_norm * height_px)
        corners = [(tip_px[0] + x_px, tip_px[1] + y_px) for x_px, y_px in _CURSOR]
        ImageDraw.Draw(picture).polygon(corners, fill="black", outline="white")
        return View(pixels=np.asarray(picture))

    def act(self, task: Task, path: Path, step: Step) -> Path:
        """A move, or a stop."""
        if step.cell_idx == token_index(*_cursor(path), task.grid):
            return replace(path, is_done=True, has_stopped=True)
        steps = (*path.steps, step)
        return Path(steps=steps, is_done=len(steps) == self.n_moves)

    def reward(self, task: Task, path: Path) -> float:
        """Of the whole search."""
        cells = [step.cell_idx for step in path.steps]
        return search_reward(
            _START,
            [_point(step) for step in path.steps],
            task.box,
            has_stopped=path.has_stopped,
            is_repeated=len(set(cells)) < len(cells),
        )


def _cursor(path: Path) -> tuple[float, float]:
    return _point(path.steps[-1]) if path.steps else _START


def _point(step: Step) -> tuple[float, float]:
    return step.x_norm, step.y_norm
