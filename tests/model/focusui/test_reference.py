"""Our FocusUI computes what the authors' code computes."""

import pytest

from model.evaluation.reference import read_reference
from model.evaluation.verify import verify_variant
from model.evaluation.verify_training import verify_training
from tests.reference import ROOT, SCREENSHOTS, VARIANTS


@pytest.mark.parametrize("variant", VARIANTS)
def test_equals_the_recorded_numbers(variant: str) -> None:
    (reference,) = read_reference(ROOT / variant)
    comparisons = list(verify_variant(reference))
    beyond = [comparison for comparison in comparisons if not comparison.is_within]
    assert not beyond
    assert {comparison.case for comparison in comparisons} == set(SCREENSHOTS)
    quantities = {comparison.quantity for comparison in comparisons}
    assert {
        "input_ids",
        "position_ids_full",
        "patch_scores",
        "image_token_keep_mask",
        "packed_position_ids",
    } < quantities
    assert {"pointer_hidden", "attn_full", "region_centers", "best_point", "last_logits"} < quantities
    assert len(comparisons) > 350


@pytest.mark.parametrize("variant", VARIANTS)
def test_labels_losses_and_gradients_equal_the_recorded_numbers(variant: str) -> None:
    (reference,) = read_reference(ROOT / variant)
    comparisons = list(verify_training(reference))
    assert not [comparison for comparison in comparisons if not comparison.is_within]
    assert {comparison.case for comparison in comparisons} == set(SCREENSHOTS)
    quantities = {comparison.quantity.removeprefix("training ") for comparison in comparisons}
    assert {"labels", "patch_scores_label", "multi_patch_labels", "packed_labels", "coordinates"} < quantities
    assert {"ps_loss", "pointer_loss", "lm_loss", "loss", "gradient norms"} < quantities
