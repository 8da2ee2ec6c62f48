from pathlib import Path

import pytest
import torch

from model.focusui.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from model.focusui.load import load_focusui
from model.training.fit import FitOptions, FitStep, fit, learning_rate_factor
from model.training.losses import EVERYTHING, SCORER_ONLY, LossWeights
from model.training.sample import TrainingSample
from model.weight_mode import WeightMode
from tests.model.training import recorded
from tests.model.training.drawn import DrawnScreen, draw_screens, pixels_of, record_of
from tests.reference import VARIANTS, checkpoint_folder

_SEED = 11


def _fresh(variant: str) -> Checkpoint:
    return load_checkpoint(checkpoint_folder(variant), dtype=torch.float32)


def _small_screens() -> list[DrawnScreen]:
    return draw_screens(2, seed=_SEED, width_px=336, height_px=224)


def _samples(checkpoint: Checkpoint, screens: list[DrawnScreen]) -> list[TrainingSample]:
    builder = recorded.builder(checkpoint)
    return [builder.build(record_of(screen, name=f"{idx}"), screen.picture) for idx, screen in enumerate(screens)]


def _fit(checkpoint: Checkpoint, n_steps: int, weights: LossWeights) -> list[FitStep]:
    steps: list[FitStep] = []
    torch.manual_seed(_SEED)  # dropout
    fit(
        checkpoint.network,
        _samples(checkpoint, _small_screens()),
        FitOptions(n_steps=n_steps, learning_rate=3e-3, batch_size=2, weights=weights),
        generator=torch.Generator().manual_seed(_SEED),
        on_step=steps.append,
    )
    return steps


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_was_learned_by_heart_is_found_by_the_product(variant: str, tmp_path: Path) -> None:
    """GIVEN two screens learned by heart WHEN saved and loaded like any model THEN both targets are found."""
    checkpoint = _fresh(variant)
    steps = _fit(checkpoint, 40, EVERYTHING)
    assert not checkpoint.network.training
    assert [step.step_idx for step in steps] == list(range(40))
    assert all(len(step.kept) == 2 and step.kept[0].n_positive for step in steps)
    save_checkpoint(checkpoint, tmp_path, source=checkpoint_folder(variant))
    grounder = load_focusui(tmp_path, name="learned by heart", weights=WeightMode.FLOAT32)
    for screen in _small_screens():
        look = grounder.look(pixels_of(screen))
        for keep_fraction in (1.0, 0.3):
            found = grounder.find(look, screen.instruction, keep_fraction=keep_fraction)
            assert found.point is not None
            x_px, y_px = found.point
            assert screen.box.contains(x_px / screen.picture.width, y_px / screen.picture.height), keep_fraction


def test_the_same_seed_gives_the_same_losses() -> None:
    first, second = (_fit(_fresh("qwen2_5_vl"), 3, EVERYTHING) for _ in range(2))
    assert first == second


def test_the_first_stage_changes_the_patch_scorer_alone() -> None:
    checkpoint = _fresh("qwen3_vl")
    before = {name: value.clone() for name, value in checkpoint.network.state_dict().items()}
    steps = _fit(checkpoint, 8, SCORER_ONLY)
    changed = {name for name, value in checkpoint.network.state_dict().items() if not torch.equal(value, before[name])}
    assert changed == {name for name in before if name.startswith("patch_scorer.")}
    assert steps[-1].scorer_loss < steps[0].scorer_loss
    assert (steps[0].pointer_loss, steps[0].lm_loss) == (None, None)


def test_the_learning_rate_rises_and_falls() -> None:
    factors = [learning_rate_factor(step_idx, 200) for step_idx in range(200)]
    assert max(factors) == factors[5] == 1.0
    assert factors[:6] == sorted(factors[:6])
    assert factors[6:] == sorted(factors[6:], reverse=True)
    assert 0.0 < factors[-1] < 0.001
