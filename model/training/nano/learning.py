"""What every run of training does: goes on where it was, steps, averages, logs and saves."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from model.training.nano.average import running_average
from model.training.nano.checkpoints import write_checkpoint
from model.training.progress import LOGGED_EVERY, Progress, write_log
from model.training.schedule import rate_at

_SAVED_EVERY = 200


class Schedule(Protocol):
    """What a recipe says of its steps."""

    @property
    def n_steps(self) -> int:
        """Until the learning rate is 0."""
        ...

    @property
    def n_warmup(self) -> int:
        """Until it is full."""
        ...

    @property
    def learning_rate(self) -> float:
        """At most."""
        ...

    @property
    def averaging(self) -> float:
        """Share of the old in the running average of the weights, at each step."""
        ...


@dataclass(slots=True, kw_only=True)
class Learning:
    """A network that learns.

    Attributes:
        schedule: of the steps.
        checkpoint: file of all that is needed to go on.
        log: file of the losses.
        model: what learns.
        optimiser: of its weights.
        max_norm: of the gradient.
        provenance: saved with the weights.
        more: tensors that are saved, too.
        average: of the weights.
        step: next one.
    """

    schedule: Schedule
    checkpoint: Path
    log: Path
    model: nn.Module
    optimiser: torch.optim.Optimizer
    max_norm: float
    provenance: dict[str, Any]
    more: dict[str, Tensor] = field(default_factory=dict)
    average: torch.optim.swa_utils.AveragedModel = field(init=False)
    step: int = 0

    def __post_init__(self) -> None:
        self.average = running_average(self.model, self.schedule.averaging)

    def resume(self, device: str = "cpu") -> None:
        """Take up the checkpoint, if there is one."""
        if self.checkpoint.is_file():
            saved = torch.load(self.checkpoint, map_location=device, weights_only=True)
            self.model.load_state_dict(saved["model"])
            self.average.load_state_dict(saved["average"])
            self.optimiser.load_state_dict(saved["optimiser"])
            self.step = saved["step"]

    def run(self, take_step: Callable[[], dict[str, float]], on_progress: Callable[[Progress], None]) -> None:
        """Go on until the last step; saved regularly and at the end.

        Args:
            take_step: does one and tells its losses.
            on_progress: is told their means now and then.
        """
        self.checkpoint.parent.mkdir(parents=True, exist_ok=True)
        started = time.monotonic()
        seen: dict[str, float] = {}
        self.model.train()
        while self.step < self.schedule.n_steps:
            losses = take_step()
            seen = {name: seen.get(name, 0.0) + value for name, value in losses.items()}
            self.step += 1
            if self.step % LOGGED_EVERY == 0:
                progress = Progress.of(self.step, time.monotonic() - started, seen)
                write_log(self.log, progress)
                on_progress(progress)
                started, seen = time.monotonic(), {}
            if self.step % _SAVED_EVERY == 0:
                self.save()
        self.save()

    def follow(self, loss: Tensor) -> None:
        """One step of the optimiser down a loss, at the rate of the schedule."""
        schedule = self.schedule
        for group in self.optimiser.param_groups:
            group["lr"] = schedule.learning_rate * rate_at(self.step, schedule.n_warmup, schedule.n_steps)
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call] # torch has no type for it
        nn.utils.clip_grad_norm_(self.model.parameters(), self.max_norm)
        self.optimiser.step()
        self.average.update_parameters(self.model)

    def save(self) -> None:
        """Write the checkpoint; what was there before stays until the new one is whole."""
        write_checkpoint(
            self.checkpoint,
            model=self.model,
            average=self.average,
            optimiser=self.optimiser,
            step=self.step,
            provenance=self.provenance,
            **self.more,
        )
