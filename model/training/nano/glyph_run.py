"""Trains the glyph network: a loop that can be stopped and resumed at any time."""

import random
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from model.nano.glyph_network import GlyphNetwork
from model.training.nano.glyph_data import GlyphBatches, Glyphs, glyph_stream
from model.training.nano.learning import Learning
from model.training.nano.names import NameTable
from model.training.nano.naming import MOST_LOG_SCALE, naming_loss
from model.training.nano.recipe import GlyphRecipe
from model.training.progress import Progress

CHECKPOINT = "glyphs.pt"
LOG = "glyphs.jsonl"
_MAX_NORM = 5.0


class TrainedGlyphs(nn.Module):
    """What the optimiser sees: the network and its temperature."""

    def __init__(self) -> None:
        super().__init__()
        self.network = GlyphNetwork()
        self.log_scale = nn.Parameter(torch.tensor(3.0))


@dataclass(slots=True, kw_only=True)
class GlyphRun:
    """A run of training.

    Attributes:
        recipe: of it.
        names: vectors of icon names.
        model: what learns.
        learning: how it does.
    """

    recipe: GlyphRecipe
    names: NameTable
    model: TrainedGlyphs
    learning: Learning

    @classmethod
    def opened(cls, recipe: GlyphRecipe, folder: Path, names: NameTable, *, n_threads: int = 2) -> "GlyphRun":
        """A new run, or the one that the folder holds.

        Args:
            recipe: of the run.
            folder: of checkpoint and log.
            names: vectors of icon names.
            n_threads: on the CPU.
        """
        torch.set_num_threads(n_threads)
        torch.manual_seed(recipe.seed)
        model = TrainedGlyphs()
        model.network.body.to(memory_format=torch.channels_last)  # type: ignore[call-overload] # torch's stub lacks it
        learning = Learning(
            schedule=recipe,
            checkpoint=folder / CHECKPOINT,
            log=folder / LOG,
            model=model,
            optimiser=torch.optim.AdamW(model.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay),
            max_norm=_MAX_NORM,
            provenance=asdict(recipe),
            more={"common_names": torch.from_numpy(names.common_vectors().astype(np.float16))},
        )
        learning.resume()
        return cls(recipe=recipe, names=names, model=model, learning=learning)

    def train(
        self, icons: Path, found: Glyphs, *, n_workers: int, on_progress: Callable[[Progress], None] = lambda _: None
    ) -> None:
        """Go on until the recipe's last step; saved regularly and at the end.

        Args:
            icons: folder of the icon bank.
            found: glyphs of collected screens.
            n_workers: processes that draw.
            on_progress: is told the losses now and then.
        """
        seed = self.recipe.seed * 1_000_003 + self.learning.step
        stream = glyph_stream(GlyphBatches(icons, found, n_batch=self.recipe.n_batch, seed=seed), n_workers)
        rng = random.Random(seed)  # noqa: S311 - a choice of names, not secrets
        self.learning.run(lambda: self.take_step(next(stream), rng), on_progress)

    def take_step(self, batch: Glyphs, rng: random.Random) -> dict[str, float]:
        """One step of the optimiser; the loss before it."""
        with torch.autocast("cpu", torch.bfloat16):
            vectors: Tensor = self.model.network(torch.from_numpy(batch.pixels))
        scale = self.model.log_scale.clamp(0.0, MOST_LOG_SCALE).exp()
        n_others = self.recipe.n_other_names
        loss = naming_loss(vectors.float(), batch.names, self.names, rng, n_others=n_others, scale=scale)
        self.learning.follow(loss)
        return {"mean": loss.item()}
