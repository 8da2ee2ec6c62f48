import hashlib

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers.vision_utils import (
    get_vision_interpolation_indices_and_weights,
    get_vision_position_ids,
    get_vision_window_index,
)

from model.focusui.checkpoint import read_image_spec
from model.focusui.image_input import patchify as patchify_in_torch
from model.focusui.picture import resized
from model.focusui_onnx.patches import patch_positions, patchify, table_lookup, windows
from tests.model.focusui_onnx.conftest import VARIANTS, cases, checkpoint_folder

SIDES = st.integers(1, 40)


@pytest.mark.parametrize("variant", VARIANTS)
def test_patches_are_those_of_the_published_preprocessing(variant: str) -> None:
    spec = read_image_spec(checkpoint_folder(variant))
    for case in cases(variant):
        pixels = resized(case.image, spec)
        patches = patchify(pixels, spec)
        np.testing.assert_array_equal(patches, patchify_in_torch(pixels, spec).pixel_values.numpy())
        assert hashlib.sha256(np.ascontiguousarray(patches).tobytes()).hexdigest() == case.pixel_values_sha256


@given(n_rows=SIDES, n_cols=SIDES)
def test_positions_are_those_of_the_published_tower(n_rows: int, n_cols: int) -> None:
    grid_thw = torch.tensor([[1, 2 * n_rows, 2 * n_cols]])
    np.testing.assert_array_equal(patch_positions(n_rows, n_cols, 2), get_vision_position_ids(grid_thw, 2).numpy())


@given(n_rows=SIDES, n_cols=SIDES)
@settings(deadline=None)
def test_windows_are_those_of_the_published_tower(n_rows: int, n_cols: int) -> None:
    inputs = windows(n_rows, n_cols, window_cells=4, merge_size=2)
    order, ends = get_vision_window_index(torch.tensor([[1, 2 * n_rows, 2 * n_cols]]), 2, 112, 14)
    in_order = (order.numpy()[:, np.newaxis] * 4 + np.arange(4)).ravel()
    expected = np.split(in_order, ends.numpy()[1:-1])
    is_patch = inputs["window_bias"][:, 0, 0] == 0
    assert len(expected) == len(is_patch)
    for patches, is_one, one in zip(inputs["window_patches"], is_patch, expected, strict=True):
        np.testing.assert_array_equal(patches[is_one], one)
    # Every patch finds itself again.
    np.testing.assert_array_equal(inputs["window_patches"].ravel()[inputs["patch_slots"]], np.arange(len(in_order)))
    assert is_patch.ravel()[inputs["patch_slots"]].all()


@given(n_rows=SIDES, n_cols=SIDES, side=st.integers(2, 48))
@settings(deadline=None)
def test_learned_positions_are_looked_up_as_in_the_published_tower(n_rows: int, n_cols: int, side: int) -> None:
    inputs = table_lookup(patch_positions(n_rows, n_cols, 2), side)
    rows, weights = get_vision_interpolation_indices_and_weights(
        torch.tensor([[1, 2 * n_rows, 2 * n_cols]]), side, align_corners=True, spatial_merge_size=2
    )
    np.testing.assert_array_equal(inputs["table_rows"], rows.numpy())
    np.testing.assert_array_equal(inputs["table_weights"], weights.numpy())
