from dataclasses import fields
from pathlib import Path

import pytest
import torch
from torch import Tensor

from model.errors import InputError
from model.focusui.network import FocusUI
from model.training.learner import compute_twice
from model.training.objectives import registry
from model.training.objectives.alignment import AlignmentOptions
from model.training.objectives.objective import Objective
from model.training.objectives.options import read_options
from model.training.objectives.parsing import ParsingOptions
from model.training.objectives.perspectives import Asking, PerspectivesOptions
from model.training.objectives.registry import OBJECTIVES, build_objective, check_shared
from model.training.objectives.reinforcement import ReinforcementOptions
from model.training.objectives.sub_cell import SubCellOptions
from tests.model.focusui.tiny import tiny
from tests.model.training.objectives import toy


@pytest.mark.parametrize("name", OBJECTIVES)
@pytest.mark.parametrize("variant", ["qwen2_5_vl", "qwen3_vl"])
def test_each_gives_a_loss_with_gradients_and_the_same_from_the_same_seed(name: str, variant: str) -> None:
    network, samples = tiny(variant).network, toy.samples(variant)
    objective = build_objective(name, {}, network)
    losses = [objective.loss(network, samples, generator=torch.Generator().manual_seed(3)) for _ in range(2)]
    assert losses[0].total.requires_grad
    assert losses[0].total.isfinite()
    assert losses[0].total.item() == losses[1].total.item()
    assert losses[0].parts == losses[1].parts
    assert all(isinstance(part, float) for part in losses[0].parts.values())


@pytest.mark.parametrize("name", OBJECTIVES)
def test_computing_activations_twice_changes_no_gradient(name: str) -> None:
    """GIVEN gradient checkpointing THEN every objective teaches what it teaches without."""
    network = toy.fresh("qwen2_5_vl").network
    objective = build_objective(name, {}, network)
    held = _gradients(network, objective)
    compute_twice(network)
    computed_twice = _gradients(network, objective)
    assert held.keys() == computed_twice.keys()
    assert any(float(gradient.abs().max()) > 1e-3 for gradient in held.values())
    for weight, gradient in held.items():
        torch.testing.assert_close(computed_twice[weight], gradient, rtol=1e-4, atol=1e-6, msg=weight)


def _gradients(network: FocusUI, objective: Objective) -> dict[str, Tensor]:
    torch.manual_seed(5)  # dropout
    network.train()
    network.zero_grad(set_to_none=True)
    samples = toy.samples("qwen2_5_vl")[:2]
    torch.autograd.backward(objective.loss(network, samples, generator=torch.Generator().manual_seed(5)).total)
    return {name: weight.grad for name, weight in network.named_parameters() if weight.grad is not None}


@pytest.mark.parametrize("name", ["alignment", "parsing", "reinforcement"])
def test_what_goes_through_the_network_unevenly_is_not_learned_with_weights_shared_out(name: str) -> None:
    with pytest.raises(InputError, match=f'"{name}" cannot be learned with weights that processes share'):
        check_shared(name)
    check_shared("grounding")


@pytest.mark.parametrize(
    ("name", "options", "complaint"),
    [
        ("guessing", {}, 'There is no objective "guessing"'),
        ("parsing", {"text": 1.0}, "parsing.*there is no 'text', but kind, l1, giou"),
        ("parsing", {"kind": "heavy"}, "kind is 'heavy', which is not like 1.0"),
        ("parsing", {"kind": True}, "kind is True"),
        ("parsing", {"l1": -1}, "weights are not negative"),
        ("sub_cell", {"place": 0}, "cell, patch and place must be positive"),
        ("sub_cell", {"lm": 0, "scorer": 0}, "one is positive"),
        ("alignment", {"n_sinks": 0}, "attention and n_sinks must be positive"),
        ("perspectives", {"asking": "twice"}, "'twice' is not a valid Asking"),
        ("reinforcement", {"n_episodes": 2.5}, "n_episodes is 2.5, which is not like 8"),
        ("reinforcement", {"episode": "zoom", "zoom": 1}, "zoom is above 1"),
    ],
)
def test_what_cannot_be_had_is_said(name: str, options: dict[str, object], complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        build_objective(name, options, tiny("qwen2_5_vl").network)


def test_options_come_as_a_recipe_says_them() -> None:
    said = {"asking": "all", "agreement": 1, "has_thoughts": True}
    assert read_options(PerspectivesOptions, said) == PerspectivesOptions(
        asking=Asking.ALL, agreement=1.0, has_thoughts=True
    )


def test_extra_modules_are_on_the_network_and_of_its_type() -> None:
    network = tiny("qwen2_5_vl").network
    for name in ("parsing", "sub_cell"):
        extra = build_objective(name, {}, network).extra
        assert extra is not None
        assert {parameter.dtype for parameter in extra.parameters()} == {network.dtype}
    assert all(build_objective(name, {}, network).extra is None for name in ("perspectives", "alignment"))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("parsing", ParsingOptions),
        ("perspectives", PerspectivesOptions),
        ("reinforcement", ReinforcementOptions),
        ("sub_cell", SubCellOptions),
        ("alignment", AlignmentOptions),
    ],
)
def test_the_readme_names_every_option(name: str, kind: type) -> None:
    readme = Path(registry.__file__).with_name("README.md").read_text(encoding="utf-8")
    row = next(line for line in readme.splitlines() if line.startswith(f"| `{name}` | "))
    assert all(f"`{field.name}`" in row for field in fields(kind))
