"""What the training loop asks of the processes that learn together.

The loop is the same for one process and for many. Gradients are sums over all batches of a step: each batch is weighted
by what it is of the whole step, and ``backward`` undoes the mean that wrappers for several processes take.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, TypeVar

import torch
from torch import Tensor, nn

from model.training.learner import Learner

T = TypeVar("T")


class Team(Protocol):
    """The processes that learn together, as one of them sees them."""

    @property
    def device(self) -> torch.device:
        """Of this process."""
        ...

    @property
    def rank(self) -> int:
        """Of this process, from 0."""
        ...

    @property
    def n_processes(self) -> int:
        """Of the team."""
        ...

    @property
    def is_sharded(self) -> bool:
        """No process has all weights, so only what goes through the wrapped learner can use them."""
        ...

    def prepare(self, learner: Learner, optimiser: torch.optim.Optimizer, *, max_norm: float) -> nn.Module:
        """Take both over; returns what to call instead of the learner.

        Args:
            learner: whose weights learn.
            optimiser: of these.
            max_norm: longer gradients are shortened to this.
        """
        ...

    def set_rate(self, learning_rate: float) -> None:
        """Rate of the next step; before its first ``backward``, for DeepSpeed takes the step within the last one."""
        ...

    def step_context(self, *, is_last: bool) -> AbstractContextManager[None]:
        """Around forward and backward of a batch; only the last of a step exchanges gradients."""
        ...

    def backward(self, loss: Tensor) -> None:
        """Add gradients of a loss that is a share of the step's."""
        ...

    def clip(self) -> float:
        """Shorten the gradient if it is too long; its length before."""
        ...

    def step(self) -> None:
        """One step of the optimiser; gradients are gone afterwards."""
        ...

    def add_up(self, values: Sequence[float]) -> list[float]:
        """Sums over all processes, in float64."""
        ...

    def gather(self, items: Sequence[T]) -> list[T]:
        """Those of all processes, in their order."""
        ...

    def save(self, folder: Path) -> None:
        """Write what learns and the optimiser's state; every process calls it with the same existing folder."""
        ...

    def load(self, folder: Path) -> None:
        """Take up what ``save`` wrote."""
        ...

    def whole_state(self) -> dict[str, Tensor] | None:
        """All weights of the learner, on the first process; None on others."""
        ...

    def wait(self) -> None:
        """Until all processes are here."""
        ...
