"""What training runs of Nano are made of."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Sizes, rates, proportions of the encoder's training, and where things lie.

    Attributes:
        icons: folder of the icon bank.
        strings: file of interface strings.
        screens: folders of collected screens; only their training part is learned from.
        side_px: of a crop.
        n_batch: crops in a batch.
        n_pool: crops that batches are chosen from.
        n_uses: how often a crop is learned from, on average.
        n_workers: processes that draw.
        drawn_share: of the crops that are drawn as screens are.
        icon_share: of those that show icons alone; the others are cut out of collected screens.
        n_steps: until the learning rate is 0.
        n_warmup: steps until it is full.
        learning_rate: at most.
        weight_decay: of AdamW.
        averaging: share of the old in the running average of the weights, at each step.
        n_other_names: that icons must be told from, beside those in the batch.
        max_lines: of text that are read in a batch.
        seed: of everything.
    """

    icons: Path
    strings: Path
    screens: tuple[Path, ...] = ()
    side_px: int = 256
    n_batch: int = 16
    n_pool: int = 640
    n_uses: int = 3
    n_workers: int = 1
    drawn_share: float = 0.42
    icon_share: float = 0.23
    n_steps: int = 20_000
    n_warmup: int = 300
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    averaging: float = 0.998
    n_other_names: int = 2048
    max_lines: int = 160
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PointerRecipe:
    """Sizes and rates of the pointer's training.

    Attributes:
        n_steps: of the optimiser.
        n_batch: instructions in a step.
        most_tokens: of kept cells and drop markers, so that a step fits.
        n_warmup: steps until the learning rate is full.
        learning_rate, weight_decay: of AdamW.
        evidence_dropout: how often one channel of the evidence is hidden, so that no single one is relied on.
        averaging: share of the old in the running average of the weights, at each step.
        seed: of everything.
    """

    n_steps: int = 6000
    n_batch: int = 8
    n_warmup: int = 200
    most_tokens: int = 448
    learning_rate: float = 8e-4
    weight_decay: float = 0.03
    evidence_dropout: float = 0.08
    averaging: float = 0.998
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GlyphRecipe:
    """Sizes and rates of the glyph network's training.

    Attributes:
        n_steps: of the optimiser.
        n_batch: glyphs in a step.
        n_warmup: steps until the learning rate is full.
        learning_rate, weight_decay: of AdamW.
        n_other_names: that glyphs must be told from, beside those in the batch.
        averaging: share of the old in the running average of the weights, at each step.
        seed: of everything.
    """

    n_steps: int = 6000
    n_batch: int = 256
    n_warmup: int = 200
    learning_rate: float = 2e-3
    weight_decay: float = 0.03
    n_other_names: int = 2048
    averaging: float = 0.998
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderRecipe:
    """Sizes and rates of the line reader's training.

    Attributes:
        n_steps: of the optimiser.
        n_found: lines of collected screens in a step.
        n_drawn: drawn crops, of which all lines are read in a step.
        n_warmup: steps until the learning rate is full.
        learning_rate, weight_decay: of AdamW.
        averaging: share of the old in the running average of the weights, at each step.
        seed: of everything.
    """

    n_steps: int = 6000
    n_found: int = 96
    n_drawn: int = 1
    n_warmup: int = 200
    learning_rate: float = 1.5e-3
    weight_decay: float = 0.03
    averaging: float = 0.998
    seed: int = 0
