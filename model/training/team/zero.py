"""Several processes through DeepSpeed (ZeRO), by way of ``accelerate``: optimiser, gradients or weights in shares.

DeepSpeed steps within the last ``backward`` of a step and shortens gradients itself; what it is told of batches and
lengths comes from the recipe, the rest from the configuration of ``accelerate``.
"""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator, InitProcessGroupKwargs
from accelerate.utils import is_deepspeed_available
from torch import Tensor, nn
from transformers.integrations import unset_hf_deepspeed_config

from model.errors import InputError, TrainingError
from model.training.learner import Learner
from model.training.team.accelerated import Accelerated
from model.training.team.state import without_copies

_TAG = "deepspeed"
_WEIGHTS_STAGE = 3


class Zero(Accelerated):
    """See ``Team``."""

    @property
    def is_sharded(self) -> bool:
        """Whether weights are in shares too."""
        return int(self._accelerator.state.deepspeed_plugin.zero_stage) == _WEIGHTS_STAGE

    def prepare(self, learner: Learner, optimiser: torch.optim.Optimizer, *, max_norm: float) -> nn.Module:
        """See ``Team``."""
        config: dict[str, Any] = self._accelerator.state.deepspeed_plugin.deepspeed_config
        # There is no data loader from which DeepSpeed could learn the size; and it is the loop that accumulates.
        config |= {"train_micro_batch_size_per_gpu": 1, "gradient_accumulation_steps": 1, "gradient_clipping": max_norm}
        config["zero_optimization"]["stage3_gather_16bit_weights_on_model_save"] = True
        return super().prepare(learner, optimiser, max_norm=max_norm)

    def step_context(self, *, is_last: bool) -> AbstractContextManager[None]:
        """The last ``backward`` of a step exchanges gradients, and steps."""
        self._accelerator.gradient_state._set_sync_gradients(is_last)
        return nullcontext()

    def clip(self) -> float:
        """Has been done by now."""
        return float(self._wrapped.get_global_grad_norm() or 0.0)

    def save(self, folder: Path) -> None:
        """See ``Team``."""
        self._wrapped.save_checkpoint(str(folder), tag=_TAG, exclude_frozen_parameters=True)

    def load(self, folder: Path) -> None:
        """See ``Team``."""
        try:
            found, _ = self._wrapped.load_checkpoint(str(folder), tag=_TAG, load_module_strict=False)
            if found is None:
                raise ValueError("there is nothing of DeepSpeed in it")  # noqa: TRY301 - told below, with the folder
        except (OSError, RuntimeError, ValueError, KeyError, AssertionError) as exc:
            raise InputError(
                f"{folder} cannot be gone on from: {exc}.",
                hint="Start as many processes as the run began with, with the same stage, or start a new run.",
            ) from exc

    def whole_state(self) -> dict[str, Tensor] | None:
        """See ``Team``."""
        state: dict[str, Tensor] = self._accelerator.get_state_dict(self._wrapped)
        return without_copies(state, self._prepared) if self.rank == 0 else None


def zero(*, is_on_cpu: bool) -> Zero:
    """A team that DeepSpeed leads.

    Args:
        is_on_cpu: stay on the CPU.

    Raises:
        TrainingError: DeepSpeed is not installed.
    """
    if not is_deepspeed_available():
        raise TrainingError(
            "These processes were started for DeepSpeed, which is not installed.",
            hint="Install it with `pip install deepspeed`, or start them with another configuration of accelerate.",
        )
    # Told to stay on the CPU, accelerate would take DDP; so it only learns by what the processes speak to each other.
    handlers = [InitProcessGroupKwargs(backend="gloo")] if is_on_cpu else []
    team = Zero(Accelerator(mixed_precision="no", kwargs_handlers=handlers))
    # Otherwise transformers shares weights out while it loads them, which checkpoints that are added to do not bear.
    unset_hf_deepspeed_config()
    return team
