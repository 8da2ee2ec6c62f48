"""Several processes, several batches, or one large batch: a step learns the same."""

from pathlib import Path
from typing import Any

import pytest
import torch
from accelerate.commands.config.config_args import load_config_from_file
from accelerate.utils import is_deepspeed_available
from safetensors.torch import load_file
from torch import Tensor

from model.errors import TrainingError
from model.focusui.checkpoint import load_checkpoint
from model.training.focusui_run import LAST
from model.training.recipes import RECIPES
from model.training.run_state import read_log
from model.training.team.open_team import open_team
from model.training.team.sharded import sharded
from tests.model.training import worker
from tests.model.training.runs import GROUNDING
from tests.model.training.together import run_on_two

_FIXED = {"objective_options": {**GROUNDING, "min_dropped": 0.4, "max_dropped": 0.4}}
_TOLERANCE = 1e-5
_FSDP = {"ACCELERATE_USE_FSDP": "true", "FSDP_VERSION": "2"}
_LORA = {"rank": 4, "alpha": 8.0, "dropout": 0.1, "targets": ["q_proj", "v_proj"]}


def _asked(folder: Path, name: str, **recipe: Any) -> dict[str, Any]:
    return {"out": str(folder / name), "gradients": str(folder / f"{name}.pt"), "recipe": recipe}


def _gradients(folder: Path, name: str) -> dict[str, Tensor | None]:
    """Of the first step, before they were shortened."""
    found: dict[str, Tensor | None] = torch.load(folder / f"{name}.pt", weights_only=True)
    return found


def _largest_difference(some: dict[str, Tensor | None], other: dict[str, Tensor | None]) -> float:
    assert some.keys() == other.keys()
    return max(float((_or_zero(some[name]) - _or_zero(other[name])).abs().max()) for name in some)


def _or_zero(gradient: Tensor | None) -> Tensor:
    """What nothing reached has no gradient, but for processes that exchange it: there it is zero."""
    return torch.zeros(1) if gradient is None else gradient


def test_two_processes_learn_what_one_learns(tmp_path: Path) -> None:
    """GIVEN four screens WHEN two processes share a step THEN its gradients are those of one process.

    Supervised tokens differ in number from sample to sample, so means of means would not do. Dropout is off. Against
    one batch of double size the keep fraction is fixed, for there all samples draw from one generator; where batches
    are alike it is drawn. In the second case there are three batches, so that one process takes part in the last round
    without a batch of its own.
    """
    fixed = {**_FIXED, "batch_size": 2, "accumulation": 2}
    odd = {"batch_size": 1, "accumulation": 3}
    run_on_two([_asked(tmp_path, "two", **fixed), _asked(tmp_path, "shared", **odd)])
    worker.main(_asked(tmp_path, "large", **_FIXED, batch_size=4, accumulation=1))
    worker.main(_asked(tmp_path, "alone", **odd))

    large = _gradients(tmp_path, "large")
    assert max(float(gradient.abs().max()) for gradient in large.values() if gradient is not None) > 0.1
    assert _largest_difference(_gradients(tmp_path, "two"), large) < _TOLERANCE
    assert _largest_difference(_gradients(tmp_path, "shared"), _gradients(tmp_path, "alone")) < _TOLERANCE


def test_two_processes_that_share_the_weights_learn_what_one_learns(tmp_path: Path) -> None:
    """GIVEN weights shared out among two processes THEN gradients, losses and checkpoint are those of one process.

    Everything learns, tied weights too; activations are computed twice, so layers are put together in the backward
    pass. With LoRA most weights stand still in another precision; that run stops half way, and gone on with it is the
    unbroken one.
    """
    recomputed = {"has_gradient_checkpointing": True}
    whole = {**_FIXED, **recomputed, "n_epochs": 2}
    lora = {**recomputed, "learns": "lora", "lora": _LORA, "precision": "bf16", "batch_size": 1, "accumulation": 2}
    broken = _asked(tmp_path, "broken", **lora)
    del broken["gradients"]
    run_on_two(
        [
            _asked(tmp_path, "two", **whole, batch_size=2, accumulation=2),
            {**broken, "out": str(tmp_path / "unbroken")},
            {**broken, "stop_after": 1},
            {**broken, "is_resumed": True},
        ],
        **_FSDP,
    )
    worker.main(_asked(tmp_path, "large", **whole, batch_size=4, accumulation=1))

    assert _largest_difference(_gradients(tmp_path, "two"), _gradients(tmp_path, "large")) < _TOLERANCE
    assert _logged(tmp_path, "two") == pytest.approx(_logged(tmp_path, "large"), abs=1e-4)
    two, large = (load_file(tmp_path / name / LAST / "model.safetensors") for name in ("two", "large"))
    # The first steps of Adam are as long for tiny gradients as for large ones, and errors of rounding with them.
    assert _largest_difference({**two}, {**large}) < 1e-3
    assert load_checkpoint(tmp_path / "two" / LAST, dtype=torch.float32).network.config.tie_word_embeddings

    assert _logged(tmp_path, "broken") == _logged(tmp_path, "unbroken")
    saved = [(tmp_path / name / LAST / "model.safetensors").read_bytes() for name in ("broken", "unbroken")]
    assert saved[0] == saved[1]


def test_the_first_fsdp_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FSDP_VERSION", "1")
    with pytest.raises(TrainingError, match="second FSDP"):
        sharded(is_on_cpu=True)


@pytest.mark.skipif(is_deepspeed_available(), reason="DeepSpeed is installed")
def test_without_deepspeed_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setenv("ACCELERATE_USE_DEEPSPEED", "true")
    with pytest.raises(TrainingError, match="DeepSpeed, which is not installed") as raised:
        open_team("cpu")
    assert "pip install deepspeed" in raised.value.hint


@pytest.mark.parametrize("file", sorted((RECIPES / "accelerate").glob("*.yaml")), ids=lambda file: file.stem)
def test_accelerate_reads_the_configurations_that_come_with_the_recipes(file: Path) -> None:
    """It complains about fields that it does not know. Precision is the recipe's everywhere."""
    config = load_config_from_file(str(file))
    assert config.mixed_precision == "no"
    assert config.num_processes > 1
    assert config.fsdp_config.get("fsdp_version", 2) == 2


def _logged(folder: Path, name: str) -> list[float]:
    """Losses and lengths of gradients, step after step."""
    return [row[key] for row in read_log(folder / name) for key in ("loss", "gradient_norm")]
