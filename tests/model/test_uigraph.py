import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PIL import Image

from model.patches import PatchGrid
from model.uigraph import Weighting, ui_graph
from tests.plain_union_find import plain_labels
from tests.reference import PURE

_CASES: list[dict[str, Any]] = json.loads((PURE / "uigraph.json").read_text())


def _picture(case: dict[str, Any]) -> NDArray[np.uint8]:
    with Image.open(PURE / case["image"]) as image:
        return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["key"])
def test_weights_equal_the_reference_to_the_last_bit(case: dict[str, Any]) -> None:
    image, cell_px = _picture(case), 2 * case["patch_size"]
    with np.load(PURE / "uigraph.npz") as reference:
        for weighting in Weighting:
            weights = ui_graph(image, cell_px, weighting=weighting).weights
            np.testing.assert_array_equal(weights.ravel(), reference[f"{case['key']}/{weighting}"][::4])
        for threshold in (0.5, 4.0):
            weights = ui_graph(image, cell_px, threshold).weights
            np.testing.assert_array_equal(weights.ravel(), reference[f"{case['key']}/log_t{threshold}"][::4])


# Few grey levels close together, so that distances fall on both sides of the threshold.
_IMAGES = hnp.arrays(
    np.uint8,
    st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(3)),
    elements=st.sampled_from([100, 103, 120, 255]),
    fill=st.just(100),
)


@given(image=_IMAGES, cell_px=st.integers(1, 12))
def test_agrees_with_a_plain_union_find(image: NDArray[np.uint8], cell_px: int) -> None:
    graph = ui_graph(image, cell_px)
    np.testing.assert_array_equal(graph.labels, plain_labels(image, cell_px))
    np.testing.assert_array_equal(graph.sizes, np.bincount(graph.labels.ravel()))
    assert graph.sizes.sum() == graph.labels.size
    assert (
        graph.labels.shape
        == PatchGrid.of_squares(width_px=image.shape[1], height_px=image.shape[0], cell_px=cell_px).shape
    )


@pytest.mark.parametrize("scale", [4, 8])
def test_agrees_with_a_plain_union_find_on_blocks_of_colour(scale: int) -> None:
    rng = np.random.default_rng(7)
    coarse = rng.choice(np.array([60, 72, 200], np.uint8), (12, 17, 1)).repeat(3, axis=2)
    image = coarse.repeat(scale, axis=0).repeat(scale, axis=1)[:-3, :-1]
    np.testing.assert_array_equal(ui_graph(image, 4).labels, plain_labels(image, 4))


def test_threshold_is_strict() -> None:
    """GIVEN two cells of 1 pixel that differ by 255 in two channels: 2 * 2 * 1 is exactly 2 squared."""
    image = np.array([[[0, 0, 0], [255, 255, 0]]], np.uint8)
    assert ui_graph(image, 1).sizes.tolist() == [1, 1]
    assert ui_graph(image, 1, threshold=2.001).sizes.tolist() == [2]


def test_flat_picture_is_one_component_that_weighs_little() -> None:
    graph = ui_graph(np.full((1080, 1920, 3), 230, np.uint8))
    assert graph.sizes.tolist() == [39 * 69]
    assert np.unique(graph.weights).tolist() == [np.float32(1 / np.log(39 * 69 + 1))]


def test_views_and_read_only_pictures_are_taken_as_they_are() -> None:
    image = np.random.default_rng(3).integers(0, 255, (90, 130, 3), dtype=np.uint8)
    view = image[3:80:2, ::-1]
    view.setflags(write=False)
    np.testing.assert_array_equal(ui_graph(view, 7).labels, ui_graph(view.copy(), 7).labels)


@pytest.mark.parametrize(
    "image",
    [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 2), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8)],
)
def test_refuses_what_is_not_a_picture(image: NDArray[Any]) -> None:
    with pytest.raises(ValueError, match="an image is uint8"):
        ui_graph(image)


@pytest.mark.parametrize("cell_px", [0, -1, 105])
def test_refuses_cells_of_no_or_too_large_size(cell_px: int) -> None:
    with pytest.raises(ValueError, match="cell_px must be 1 to 104"):
        ui_graph(np.zeros((4, 4, 3), np.uint8), cell_px)


@pytest.mark.parametrize(("n_channels", "cell_px"), [(3, 104), (4, 90)])
def test_the_largest_distance_of_the_largest_cell_fits(n_channels: int, cell_px: int) -> None:
    image = np.zeros((cell_px, 2 * cell_px, n_channels), np.uint8)
    image[:, cell_px:] = 255
    assert ui_graph(image, cell_px).sizes.tolist() == [1, 1]
    with pytest.raises(ValueError, match=f"1 to {cell_px}"):
        ui_graph(image, cell_px + 1)


def test_transparency_counts_like_a_colour() -> None:
    opaque = np.full((28, 56, 4), 255, np.uint8)
    assert ui_graph(opaque).sizes.tolist() == [2]
    half_seen = opaque.copy()
    half_seen[:, 28:, 3] = 128
    assert ui_graph(half_seen).sizes.tolist() == [1, 1]
