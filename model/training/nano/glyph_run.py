"""Trains the glyph network: a loop that can be stopped and resumed at any time."""

import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from model.nano.glyph_network import GlyphNetwork
from model.training.nano.average import running_average
from model.training.nano.checkpoints import write_checkpoint
from model.training.nano.glyph_data import GlyphBatches, Glyphs, glyph_stream
from model.training.nano.names import NameTable
from model.training.nano.naming import MOST_LOG_SCALE, naming_loss
from model.training.nano.progress import LOGGED_EVERY, Progress, write_log
from model.training.nano.recipe import GlyphRecipe
from model.training.nano.schedule import rate_at

CHECKPOINT = "glyphs.pt"
LOG = "glyphs.jsonl"
_SAVED_EVERY = 200
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
        folder: of checkpoint and log.
        names: vectors of icon names.
        step: next one.
    """

    recipe: GlyphRecipe
    folder: Path
    names: NameTable
    model: TrainedGlyphs
    average: torch.optim.swa_utils.AveragedModel
    optimiser: torch.optim.Optimizer
    step: int = 0

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
        average = running_average(model, recipe.averaging)
        optimiser = torch.optim.AdamW(model.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay)
        run = cls(recipe=recipe, folder=folder, names=names, model=model, average=average, optimiser=optimiser)
        if (folder / CHECKPOINT).is_file():
            saved = torch.load(folder / CHECKPOINT, map_location="cpu", weights_only=True)
            model.load_state_dict(saved["model"])
            average.load_state_dict(saved["average"])
            optimiser.load_state_dict(saved["optimiser"])
            run.step = saved["step"]
        return run

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
        self.folder.mkdir(parents=True, exist_ok=True)
        seed = self.recipe.seed * 1_000_003 + self.step
        stream = glyph_stream(GlyphBatches(icons, found, n_batch=self.recipe.n_batch, seed=seed), n_workers)
        rng = random.Random(seed)  # noqa: S311 - a choice of names, not secrets
        started, total = time.monotonic(), 0.0
        self.model.train()
        while self.step < self.recipe.n_steps:
            total += self.take_step(next(stream), rng)
            self.step += 1
            if self.step % LOGGED_EVERY == 0:
                progress = Progress.of(self.step, time.monotonic() - started, {"mean": total})
                write_log(self.folder / LOG, progress)
                on_progress(progress)
                started, total = time.monotonic(), 0.0
            if self.step % _SAVED_EVERY == 0:
                self.save()
        self.save()

    def take_step(self, batch: Glyphs, rng: random.Random) -> float:
        """One step of the optimiser; the loss before it."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.recipe.learning_rate * rate_at(self.step, self.recipe.n_warmup, self.recipe.n_steps)
        with torch.autocast("cpu", torch.bfloat16):
            vectors: Tensor = self.model.network(torch.from_numpy(batch.pixels))
        scale = self.model.log_scale.clamp(0.0, MOST_LOG_SCALE).exp()
        loss = naming_loss(
            vectors.float(), batch.names, self.names, rng, n_others=self.recipe.n_other_names, scale=scale
        )
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call] # torch has no type for it
        nn.utils.clip_grad_norm_(self.model.parameters(), _MAX_NORM)
        self.optimiser.step()
        self.average.update_parameters(self.model)
        return loss.item()

    def save(self) -> None:
        """Write the checkpoint; what was there before stays until the new one is whole."""
        write_checkpoint(
            self.folder / CHECKPOINT,
            model=self.model,
            average=self.average,
            optimiser=self.optimiser,
            step=self.step,
            provenance=asdict(self.recipe),
            common_names=torch.from_numpy(self.names.common_vectors().astype(np.float16)),
        )
