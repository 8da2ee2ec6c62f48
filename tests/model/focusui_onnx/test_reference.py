"""Every reference case through ONNX Runtime: against the authors' numbers, and against the checkpoint in torch."""

from pathlib import Path

import numpy as np
import pytest

from model.decode import find_regions
from model.focusui_onnx.load import load_onnx_focusui
from model.focusui_onnx.manifest import Weights
from model.focusui_onnx.sessions import Device
from model.grounder import Grounding
from tests.model.focusui_onnx.conftest import VARIANTS, Export, cases, in_torch

# Promised is 1e-3; measured 5e-7. A slip that costs more than rounding shall not pass.
TOLERANCE = 1e-5
CLEAR_MARGIN = 1.1
"""The best region is unambiguous if its score is so many times that of the second."""


def centre_cells(grounding: Grounding) -> np.ndarray:
    """(x, y) of the best region, in cells."""
    n_rows, n_cols = grounding.grid.shape
    return np.array(find_regions(grounding.pointer_probs)[0].center_norm) * (n_cols, n_rows)


def is_clear(grounding: Grounding) -> bool:
    regions = find_regions(grounding.pointer_probs)
    return len(regions) == 1 or regions[0].score > CLEAR_MARGIN * regions[1].score


@pytest.mark.parametrize("variant", VARIANTS)
def test_reference_cases_in_float32(variant: str, exported: Export) -> None:
    grounder = load_onnx_focusui(exported(variant, Weights.FLOAT32), name=variant, device=Device.CPU)
    for case in cases(variant):
        look = grounder.look(case.image)
        for ratio in case.ratios:
            found = grounder.find(look, case.instruction, keep_fraction=1.0 - ratio)
            expected = {key.removeprefix(f"r{ratio:.2f}/"): value for key, value in case.numbers.items()}
            label = f"{case.name} at {ratio}"
            np.testing.assert_array_equal(
                found.scored.keep_mask.ravel(), expected["image_token_keep_mask"], err_msg=label
            )
            np.testing.assert_allclose(
                found.scored.scores.ravel() * 2 - 1, expected["patch_scores"][0], atol=TOLERANCE, err_msg=label
            )
            np.testing.assert_allclose(
                found.pointer_probs.ravel(), expected["attn_full"][0], atol=TOLERANCE, err_msg=label
            )
            centre_norm = centre_cells(found) / look.grid.shape[::-1]
            np.testing.assert_allclose(centre_norm, expected["best_point"], atol=TOLERANCE, err_msg=label)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(
    ("size", "instruction", "keep_fraction"),
    [
        ((90, 500), "x", 0.37),  # fewer rows than a window has; one token
        ((64, 64), "Öffne 設定 <|image_pad|> now", 0.1),  # the smallest grid: a single patch is kept
        ((300, 430), "the field next to Name", 1.0),
        ((231, 120), "  close  ", None),
    ],
)
def test_other_sizes_as_in_torch(
    variant: str, size: tuple[int, int], instruction: str, keep_fraction: float | None, exported: Export
) -> None:
    image = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    grounder = load_onnx_focusui(exported(variant, Weights.FLOAT32), name=variant, device=Device.CPU)
    here, there = (
        one.find(one.look(image), instruction, keep_fraction=keep_fraction) for one in (grounder, in_torch(variant))
    )
    np.testing.assert_array_equal(here.scored.keep_mask, there.scored.keep_mask)
    np.testing.assert_allclose(here.scored.scores, there.scored.scores, atol=TOLERANCE)
    np.testing.assert_allclose(here.pointer_probs, there.pointer_probs, atol=TOLERANCE)
    np.testing.assert_allclose(here.point, there.point, atol=1e-2)  # pixels
    assert len(here.candidates) == len(there.candidates)


@pytest.mark.parametrize("variant", VARIANTS)
def test_eight_bits_point_where_floats_do(variant: str, exported: Export) -> None:
    grounder = load_onnx_focusui(exported(variant, Weights.INT8), name=variant, device=Device.CPU)
    shifts = []
    for case in cases(variant):
        look, look_there = grounder.look(case.image), in_torch(variant).look(case.image)
        for ratio in case.ratios:
            here = grounder.find(look, case.instruction, keep_fraction=1.0 - ratio)
            there = in_torch(variant).find(look_there, case.instruction, keep_fraction=1.0 - ratio)
            np.testing.assert_array_equal(here.scored.keep_mask, there.scored.keep_mask)
            np.testing.assert_allclose(here.scored.scores, there.scored.scores, atol=TOLERANCE)
            np.testing.assert_allclose(here.pointer_probs, there.pointer_probs, atol=0.05 * there.pointer_probs.max())
            if is_clear(there):
                shifts.append(np.abs(centre_cells(here) - centre_cells(there)).max())
    assert len(shifts) >= 10
    assert max(shifts) < 0.5


def test_eight_bits_are_smaller_and_leave_the_rest_alone(exported: Export) -> None:
    floats, bytes_ = (exported("qwen3_vl", weights) for weights in (Weights.FLOAT32, Weights.INT8))
    assert size_of(bytes_ / "decoder.onnx.data") < 0.3 * size_of(floats / "decoder.onnx.data")
    for name in ("vision.onnx.data", "scorer_visual.onnx.data", "pointer.onnx.data", "embeddings.npy"):
        assert (floats / name).read_bytes() == (bytes_ / name).read_bytes()


def size_of(file: Path) -> int:
    return file.stat().st_size
