import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from model.selection import n_kept, pack_pospad, select_patches
from tests.reference import PURE

_REFERENCE: dict[str, Any] = json.loads((PURE / "pospad_selection.json").read_text())
_FRACTIONS = st.floats(0.0, 1.0, exclude_min=True)
_SCORES = hnp.arrays(
    np.float32, hnp.array_shapes(min_dims=1, max_dims=2, max_side=12), elements=st.floats(-2, 2, width=16)
)


def test_counts_equal_the_reference_except_that_one_always_stays() -> None:
    for row in _REFERENCE["n_keep_table"]:
        assert n_kept(row["n"], 1.0 - row["ratio"]) == max(1, row["n_keep"]), row


@given(n=st.integers(1, 10**6), keep_fraction=_FRACTIONS)
def test_count_law(n: int, keep_fraction: float) -> None:
    count = n_kept(n, keep_fraction)
    assert 1 <= count <= n
    assert count <= max(1, n * keep_fraction)
    assert n_kept(n, 1.0) == n
    assert n_kept(n + 1, keep_fraction) >= count


@pytest.mark.parametrize("keep_fraction", [0.0, -0.5, 1.0001, 2.0, float("nan")])
def test_refuses_fractions_outside_0_to_1(keep_fraction: float) -> None:
    with pytest.raises(ValueError, match="keep_fraction"):
        n_kept(10, keep_fraction)


@given(scores=_SCORES, keep_fraction=_FRACTIONS)
def test_keeps_exactly_the_best_and_of_equal_ones_the_first(scores: NDArray[np.float32], keep_fraction: float) -> None:
    keep_mask = select_patches(scores, keep_fraction)
    best_first = np.argsort(-scores.ravel(), kind="stable")[: n_kept(scores.size, keep_fraction)]
    assert keep_mask.shape == scores.shape
    np.testing.assert_array_equal(np.flatnonzero(keep_mask), np.sort(best_first))


def test_keeping_everything_keeps_everything() -> None:
    assert select_patches(np.zeros((3, 4), np.float32), 1.0).all()


def test_refuses_scores_that_are_not_numbers() -> None:
    with pytest.raises(ValueError, match="NaN"):
        select_patches(np.array([0.5, np.nan]), 0.5)


@pytest.mark.parametrize("case", _REFERENCE["selection"], ids=lambda case: case["case"])
def test_selection_equals_the_reference(case: dict[str, Any]) -> None:
    with np.load(PURE / "selection.npz") as reference:
        scores, keep = reference[f"{case['case']}/scores"], reference[f"{case['case']}/keep"]
    keep_mask = select_patches(scores, 1.0 - case["ratio"])
    assert keep_mask.sum() == max(1, case["n_keep"])
    if case["ties"] == "none":
        np.testing.assert_array_equal(keep_mask, keep)
    np.testing.assert_array_equal(np.sort(scores[keep_mask]), np.sort(scores[keep]))


@pytest.mark.parametrize("case", _REFERENCE["pospad"], ids=lambda case: f"{case['case']}-{case['kind']}")
def test_packing_equals_the_reference(case: dict[str, Any]) -> None:
    with np.load(PURE / "pospad.npz") as stored:
        reference = {name: stored[f"{case['case']}/{name}"] for name in (
            "input_ids", "keep", "packed_index", "is_marker", "packed_input_ids", "position_ids", "packed_position_ids",
        )}  # fmt: skip
    image_mask = reference["input_ids"] == _REFERENCE["image_token_id"]
    keep_mask = np.ones_like(image_mask)
    keep_mask[image_mask] = reference["keep"]
    packing = pack_pospad(keep_mask, image_mask)
    np.testing.assert_array_equal(packing.index, reference["packed_index"])
    np.testing.assert_array_equal(packing.is_marker, reference["is_marker"])
    np.testing.assert_array_equal(reference["position_ids"][:, packing.index], reference["packed_position_ids"])
    packed_ids = reference["input_ids"][packing.index]
    packed_ids[packing.is_marker] = _REFERENCE["image_drop_end_token_id"]
    np.testing.assert_array_equal(packed_ids, reference["packed_input_ids"])
    np.testing.assert_array_equal(packing.is_visual, packed_ids == _REFERENCE["image_token_id"])


@given(masks=st.lists(st.tuples(st.booleans(), st.booleans()), max_size=60))
def test_packing_law(masks: list[tuple[bool, bool]]) -> None:
    keep_mask = np.array([keep for keep, _ in masks], bool)
    image_mask = np.array([image for _, image in masks], bool)
    packing = pack_pospad(keep_mask, image_mask)
    expected: list[tuple[int, bool]] = []
    for i, (keep, image) in enumerate(masks):
        if keep or not image:
            expected.append((i, False))
        elif expected and expected[-1] == (i - 1, True):
            expected[-1] = (i, True)  # the run goes on: its marker moves along
        else:
            expected.append((i, True))
    assert list(zip(packing.index.tolist(), packing.is_marker.tolist(), strict=True)) == expected
    assert packing.n_packed == len(expected)
    np.testing.assert_array_equal(packing.index[packing.is_visual], np.flatnonzero(keep_mask & image_mask))


def test_masks_must_cover_the_same_sequence() -> None:
    with pytest.raises(ValueError, match="one sequence"):
        pack_pospad(np.ones(3, bool), np.ones(4, bool))
