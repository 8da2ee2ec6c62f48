"""Where a policy acts: it is shown something of a screenshot, chooses a visual token of that, and is shown the next.

An environment holds no state: what is shown and what it is worth follow from the path alone, so an episode can be
taken up anywhere and replays exactly.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.data.boxes import BoxNorm
from model.data.labels import VisualGrid
from model.training.sample import TrainingSample

WHOLE = BoxNorm(0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Task:
    """What is to be found.

    Attributes:
        pixels: [height, width, 3] uint8, the screenshot.
        grid: of the screenshot as the vision tower sees it.
        max_pixels: that a view may have.
        box: of the element.
    """

    pixels: NDArray[np.uint8]
    grid: VisualGrid
    max_pixels: int
    box: BoxNorm


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One choice.

    Attributes:
        cell_idx: the chosen visual token of what was shown.
        x_norm, y_norm: the point drawn inside of it, in fractions of the whole screenshot.
    """

    cell_idx: int
    x_norm: float
    y_norm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """What was done so far.

    Attributes:
        steps: the choices of places.
        is_done: is the episode over?
        has_stopped: was it ended by a choice that is no step?
    """

    steps: tuple[Step, ...] = ()
    is_done: bool = False
    has_stopped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """What is shown.

    Attributes:
        pixels: [height, width, 3] uint8; the task's own array where nothing was changed.
        region: the part of the screenshot that it shows.
    """

    pixels: NDArray[np.uint8]
    region: BoxNorm = WHOLE


class Environment(Protocol):
    """Rules of one kind of episode."""

    def view(self, task: Task, path: Path) -> View:
        """What is shown after a path that is not done."""
        ...

    def act(self, task: Task, path: Path, step: Step) -> Path:
        """The path with one more choice."""
        ...

    def reward(self, task: Task, path: Path) -> float:
        """What a path that is done is worth."""
        ...


def task_of(sample: TrainingSample) -> Task:
    """Find the first element that a sample points at."""
    return Task(
        pixels=sample.shown.pixels,
        grid=sample.grid,
        max_pixels=sample.shown.spec.max_pixels,
        box=BoxNorm(*sample.boxes_norm[0].tolist()),
    )


def step_at(view: View, grid: VisualGrid, cell_idx: int, inside: tuple[float, float]) -> Step:
    """A choice.

    Args:
        view: what is shown.
        grid: of the view as the vision tower sees it.
        cell_idx: the visual token.
        inside: (x, y) of the point, in shares of that token.
    """
    row, col = divmod(cell_idx, grid.n_cols)
    region = view.region
    x, y = (col + inside[0]) / grid.n_cols, (row + inside[1]) / grid.n_rows
    return Step(
        cell_idx=cell_idx,
        x_norm=region.x1_norm + x * (region.x2_norm - region.x1_norm),
        y_norm=region.y1_norm + y * (region.y2_norm - region.y1_norm),
    )
