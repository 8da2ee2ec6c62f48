"""Several processes that hold a share of all weights each (FSDP2), through ``accelerate``.

Layers of decoder and vision tower are put together while they are needed and shared out again; heads and embedding
tables stay together from the first forward to the end of the backward pass. What is saved to go on is what learns and
the state of its optimiser, each process writing its share.
"""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator, FullyShardedDataParallelPlugin, PartialState
from accelerate.utils import DistributedType
from torch import Tensor, nn
from torch.distributed.checkpoint.api import CheckpointException
from torch.distributed.checkpoint.filesystem import FileSystemReader
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import save
from torch.distributed.fsdp import FSDPModule
from torch.distributed.tensor import DTensor

from model.errors import InputError, TrainingError
from model.training.learner import Learner
from model.training.team.accelerated import Accelerated
from model.training.team.state import without_copies

_SHARES = "shares"
_WEIGHT = "weight/"
_WHOLE = StateDictOptions(full_state_dict=True, cpu_offload=True)


class FullySharded(Accelerated):
    """See ``Team``."""

    @property
    def is_sharded(self) -> bool:
        """No process has all weights."""
        return True

    def prepare(self, learner: Learner, optimiser: torch.optim.Optimizer, *, max_norm: float) -> nn.Module:
        """See ``Team``."""
        self._accelerator.state.fsdp_plugin.transformer_cls_names_to_wrap = sorted(learner.network._no_split_modules)
        wrapped: Any = super().prepare(learner, optimiser, max_norm=max_norm)
        # What learns of a batch depends on the batch, and all processes must exchange the same.
        wrapped.set_reduce_scatter_unused_params(True)
        return self._prepared

    def step_context(self, *, is_last: bool) -> AbstractContextManager[None]:
        """Gradients are shared out after every batch: kept until a step ends, each process would hold all of them."""
        self._accelerator.gradient_state._set_sync_gradients(is_last)
        return nullcontext()

    def clip(self) -> float:
        """See ``Team``."""
        norm: DTensor = self._accelerator.clip_grad_norm_(self._wrapped.parameters(), self._max_norm)
        return float(norm.full_tensor())

    def save(self, folder: Path) -> None:
        """See ``Team``."""
        shares: dict[str, Tensor] = {}
        for name, weight in self._prepared.learning().items():
            shares[_WEIGHT + name] = weight.detach()
            shares |= {f"{part}/{name}": value for part, value in self._optimiser.state.get(weight, {}).items()}
        save(shares, checkpoint_id=folder / _SHARES)

    def load(self, folder: Path) -> None:
        """See ``Team``."""
        learning, file = self._prepared.learning(), folder / _SHARES
        try:
            known = FileSystemReader(file).read_metadata().state_dict_metadata
            if {_WEIGHT + name for name in learning} != {key for key in known if key.startswith(_WEIGHT)}:
                raise ValueError("other weights learned then")  # noqa: TRY301 - told below, with the file
            shares = {key: _place_for(entry, learning[key.partition("/")[2]]) for key, entry in known.items()}
            load(shares, checkpoint_id=file)
        except (CheckpointException, OSError, RuntimeError, ValueError, KeyError) as exc:
            raise InputError(
                f"{file} cannot be gone on from: {exc}.",
                hint="Name the model that the run began with, or start a new one.",
            ) from exc
        for key, value in shares.items():
            part, _, name = key.partition("/")
            if key.startswith(_WEIGHT):
                learning[name].data.copy_(value)
            else:
                self._optimiser.state[learning[name]][part] = value

    def whole_state(self) -> dict[str, Tensor] | None:
        """See ``Team``."""
        state: dict[str, Any] = get_model_state_dict(self._prepared, options=_WHOLE)
        return without_copies(state, self._prepared) if self.rank == 0 else None


def _place_for(saved: Any, weight: Tensor) -> Tensor:
    """Where to read something into that belongs to a weight: of its shape and in its shares, or a number."""
    return torch.zeros_like(weight) if len(saved.size) else torch.zeros(())


def sharded(*, is_on_cpu: bool) -> FullySharded:
    """A team whose processes share all weights out.

    Args:
        is_on_cpu: stay on the CPU where there are GPUs.

    Raises:
        TrainingError: the configuration asks for what cannot be done.
    """
    plugin = FullyShardedDataParallelPlugin(
        auto_wrap_policy="transformer_based_wrap", activation_checkpointing=False, cpu_ram_efficient_loading=False
    )
    if plugin.fsdp_version != 2:
        raise TrainingError(
            "Weights that stand still beside weights that learn can only be shared out by the second FSDP.",
            hint="Write fsdp_version: 2 into the configuration of accelerate.",
        )
    if not hasattr(FSDPModule, "set_reduce_scatter_unused_params"):
        raise TrainingError(
            "This torch is too old to share weights out: it cannot exchange gradients that only some processes have.",
            hint="Install a newer one; 2.13 can.",
        )
    accelerator = Accelerator(cpu=is_on_cpu, mixed_precision="no", fsdp_plugin=plugin)
    if accelerator.device.type == "cpu":
        # There accelerate takes DDP whatever was asked for; FSDP works too, so all of this can be tried without GPUs.
        for state in (PartialState(), accelerator.state):
            state.distributed_type = DistributedType.FSDP
        accelerator.state.fsdp_plugin = plugin
    return FullySharded(accelerator)
