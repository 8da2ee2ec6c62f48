import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from model.decode import find_regions, point_px
from model.patches import PatchGrid
from tests.reference import PURE

_CASES: list[dict[str, Any]] = json.loads((PURE / "regions.json").read_text())
_PROBS = hnp.arrays(
    np.float32, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9), elements=st.sampled_from([0.0, 0.1, 0.5, 1.0])
)


@pytest.mark.parametrize("active_share", [0.1, 0.3, 0.5])
@pytest.mark.parametrize("case", _CASES, ids=lambda case: f"{case['grid']}-{case['kind']}")
def test_regions_equal_the_reference_in_order(case: dict[str, Any], active_share: float) -> None:
    prefix = f"{case['grid']}/t{active_share:.2f}"
    with np.load(PURE / "regions.npz") as reference:
        probs = reference[f"{case['grid']}/attn"].reshape(case["h"], case["w"])
        centers, scores, sizes, points = (
            reference[f"{prefix}/region_{name}"] for name in ("centers", "scores", "sizes", "points")
        )
        best_point = reference[f"{prefix}/best_point"]
    regions = find_regions(probs, active_share)
    assert [len(region.cells) for region in regions] == sizes.tolist()
    np.testing.assert_allclose([region.score for region in regions], scores, rtol=1e-12)
    np.testing.assert_allclose([region.center_norm for region in regions], centers, rtol=1e-12)
    np.testing.assert_allclose(regions[0].center_norm, best_point, rtol=1e-12)
    found = [
        ((col + 0.5) / case["w"], (row + 0.5) / case["h"]) for region in regions for row, col in region.cells.tolist()
    ]
    np.testing.assert_allclose(found, points, rtol=1e-12)


def test_all_zero_has_no_region() -> None:
    assert find_regions(np.zeros((4, 5), np.float32)) == ()


@given(probs=_PROBS)
def test_regions_hold_every_active_cell_once(probs: NDArray[np.float32]) -> None:
    regions = find_regions(probs)
    cells = [cell for region in regions for cell in region.cells.tolist()]
    assert sorted(cells) == np.argwhere(probs > 0.3 * float(probs.max())).tolist()
    assert [region.score for region in regions] == sorted((region.score for region in regions), reverse=True)


def test_point_lies_in_the_picture_even_if_the_cell_sticks_out() -> None:
    grid = PatchGrid.of_squares(width_px=100, height_px=60, cell_px=28.0)
    probs = np.zeros(grid.shape, np.float32)
    probs[1, 2] = 1.0
    assert point_px(find_regions(probs)[0], grid) == (70.0, 42.0)
    probs[:] = 0.0
    probs[-1, -1] = 1.0
    x_px, y_px = point_px(find_regions(probs)[0], grid)
    assert (x_px, y_px) == (98.0, 59.0)
    assert grid.cell_at(x_px, y_px) == (2, 3)
