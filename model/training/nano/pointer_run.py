"""Trains patch scorer and pointer on screens as the trained encoder sees them: a run that can be resumed."""

import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from model.errors import InputError
from model.training.nano.learning import Learning
from model.training.nano.pointer_losses import PointingNetwork, pointing_losses
from model.training.nano.pointer_samples import PointerSample, PointerScreen
from model.training.nano.recipe import PointerRecipe
from model.training.progress import Progress

CHECKPOINT = "pointer.pt"
LOG = "pointer.jsonl"
_MAX_NORM = 1.0


@dataclass(slots=True, kw_only=True)
class PointerRun:
    """A run of training.

    Attributes:
        recipe: of it.
        network: what learns.
        learning: how it does.
    """

    recipe: PointerRecipe
    network: PointingNetwork
    learning: Learning

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
        learning = Learning(
            schedule=recipe,
            checkpoint=folder / CHECKPOINT,
            log=folder / LOG,
            model=network,
            optimiser=torch.optim.AdamW(
                network.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
            ),
            max_norm=_MAX_NORM,
            provenance=asdict(recipe),
        )
        learning.resume()
        return cls(recipe=recipe, network=network, learning=learning)

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
        pairs = [(screen, asked) for screen in screens for asked in screen.asked]
        if not pairs:
            raise InputError(
                "There is nothing to learn from: no screen of the training part.",
                hint="Collect some: `foveal collect desktop --help`.",
            )
        self.learning.run(lambda: self._take_step(pairs), on_progress)

    def _take_step(self, pairs: Sequence[tuple[PointerScreen, PointerSample]]) -> dict[str, float]:
        # Of the step alone, so that a resumed run draws what an unbroken one draws.
        rng = random.Random(f"{self.recipe.seed} {self.learning.step}")  # noqa: S311 - order, not secrets
        chosen = rng.sample(pairs, min(self.recipe.n_batch, len(pairs)))
        losses = pointing_losses(self.network, chosen, self.recipe, rng)
        self.learning.follow(sum(losses.values(), start=torch.zeros(())))
        return {name: loss.item() for name, loss in losses.items()}
