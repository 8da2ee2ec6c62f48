"""Trains the line reader on what the trained encoder sees: a loop that can be stopped and resumed at any time."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from model.nano.laying import lay_out
from model.nano.line_network import LineReader
from model.nano.network import NanoEncoder, NanoNetwork
from model.training.nano.batches import recoloured
from model.training.nano.crops import Crop
from model.training.nano.learning import Learning
from model.training.nano.line_data import SPARE, SeenLine, drawn_stream, seen_lines
from model.training.nano.losses import written_loss
from model.training.nano.recipe import ReaderRecipe
from model.training.progress import Progress

CHECKPOINT = "reader.pt"
LOG = "reader.jsonl"
_MAX_NORM = 5.0


@dataclass(slots=True, kw_only=True)
class ReaderRun:
    """A run of training.

    Attributes:
        recipe: of it.
        encoder: trained; it learns no more.
        model: what learns.
        learning: how it does.
    """

    recipe: ReaderRecipe
    encoder: NanoEncoder
    model: LineReader
    learning: Learning

    @classmethod
    def opened(cls, recipe: ReaderRecipe, folder: Path, network: NanoNetwork, *, n_threads: int = 2) -> "ReaderRun":
        """A new run, or the one that the folder holds.

        Args:
            recipe: of the run.
            folder: of checkpoint and log.
            network: whose encoder and reading head are trained.
            n_threads: on the CPU.
        """
        torch.set_num_threads(n_threads)
        torch.manual_seed(recipe.seed)
        model = LineReader(network.reading)
        learning = Learning(
            schedule=recipe,
            checkpoint=folder / CHECKPOINT,
            log=folder / LOG,
            model=model,
            optimiser=torch.optim.AdamW(
                [weight for weight in model.parameters() if weight.requires_grad],
                lr=recipe.learning_rate,
                weight_decay=recipe.weight_decay,
            ),
            max_norm=_MAX_NORM,
            provenance=asdict(recipe),
        )
        learning.resume()
        return cls(recipe=recipe, encoder=network.encoder.eval(), model=model, learning=learning)

    def train(
        self,
        found: Sequence[SeenLine],
        icons: Path,
        strings: Path,
        *,
        n_workers: int,
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        """Go on until the recipe's last step; saved regularly and at the end.

        Args:
            found: lines of collected screens.
            icons: folder of the icon bank.
            strings: file of interface strings.
            n_workers: processes that draw.
            on_progress: is told the losses now and then.
        """
        seed = self.recipe.seed * 1_000_003 + self.learning.step * 1009
        drawings = drawn_stream(icons, strings, seed=seed, n_workers=n_workers)
        rng, colours = random.Random(seed), np.random.default_rng(seed)  # noqa: S311 - choices, not secrets

        def take_step() -> dict[str, float]:
            lines = rng.sample(found, min(len(found), self.recipe.n_found))
            return self.take_step([*lines, *self._drawn(drawings, colours)], rng)

        self.learning.run(take_step, on_progress)

    def take_step(self, lines: Sequence[SeenLine], rng: random.Random) -> dict[str, float]:
        """One step of the optimiser; the loss before it."""
        lines = sorted(lines, key=lambda line: len(line.cells))
        laid = lay_out([_cut(line.cells, rng) for line in lines])
        with torch.autocast("cpu", torch.bfloat16):
            logits = self.model(torch.from_numpy(laid.cells), torch.from_numpy(laid.is_gap))
        own = np.concatenate([np.arange(place.start, place.stop) for place in laid.lines])
        n_slots = [(place.stop - place.start) * logits.shape[1] for place in laid.lines]
        read = logits[torch.from_numpy(own)].float().flatten(0, 1)
        loss = written_loss(read, n_slots, [line.classes for line in lines])
        self.learning.follow(loss)
        return {"read": loss.item()}

    def _drawn(self, drawings: Iterator[Crop], rng: np.random.Generator) -> list[SeenLine]:
        lines: list[SeenLine] = []
        for _ in range(self.recipe.n_drawn):
            crop = next(drawings)
            features = _features_of(self.encoder, recoloured(crop.pixels, rng))
            lines += seen_lines(features, crop.targets.lines)
        return lines


@torch.no_grad()
def _features_of(encoder: NanoEncoder, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Features of a crop, [h, w, N_FEATURES]."""
    picture = torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 127.5 - 1
    with torch.autocast("cpu", torch.bfloat16):
        features, _ = encoder(picture.contiguous(memory_format=torch.channels_last))
    found: NDArray[np.float32] = features[0].permute(1, 2, 0).float().numpy()
    return found


def _cut(cells: NDArray[np.float16], rng: random.Random) -> NDArray[np.float16]:
    """A line that begins and ends exactly where it should, or a little outside."""
    return cells[rng.randint(0, SPARE) : len(cells) - rng.randint(0, SPARE)]
