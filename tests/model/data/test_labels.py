import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from model.data.boxes import BoxNorm
from model.data.labels import VisualGrid, box_overlap, fuse, label_pixels, patch_labels, pointer_label, token_index
from model.uigraph import ui_graph
from tests.reference import PURE

_PICTURES: list[dict[str, Any]] = json.loads((PURE / "uigraph.json").read_text())
_BOXES: list[dict[str, Any]] = json.loads((PURE / "coordinates.json").read_text())["patch_labels"]


def _grid(size_wh: list[int], cell_px: int) -> VisualGrid:
    return VisualGrid(width_px=size_wh[0], height_px=size_wh[1], cell_px=cell_px, merge_size=2)


@pytest.mark.parametrize("case", _PICTURES, ids=lambda case: case["key"])
def test_overlap_equals_the_reference_for_every_form_of_box(case: dict[str, Any]) -> None:
    grid = _grid(case["size_wh"], 2 * case["patch_size"])
    first, pixels, third, (x, y, width, height) = case["bboxes"]
    boxes = [
        BoxNorm(*first).truncated_px(grid.width_px, grid.height_px),
        tuple(int(edge) for edge in pixels),
        BoxNorm(*third).truncated_px(grid.width_px, grid.height_px),
        (x, y, x + width, y + height),
    ]
    with np.load(PURE / "uigraph.npz") as reference:
        for idx, box_px in enumerate(boxes):
            np.testing.assert_array_equal(box_overlap(box_px, grid).ravel(), reference[f"{case['key']}/bbox{idx}"])


@pytest.mark.parametrize("case", _PICTURES, ids=lambda case: case["key"])
def test_fused_label_equals_the_reference(case: dict[str, Any]) -> None:
    grid = _grid(case["size_wh"], 2 * case["patch_size"])
    with Image.open(PURE / case["image"]) as picture, np.load(PURE / "uigraph.npz") as reference:
        assert picture.mode == case["mode"]
        labels = patch_labels(picture, BoxNorm(*case["bboxes"][0]), grid)
        np.testing.assert_array_equal(labels.saliency, reference[f"{case['key']}/log"][::4])
        np.testing.assert_array_equal(labels.fused.ravel(), reference[f"{case['key']}/fused_unmerged"])
        np.testing.assert_array_equal(labels.merged, reference[f"{case['key']}/fused"])


@pytest.mark.parametrize("case", _BOXES, ids=str)
def test_pointer_labels_and_token_indices_equal_the_reference(case: dict[str, Any]) -> None:
    grid = _grid(case["size_wh"], case["factor"])
    assert np.flatnonzero(pointer_label(BoxNorm(*case["bbox"]), grid)).tolist() == case["positive_patches"]
    assert token_index(*case["point"], grid) == case["token_index"]


_GRID = VisualGrid(width_px=140, height_px=84, cell_px=28, merge_size=2)


@st.composite
def _boxes(draw: st.DrawFn) -> BoxNorm:
    x1, x2 = sorted(draw(st.lists(st.integers(0, 1000), min_size=2, max_size=2, unique=True)))
    y1, y2 = sorted(draw(st.lists(st.integers(0, 1000), min_size=2, max_size=2, unique=True)))
    return BoxNorm(x1 / 1000, y1 / 1000, x2 / 1000, y2 / 1000)


@given(box=_boxes())
def test_overlap_counts_the_pixels_of_the_box(box: BoxNorm) -> None:
    mask = np.zeros((_GRID.height_px, _GRID.width_px), np.float32)
    x1, y1, x2, y2 = box.truncated_px(_GRID.width_px, _GRID.height_px)
    mask[y1:y2, x1:x2] = 1
    means = mask.reshape(3, 2, 14, 5, 2, 14).mean(axis=(2, 5)).transpose(0, 2, 1, 3).reshape(15, 4)
    np.testing.assert_allclose(box_overlap((x1, y1, x2, y2), _GRID), means, atol=1e-6)


@given(box=_boxes())
def test_every_box_has_a_patch_to_point_at_and_covered_patches_are_among_them(box: BoxNorm) -> None:
    positive = pointer_label(box, _GRID) > 0
    covered = box_overlap(box.truncated_px(_GRID.width_px, _GRID.height_px), _GRID).any(axis=1)
    assert positive.any()
    assert (positive | ~covered).all()


def test_a_box_that_ends_at_an_edge_does_not_touch_the_next_cell() -> None:
    box = BoxNorm.from_pixels(28, 28, 56, 56, width_px=140, height_px=84)
    assert np.flatnonzero(pointer_label(box, _GRID)).tolist() == [6]


@pytest.mark.parametrize("edges", [(0.5, 0.1, 0.5, 0.2), (0.1, 0.6, 0.2, 0.5), (-0.1, 0, 1, 1), (0, 0, 1, 1.01)])
def test_a_box_without_extent_or_outside_is_refused(edges: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="fractions from 0 to 1"):
        BoxNorm(*edges)


def test_labels_are_never_below_minus_one_or_above_one() -> None:
    fused = fuse(np.ones((1, 4), np.float32), np.ones(1, np.float32))
    assert fused.tolist() == [[1.0] * 4]
    assert fuse(np.zeros((1, 4), np.float32), np.zeros(1, np.float32)).tolist() == [[-1.0] * 4]


def test_pictures_are_taken_as_they_are_stored() -> None:
    """Grey is repeated, transparency is a channel, palette entries are numbers; other modes become RGB."""
    grey = Image.new("L", (140, 84), 7)
    assert label_pixels(grey, _GRID).shape == (84, 140, 3)
    assert label_pixels(grey.convert("RGBA"), _GRID).shape == (84, 140, 4)
    palette = Image.new("P", (70, 42), 3)
    assert np.unique(label_pixels(palette, _GRID)).tolist() == [3]
    assert label_pixels(grey.convert("CMYK"), _GRID).shape == (84, 140, 3)


def test_an_opaque_picture_has_the_label_of_its_colours() -> None:
    rng = np.random.default_rng(3)
    picture = Image.fromarray(rng.integers(0, 255, (90, 130, 3), dtype=np.uint8))
    box = BoxNorm(0.2, 0.2, 0.6, 0.7)
    opaque = patch_labels(picture.convert("RGBA"), box, _GRID)
    np.testing.assert_array_equal(opaque.merged, patch_labels(picture, box, _GRID).merged)
    np.testing.assert_array_equal(
        opaque.saliency, ui_graph(label_pixels(picture, _GRID), _GRID.cell_px).weights.ravel()
    )


def test_a_grid_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="multiples of the cells"):
        VisualGrid(width_px=141, height_px=84, cell_px=28, merge_size=2)
