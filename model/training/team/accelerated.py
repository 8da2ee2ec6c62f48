"""Several processes through ``accelerate``, each of which holds all weights (DDP).

Started by ``accelerate launch`` or ``torchrun``. Mixed precision is the recipe's, not that of the configuration.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator, DistributedDataParallelKwargs
from accelerate.utils import gather_object
from torch import Tensor, nn

from model.training.learner import Learner
from model.training.team.alone import set_rate
from model.training.team.state import load_learning, save_learning
from model.training.team.team import T


class Accelerated:
    """See ``Team``.

    Args:
        accelerator: of this process.
    """

    def __init__(self, accelerator: Accelerator) -> None:
        self._accelerator = accelerator
        self._learner: Learner | None = None
        self._wrapped: Any = None
        self._optimiser: Any = None
        self._max_norm = 0.0

    @property
    def device(self) -> torch.device:
        """See ``Team``."""
        device: torch.device = self._accelerator.device
        return device

    @property
    def rank(self) -> int:
        """See ``Team``."""
        return int(self._accelerator.process_index)

    @property
    def n_processes(self) -> int:
        """See ``Team``."""
        return int(self._accelerator.num_processes)

    @property
    def is_sharded(self) -> bool:
        """All weights are here."""
        return False

    def prepare(self, learner: Learner, optimiser: torch.optim.Optimizer, *, max_norm: float) -> nn.Module:
        """See ``Team``."""
        self._learner, self._max_norm = learner, max_norm
        self._wrapped, self._optimiser = self._accelerator.prepare(learner, optimiser)
        wrapped: nn.Module = self._wrapped
        return wrapped

    def set_rate(self, learning_rate: float) -> None:
        """See ``Team``."""
        set_rate(self._optimiser, learning_rate)

    def step_context(self, *, is_last: bool) -> AbstractContextManager[None]:
        """See ``Team``."""
        self._accelerator.gradient_state._set_sync_gradients(is_last)
        if is_last:
            return nullcontext()
        context: AbstractContextManager[None] = self._accelerator.no_sync(self._wrapped)
        return context

    def backward(self, loss: Tensor) -> None:
        """See ``Team``."""
        # Wrappers take the mean over processes; the loss is a share of a sum.
        self._accelerator.backward(loss * self.n_processes)

    def clip(self) -> float:
        """See ``Team``."""
        return float(self._accelerator.clip_grad_norm_(self._wrapped.parameters(), self._max_norm))

    def step(self) -> None:
        """See ``Team``."""
        self._optimiser.step()
        self._optimiser.zero_grad(set_to_none=True)

    def add_up(self, values: Sequence[float]) -> list[float]:
        """See ``Team``."""
        summed = self._accelerator.reduce(torch.tensor(values, dtype=torch.float64, device=self.device))
        return [float(value) for value in summed]

    def gather(self, items: Sequence[T]) -> list[T]:
        """See ``Team``."""
        gathered: list[T] = gather_object(list(items))
        return gathered

    def save(self, folder: Path) -> None:
        """See ``Team``."""
        if self.rank == 0:
            save_learning(folder, self._prepared, self._optimiser)

    def load(self, folder: Path) -> None:
        """See ``Team``."""
        load_learning(folder, self._prepared, self._optimiser)

    def whole_state(self) -> dict[str, Tensor] | None:
        """See ``Team``."""
        state: dict[str, Tensor] | None = self._accelerator.get_state_dict(self._wrapped)
        return state if self.rank == 0 else None

    def wait(self) -> None:
        """See ``Team``."""
        self._accelerator.wait_for_everyone()

    @property
    def _prepared(self) -> Learner:
        assert self._learner is not None  # noqa: S101 - prepare comes first
        return self._learner


def replicated(*, is_on_cpu: bool) -> Accelerated:
    """A team whose processes hold all weights each.

    Args:
        is_on_cpu: stay on the CPU where there are GPUs.
    """
    # Which heads and levels get a gradient depends on the batch: a target that was dropped teaches no pointer.
    unused = DistributedDataParallelKwargs(find_unused_parameters=True)
    return Accelerated(Accelerator(cpu=is_on_cpu, mixed_precision="no", kwargs_handlers=[unused]))
