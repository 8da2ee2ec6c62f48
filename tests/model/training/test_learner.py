"""What learns, how it is held, and what LoRA comes to."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from model.errors import InputError
from model.focusui.checkpoint import load_checkpoint
from model.focusui.network import FocusUI
from model.training.focusui_run import ADAPTERS, LAST
from model.training.forward import training_forward
from model.training.learner import set_learning
from model.training.lora import merge_lora
from model.training.losses import EVERYTHING
from model.training.recipe import Learns, LoraShape, Precision
from tests.model.focusui.tiny import tiny
from tests.model.training import recorded
from tests.model.training.drawn import DrawnSource, draw_screens
from tests.model.training.runs import Steps, open_run, short_recipe
from tests.reference import VARIANTS, checkpoint_folder

_SHAPE = LoraShape(rank=4, alpha=8.0, dropout=0.0, targets=("q_proj", "v_proj", "down_proj"))
_LORA = short_recipe(learns=Learns.LORA, lora=_SHAPE)


def _fresh(variant: str) -> FocusUI:
    return load_checkpoint(checkpoint_folder(variant), dtype=torch.float32).network


def _screens() -> DrawnSource:
    return DrawnSource(draw_screens(2, seed=11, width_px=336, height_px=224))


@pytest.mark.parametrize("variant", VARIANTS)
def test_lora_adds_nothing_at_first_and_merges_into_what_it_adds(variant: str) -> None:
    network, plain = _fresh(variant), tiny(variant).network
    set_learning(network, _LORA)
    learning = {name for name, weight in network.named_parameters() if weight.requires_grad}
    assert {name.split(".")[0] for name in learning if "lora" not in name} == {
        "patch_scorer",
        "multi_patch_pointer_head",
    }
    assert sum("lora" in name for name in learning) == 2 * 3 * 3, "two halves, three layers, three targets"
    sample = recorded.sample(variant, "editor_640x400")
    with torch.no_grad():
        before = training_forward(plain, [sample], [0.5], EVERYTHING).losses.total
        assert training_forward(network, [sample], [0.5], EVERYTHING).losses.total == before
        for name, weight in network.named_parameters():
            if name.endswith("lora_b"):
                weight.normal_(std=0.2, generator=torch.Generator().manual_seed(3))
        added = training_forward(network, [sample], [0.5], EVERYTHING).losses.total
        assert abs(added - before) > 1e-3
        merged = _fresh(variant)
        merged.load_state_dict(merge_lora(network.state_dict(), _SHAPE))
        assert training_forward(merged, [sample], [0.5], EVERYTHING).losses.total == pytest.approx(
            float(added), abs=1e-5
        )


def test_lora_for_layers_that_there_are_not_is_refused() -> None:
    shape = LoraShape(rank=4, alpha=8.0, dropout=0.0, targets=("q_proj", "z_proj"))
    with pytest.raises(InputError, match="no linear layer called z_proj"):
        set_learning(_fresh("qwen2_5_vl"), short_recipe(learns=Learns.LORA, lora=shape))


@pytest.mark.parametrize("variant", VARIANTS)
def test_lora_is_trained_in_bf16_and_written_merged(variant: str, tmp_path: Path) -> None:
    """GIVEN LoRA in bfloat16 WHEN trained THEN the checkpoint has the published names; the adapters lie beside it."""
    steps = Steps()
    recipe = short_recipe(
        learns=Learns.LORA, lora=_SHAPE, precision=Precision.BF16, has_gradient_checkpointing=True, n_epochs=12
    )
    run = open_run(recipe, tmp_path, _screens(), steps=steps, variant=variant, held_out=_screens())
    held = {(weight.requires_grad, weight.dtype) for weight in run.learner.parameters()}
    assert held == {(True, torch.float32), (False, torch.bfloat16)}
    run.train()
    assert steps[-1].loss < 0.85 * steps[0].loss
    before = load_file(checkpoint_folder(variant) / "model.safetensors")
    after = load_file(tmp_path / LAST / "model.safetensors")
    assert {name: value.shape for name, value in after.items()} == {name: value.shape for name, value in before.items()}
    assert {value.dtype for value in after.values()} == {torch.bfloat16}
    changed = {name for name, value in after.items() if not torch.equal(value, before[name].to(torch.bfloat16))}
    decoder = {name for name in changed if name.startswith("model.")}
    assert decoder
    assert {name.split(".")[-2] for name in decoder} == set(_SHAPE.targets)
    adapters = load_file(tmp_path / LAST / ADAPTERS / "adapter_model.safetensors")
    assert "base_model.model.model.language_model.layers.0.self_attn.q_proj.lora_A.weight" in adapters
    assert json.loads((tmp_path / LAST / ADAPTERS / "adapter_config.json").read_text())["r"] == _SHAPE.rank


@pytest.mark.parametrize("variant", VARIANTS)
def test_computing_activations_twice_changes_no_gradient(variant: str) -> None:
    gradients = []
    for has_checkpointing in (False, True):
        network = _fresh(variant)
        set_learning(network, short_recipe(has_gradient_checkpointing=has_checkpointing))
        network.train()
        torch.manual_seed(5)  # dropout
        output = training_forward(network, [recorded.sample(variant, "odd_777x513")], [0.5], EVERYTHING)
        torch.autograd.backward(output.losses.total)
        gradients.append({name: weight.grad for name, weight in network.named_parameters()})
    first, second = gradients
    for name, gradient in first.items():
        other = second[name]
        assert (gradient is None) == (other is None), name
        if gradient is not None and other is not None:
            torch.testing.assert_close(gradient, other, atol=1e-6, rtol=1e-4)


@pytest.mark.parametrize("variant", VARIANTS)
def test_everything_learns_in_bf16_and_is_written_so(variant: str, tmp_path: Path) -> None:
    steps = Steps()
    recipe = short_recipe(precision=Precision.BF16, n_epochs=12)
    open_run(recipe, tmp_path, _screens(), steps=steps, variant=variant, held_out=_screens()).train()
    assert steps[-1].loss < 0.7 * steps[0].loss
    after = load_file(tmp_path / LAST / "model.safetensors")
    assert {value.dtype for value in after.values()} == {torch.bfloat16}
    assert json.loads((tmp_path / LAST / "config.json").read_text())["dtype"] == "bfloat16"
