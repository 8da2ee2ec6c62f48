"""Trains patch scorer and pointer on screens as the trained encoder sees them: a run that can be resumed."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import nn

from model.errors import InputError
from model.training.nano.average import running_average
from model.training.nano.checkpoints import write_checkpoint
from model.training.nano.pointer_losses import PointingNetwork, pointing_losses
from model.training.nano.pointer_samples import PointerScreen
from model.training.nano.progress import LOGGED_EVERY, Progress, write_log
from model.training.nano.recipe import PointerRecipe
from model.training.nano.schedule import rate_at

CHECKPOINT = "pointer.pt"
LOG = "pointer.jsonl"
_MAX_NORM = 1.0
_SAVED_EVERY = 200


@dataclass(slots=True, kw_only=True)
class PointerRun:
    """A run of training.

    Attributes:
        recipe: of it.
        folder: of checkpoint and log.
        step: next one.
    """

    recipe: PointerRecipe
    folder: Path
    network: PointingNetwork
    average: torch.optim.swa_utils.AveragedModel
    optimiser: torch.optim.Optimizer
    step: int = 0

    @classmethod
    def opened(cls, recipe: PointerRecipe, folder: Path, *, n_threads: int = 2) -> "PointerRun":
        """A new run, or the one that the folder holds.

        Args:
            recipe: sizes and rates.
            folder: of the run.
            n_threads: on the CPU.
        """
        torch.set_num_threads(n_threads)
        torch.manual_seed(recipe.seed)
        network = PointingNetwork()
        average = running_average(network, recipe.averaging)
        optimiser = torch.optim.AdamW(network.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay)
        run = cls(recipe=recipe, folder=folder, network=network, average=average, optimiser=optimiser)
        if (folder / CHECKPOINT).is_file():
            saved = torch.load(folder / CHECKPOINT, map_location="cpu", weights_only=True)
            network.load_state_dict(saved["model"])
            average.load_state_dict(saved["average"])
            optimiser.load_state_dict(saved["optimiser"])
            run.step = saved["step"]
        return run

    def train(
        self, screens: Sequence[PointerScreen], *, on_progress: Callable[[Progress], None] = lambda _: None
    ) -> None:
        """Go on until the recipe's last step; saved regularly and at the end.

        Args:
            screens: to learn from.
            on_progress: is told the losses now and then.

        Raises:
            InputError: nothing is asked about any of them.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        pairs = [(screen, asked) for screen in screens for asked in screen.asked]
        if not pairs:
            raise InputError(
                "There is nothing to learn from: no screen of the training part.",
                hint="Collect some: `foveal collect desktop --help`.",
            )
        started = time.monotonic()
        seen: dict[str, float] = {}
        while self.step < self.recipe.n_steps:
            # Of the step alone, so that a resumed run draws what an unbroken one draws.
            rng = random.Random(f"{self.recipe.seed} {self.step}")  # noqa: S311 - order, not secrets
            for group in self.optimiser.param_groups:
                group["lr"] = self.recipe.learning_rate * rate_at(self.step, self.recipe.n_warmup, self.recipe.n_steps)
            chosen = rng.sample(pairs, min(self.recipe.n_batch, len(pairs)))
            losses = pointing_losses(self.network, chosen, self.recipe, rng)
            self.optimiser.zero_grad()
            sum(losses.values(), start=torch.zeros(())).backward()  # type: ignore[no-untyped-call] # torch has no type
            nn.utils.clip_grad_norm_(self.network.parameters(), _MAX_NORM)
            self.optimiser.step()
            self.average.update_parameters(self.network)
            seen = {name: seen.get(name, 0.0) + loss.item() for name, loss in losses.items()}
            self.step += 1
            if self.step % LOGGED_EVERY == 0:
                progress = Progress.of(self.step, time.monotonic() - started, seen)
                write_log(self.folder / LOG, progress)
                on_progress(progress)
                started, seen = time.monotonic(), {}
            if self.step % _SAVED_EVERY == 0:
                self.save()
        self.save()

    def save(self) -> None:
        """Write the checkpoint; what was there before stays until the new one is whole."""
        write_checkpoint(
            self.folder / CHECKPOINT,
            model=self.network,
            average=self.average,
            optimiser=self.optimiser,
            step=self.step,
            provenance=asdict(self.recipe),
        )
