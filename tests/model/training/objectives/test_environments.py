import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.data.boxes import BoxNorm
from model.data.labels import VisualGrid, token_index
from model.training.objectives.environment import WHOLE, Environment, Path, Step, Task, View, step_at
from model.training.objectives.environments import CursorSearch, Pointing, ZoomIn
from model.training.objectives.reward import PointReward

_GRID = VisualGrid(width_px=224, height_px=168, cell_px=28, merge_size=2)
_PIXELS = np.random.default_rng(3).integers(0, 255, (336, 448, 3)).astype(np.uint8)
_TASK = Task(pixels=_PIXELS, grid=_GRID, max_pixels=10**6, box=BoxNorm(0.75, 0.5, 1.0, 0.75))
_IN_THE_BOX = Step(cell_idx=30, x_norm=0.8, y_norm=0.6)
_ELSEWHERE = Step(cell_idx=0, x_norm=0.05, y_norm=0.05)
_MIDDLE = token_index(0.5, 0.5, _GRID)


def _walk(environment: Environment, *steps: Step) -> Path:
    path = Path()
    for step in steps:
        assert not path.is_done
        path = environment.act(_TASK, path, step)
    return path


def test_pointing_is_over_after_one_look_at_the_screenshot() -> None:
    environment = Pointing(worth=PointReward.HIT)
    assert environment.view(_TASK, Path()).pixels is _PIXELS
    path = _walk(environment, _IN_THE_BOX)
    assert path.is_done
    assert environment.reward(_TASK, path) == 1.0
    assert environment.reward(_TASK, _walk(environment, _ELSEWHERE)) == 0.0


def test_a_lens_shows_a_part_larger() -> None:
    environment = ZoomIn(worth=PointReward.HIT, zoom=2.0)
    assert environment.view(_TASK, Path()).pixels is _PIXELS
    path = _walk(environment, _IN_THE_BOX)
    assert not path.is_done
    view = environment.view(_TASK, path)
    assert view.region == BoxNorm(0.5, 1 / 3, 1.0, 1.0), "half of each side, out to whole cells, inside of the picture"
    assert view.pixels.shape == (336, 336, 3), "as high as the whole"
    done = _walk(environment, _ELSEWHERE, _IN_THE_BOX)
    assert done.is_done
    assert environment.reward(_TASK, done) == 1.0, "only the second point counts"
    assert environment.reward(_TASK, _walk(environment, _IN_THE_BOX, _ELSEWHERE)) == 0.0


def test_what_is_chosen_in_a_part_lies_in_the_whole() -> None:
    """The first of 8 x 6 cells of the lower right quarter, at its middle."""
    view = View(pixels=_PIXELS, region=BoxNorm(0.5, 0.5, 1.0, 1.0))
    assert step_at(view, _GRID, 0, (0.5, 0.5)) == Step(cell_idx=0, x_norm=0.5 + 0.5 / 16, y_norm=0.5 + 0.5 / 12)


@given(st.integers(0, _GRID.n_visual - 1), st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_a_point_of_the_whole_lies_in_its_cell(cell_idx: int, x: float, y: float) -> None:
    step = step_at(View(pixels=_PIXELS, region=WHOLE), _GRID, cell_idx, (x, y))
    assert token_index(step.x_norm, step.y_norm, _GRID) == cell_idx


def test_the_cursor_is_seen_where_it_is_alone() -> None:
    environment = CursorSearch(n_moves=4)
    for path, (x_px, y_px) in ((Path(), (224, 168)), (_walk(environment, _ELSEWHERE), (22, 17))):
        changed = np.argwhere((environment.view(_TASK, path).pixels != _PIXELS).any(axis=2))
        assert len(changed) > 50
        assert np.abs(changed.min(axis=0) - (y_px, x_px)).max() <= 1
        assert (changed.max(axis=0) <= (y_px + 21, x_px + 14)).all()
    assert not np.shares_memory(environment.view(_TASK, Path()).pixels, _PIXELS)


def test_choosing_where_the_cursor_is_stops_it_there() -> None:
    environment = CursorSearch(n_moves=4)
    at_once = _walk(environment, Step(cell_idx=_MIDDLE, x_norm=0.51, y_norm=0.51))
    assert at_once == Path(is_done=True, has_stopped=True)
    cell_idx = token_index(_IN_THE_BOX.x_norm, _IN_THE_BOX.y_norm, _GRID)
    there = Step(cell_idx=cell_idx, x_norm=_IN_THE_BOX.x_norm, y_norm=_IN_THE_BOX.y_norm)
    found = _walk(environment, there, Step(cell_idx=cell_idx, x_norm=0.9, y_norm=0.6))
    assert found == Path(steps=(there,), is_done=True, has_stopped=True)
    assert 1.0 < environment.reward(_TASK, found) <= 1.1
    assert environment.reward(_TASK, at_once) == pytest.approx(1.0 - 0.25 - 0.5)


def test_a_search_ends_when_its_moves_are_used_up() -> None:
    environment = CursorSearch(n_moves=3)
    path = _walk(environment, _ELSEWHERE, _IN_THE_BOX, _ELSEWHERE)
    assert path.is_done
    assert not path.has_stopped
    nearness = 1.0 - float(np.hypot(0.7, 0.45))
    assert environment.reward(_TASK, path) == pytest.approx(nearness - 0.1 - 0.2 - 0.2), "passed, repeated, not nearer"
