import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.patches import PatchGrid
from model.refine.crop import Crop, crop_around

_POSITION = st.floats(0, 1, allow_nan=False)


@st.composite
def _grids(draw: st.DrawFn) -> PatchGrid:
    width_px, height_px = draw(st.integers(8, 4000)), draw(st.integers(8, 4000))
    if draw(st.booleans()):
        return PatchGrid.of_squares(width_px=width_px, height_px=height_px, cell_px=draw(st.floats(8, 64)))
    n_rows, n_cols = max(1, height_px // 28), max(1, width_px // 28)
    return PatchGrid.fitted(width_px=width_px, height_px=height_px, n_rows=n_rows, n_cols=n_cols)


@st.composite
def _crops(draw: st.DrawFn) -> tuple[PatchGrid, tuple[float, float, float, float], Crop]:
    grid = draw(_grids())
    x1, x2 = sorted((draw(_POSITION) * grid.width_px, draw(_POSITION) * grid.width_px))
    y1, y2 = sorted((draw(_POSITION) * grid.height_px, draw(_POSITION) * grid.height_px))
    extent = (x1, y1, x2, y2)
    zoom, context_cells = draw(st.floats(1, 6)), draw(st.floats(0, 8))
    return grid, extent, crop_around(extent, grid, zoom=zoom, context_cells=context_cells, max_crop_px=1_500_000)


@given(_crops(), _POSITION, _POSITION)
def test_px_to_crop_and_back_is_the_same_px(
    made: tuple[PatchGrid, tuple[float, float, float, float], Crop], x_share: float, y_share: float
) -> None:
    grid, _, crop = made
    point = x_share * grid.width_px, y_share * grid.height_px
    assert crop.to_whole(*crop.to_crop(*point)) == pytest.approx(point, abs=1e-6)


@given(_crops())
def test_a_crop_lies_in_the_picture_holds_its_target_and_keeps_its_limits(
    made: tuple[PatchGrid, tuple[float, float, float, float], Crop],
) -> None:
    grid, (x1, y1, x2, y2), crop = made
    assert crop.left_px >= 0
    assert crop.top_px >= 0
    assert crop.left_px + crop.width_px <= grid.width_px
    assert crop.top_px + crop.height_px <= grid.height_px
    assert crop.left_px <= x1 + 1  # edges are rounded to pixels
    assert crop.top_px <= y1 + 1
    assert crop.left_px + crop.width_px >= x2 - 1
    assert crop.top_px + crop.height_px >= y2 - 1
    assert crop.shown_width_px * crop.shown_height_px <= 1_500_000
    assert crop.to_whole(0, 0) == (crop.left_px, crop.top_px)
    corner = crop.to_whole(crop.shown_width_px, crop.shown_height_px)
    assert corner == pytest.approx((crop.left_px + crop.width_px, crop.top_px + crop.height_px))


def test_edges_lie_on_those_of_cells() -> None:
    grid = PatchGrid.of_squares(width_px=1120, height_px=840, cell_px=28.0)
    crop = crop_around((500, 400, 520, 410), grid, zoom=3.0, context_cells=4, max_crop_px=10**6)
    assert [crop.left_px % 28, crop.top_px % 28, crop.width_px % 28, crop.height_px % 28] == [0, 0, 0, 0]
    assert crop.shown_width_px > 2 * crop.width_px


def test_a_crop_shows_what_is_there_enlarged() -> None:
    image = np.zeros((100, 100, 3), np.uint8)
    image[40:50, 60:80] = 255
    crop = Crop(left_px=50, top_px=30, width_px=40, height_px=30, shown_width_px=120, shown_height_px=90)
    shown = crop.cut(image)
    assert shown.shape == (90, 120, 3)
    left, top = map(round, crop.to_crop(60, 40))
    right, bottom = map(round, crop.to_crop(80, 50))
    assert shown[top + 2 : bottom - 2, left + 2 : right - 2].min() > 240
    assert shown[: top - 3].max() < 15


@given(_crops(), st.integers(0, 2**31))
def test_the_pointer_of_a_crop_keeps_its_sum_in_the_whole(
    made: tuple[PatchGrid, tuple[float, float, float, float], Crop], seed: int
) -> None:
    grid, _, crop = made
    shown = PatchGrid.of_squares(width_px=crop.shown_width_px, height_px=crop.shown_height_px, cell_px=200.0)
    probs = np.random.default_rng(seed).random(shown.shape)
    probs /= probs.sum()
    spread = crop.spread_to_whole(probs, shown, grid)
    assert spread.shape == grid.shape
    assert spread.sum() == pytest.approx(1.0, abs=1e-5)


def test_a_crop_needs_a_size() -> None:
    with pytest.raises(ValueError, match="needs a size"):
        Crop(left_px=0, top_px=0, width_px=0, height_px=3, shown_width_px=3, shown_height_px=3)
