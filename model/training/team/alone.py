"""One process that learns by itself; needs nothing beyond torch."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import torch
from torch import Tensor, nn

from model.training.learner import Learner
from model.training.team.state import load_learning, save_learning
from model.training.team.team import T


class Alone:
    """See ``Team``.

    Args:
        device: to learn on.
    """

    def __init__(self, device: torch.device | str = "cpu") -> None:
        self._device = torch.device(device)
        self._learner: Learner | None = None
        self._optimiser: torch.optim.Optimizer | None = None
        self._max_norm = 0.0

    @property
    def device(self) -> torch.device:
        """See ``Team``."""
        return self._device

    @property
    def rank(self) -> int:
        """The first and only."""
        return 0

    @property
    def n_processes(self) -> int:
        """One."""
        return 1

    @property
    def is_sharded(self) -> bool:
        """All weights are here."""
        return False

    def prepare(self, learner: Learner, optimiser: torch.optim.Optimizer, *, max_norm: float) -> nn.Module:
        """See ``Team``."""
        self._learner, self._optimiser, self._max_norm = learner, optimiser, max_norm
        return learner

    def set_rate(self, learning_rate: float) -> None:
        """See ``Team``."""
        set_rate(self._prepared[1], learning_rate)

    def step_context(self, *, is_last: bool) -> AbstractContextManager[None]:
        """Nothing to do."""
        return nullcontext()

    def backward(self, loss: Tensor) -> None:
        """See ``Team``."""
        torch.autograd.backward(loss)

    def clip(self) -> float:
        """See ``Team``."""
        return float(nn.utils.clip_grad_norm_(self._prepared[0].learning().values(), self._max_norm))

    def step(self) -> None:
        """See ``Team``."""
        _, optimiser = self._prepared
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)

    def add_up(self, values: Sequence[float]) -> list[float]:
        """The values themselves."""
        return list(values)

    def gather(self, items: Sequence[T]) -> list[T]:
        """The items themselves."""
        return list(items)

    def save(self, folder: Path) -> None:
        """See ``Team``."""
        save_learning(folder, *self._prepared)

    def load(self, folder: Path) -> None:
        """See ``Team``."""
        load_learning(folder, *self._prepared)

    def whole_state(self) -> dict[str, Tensor]:
        """See ``Team``."""
        return self._prepared[0].state_dict()

    def wait(self) -> None:
        """Nobody to wait for."""

    @property
    def _prepared(self) -> tuple[Learner, torch.optim.Optimizer]:
        assert self._learner is not None  # noqa: S101 - prepare comes first
        assert self._optimiser is not None  # noqa: S101
        return self._learner, self._optimiser


def set_rate(optimiser: torch.optim.Optimizer, learning_rate: float) -> None:
    """Let the optimiser step at this rate."""
    for group in optimiser.param_groups:
        group["lr"] = learning_rate
