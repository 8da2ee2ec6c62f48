import pytest
import torch

from model.training.objectives.grounding import build
from tests.model.focusui.tiny import tiny
from tests.model.training import recorded


@pytest.mark.parametrize(("variant", "picture"), recorded.CASES)
def test_the_objective_of_a_recipe_says_what_was_recorded(variant: str, picture: str) -> None:
    network, expected = tiny(variant).network, recorded.losses(variant, picture)
    options = {"lm": 1.0, "pointer": 1.0, "scorer": 0.1, "min_dropped": 0.5, "max_dropped": 0.5}
    told = build(options, network).loss(
        network, [recorded.sample(variant, picture)], generator=torch.Generator().manual_seed(1)
    )
    assert told.total.item() == pytest.approx(expected["loss"], abs=1e-5)
    assert told.per_token is not None
    assert told.per_token.item() == pytest.approx(expected["lm_loss"], abs=1e-5)
    assert told.parts["scorer"] == pytest.approx(expected["ps_loss"], abs=1e-5)
    assert told.parts["pointer"] == pytest.approx(expected["pointer_loss"], abs=1e-5)
    assert told.parts["keep_fraction"] == 0.5
    assert told.parts["target_kept"] == expected["positives_kept"] / expected["positives_total"]


def test_each_sample_draws_its_own_keep_fraction() -> None:
    network = tiny("qwen2_5_vl").network
    sample = recorded.sample("qwen2_5_vl", "editor_640x400")
    objective = build({}, network)
    with torch.no_grad():
        means = [
            objective.loss(network, [sample] * 2, generator=torch.Generator().manual_seed(seed)).parts["keep_fraction"]
            for seed in (1, 1, 2)
        ]
    assert means[0] == means[1] != means[2]
