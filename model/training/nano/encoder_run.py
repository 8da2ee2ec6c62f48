"""Trains the encoder: a loop that can be stopped and resumed at any time."""

import logging
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from model.nano.network import NanoNetwork
from model.training.nano.batches import Batch, batches
from model.training.nano.learning import Learning
from model.training.nano.losses import dense_losses, icon_vectors, reading_loss
from model.training.nano.names import NameTable
from model.training.nano.naming import MOST_LOG_SCALE, naming_loss
from model.training.nano.provenance import provenance
from model.training.nano.recipe import Recipe
from model.training.progress import Progress

log = logging.getLogger(__name__)

CHECKPOINT = "encoder.pt"
LOG = "encoder.jsonl"
_MAX_NORM = 5.0


class Trained(nn.Module):
    """What the optimiser sees: the network and the temperature of meaning."""

    def __init__(self) -> None:
        super().__init__()
        self.network = NanoNetwork()
        self.log_scale = nn.Parameter(torch.tensor(3.0))


@dataclass(slots=True, kw_only=True)
class EncoderRun:
    """A run of training.

    Attributes:
        recipe: of it.
        names: vectors of icon names.
        device: to train on.
        model: what learns.
        learning: how it does.
    """

    recipe: Recipe
    names: NameTable
    device: torch.device
    model: Trained
    learning: Learning

    @classmethod
    def opened(
        cls, recipe: Recipe, folder: Path, names: NameTable, *, device: str = "cpu", n_threads: int = 2
    ) -> "EncoderRun":
        """A new run, or the one that the folder holds.

        Args:
            recipe: of the run.
            folder: of checkpoint and log.
            names: vectors of icon names.
            device: "cpu" or "cuda:0".
            n_threads: on the CPU.
        """
        torch.set_num_threads(n_threads)
        place = torch.device(device)
        torch.manual_seed(recipe.seed)
        model = Trained().to(place)
        model.network.encoder.to(memory_format=torch.channels_last)  # type: ignore[call-overload] # torch's stub lacks it
        learning = Learning(
            schedule=recipe,
            checkpoint=folder / CHECKPOINT,
            log=folder / LOG,
            model=model,
            optimiser=torch.optim.AdamW(
                _groups(model, recipe.weight_decay), lr=recipe.learning_rate, betas=(0.9, 0.98), fused=True
            ),
            max_norm=_MAX_NORM,
            provenance=provenance(recipe),
        )
        learning.resume(device)
        return cls(recipe=recipe, names=names, device=place, model=model, learning=learning)

    def train(self, *, on_progress: Callable[[Progress], None] = lambda _: None) -> None:
        """Go on until the recipe's last step; saved regularly and at the end."""
        step = self.learning.step
        stream = batches(self.recipe, seed=self.recipe.seed * 1_000_003 + step * 1009)
        rng = random.Random(step)  # noqa: S311 - a choice of lines, not secrets
        self.learning.run(lambda: self.take_step(next(stream), rng), on_progress)

    def take_step(self, batch: Batch, rng: random.Random) -> dict[str, float]:
        """One step of the optimiser; the losses before it."""
        recipe = self.recipe
        pixels = batch.pixels.to(self.device).contiguous(memory_format=torch.channels_last)
        network = self.model.network
        with torch.autocast(self.device.type, torch.bfloat16):
            features, maps = network.encoder(pixels)
        dense = dense_losses(maps, batch.targets)
        lines = [(index, line) for index, target in enumerate(batch.targets) for line in target.lines]
        lines = rng.sample(lines, min(len(lines), recipe.max_lines))
        with torch.autocast(self.device.type, torch.bfloat16):
            reading = reading_loss(features, network.reading, lines)
        meaning = self._meaning(features, batch, rng)
        total = dense.kind + dense.box + 4 * dense.text + 0.5 * dense.text_box + reading + 0.6 * meaning
        self.learning.follow(total)
        parts = {"kind": dense.kind, "box": dense.box, "text": dense.text, "text_box": dense.text_box}
        return {name: loss.item() for name, loss in {**parts, "read": reading, "mean": meaning}.items()}

    def _meaning(self, features: Tensor, batch: Batch, rng: random.Random) -> Tensor:
        icons = [(index, icon) for index, target in enumerate(batch.targets) for icon in target.icons]
        if not icons:
            return features.sum() * 0
        places = torch.tensor([[index, icon.x, icon.y] for index, icon in icons], device=self.device)
        found = icon_vectors(features, self.model.network.meaning, places)
        scale = self.model.log_scale.clamp(0.0, MOST_LOG_SCALE).exp()
        names = [icon.names for _, icon in icons]
        return naming_loss(found, names, self.names, rng, n_others=self.recipe.n_other_names, scale=scale)


def _groups(model: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """Weights decay; biases, norms and the temperature do not."""
    parameters: Iterator[nn.Parameter] = model.parameters()
    listed = list(parameters)
    return [
        {"params": [p for p in listed if p.ndim > 1], "weight_decay": weight_decay},
        {"params": [p for p in listed if p.ndim <= 1], "weight_decay": 0.0},
    ]
