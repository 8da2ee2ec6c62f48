"""What a run of training is made of: one frozen object, read from a TOML file."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Learns(StrEnum):
    """What of the network learns.

    Attributes:
        EVERYTHING: all weights.
        SCORER: the patch scorer.
        LORA: patch scorer and pointer head whole, linear layers of the decoder through low-rank additions.
    """

    EVERYTHING = "everything"
    SCORER = "scorer"
    LORA = "lora"


class Precision(StrEnum):
    """What is computed in.

    Attributes:
        FLOAT32: float32 throughout; saved so.
        BF16: bfloat16 where autocast allows it. What learns is held in float32, what stands still in bfloat16; saved
            in bfloat16, as the published weights are.
    """

    FLOAT32 = "float32"
    BF16 = "bf16"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoraShape:
    """Low-rank additions (LoRA, arXiv 2106.09685).

    Attributes:
        rank: of each.
        alpha: they are scaled by alpha / rank.
        dropout: share of their inputs that is hidden in training.
        targets: last parts of the names of the decoder's linear layers that get one.
    """

    rank: int
    alpha: float
    dropout: float
    targets: tuple[str, ...]

    def __post_init__(self) -> None:
        _demand(self.rank >= 1 and self.alpha > 0, "rank and alpha of LoRA are above 0")
        _demand(0.0 <= self.dropout < 1.0, "dropout is at least 0 and below 1")
        _demand(bool(self.targets), "LoRA needs targets")


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnScreens:
    """Screens that the recipe draws for itself (``model.training.toy_screens``).

    Attributes:
        n_screens: to learn from.
        n_held_out: others, to measure on.
    """

    n_screens: int
    n_held_out: int

    def __post_init__(self) -> None:
        _demand(self.n_screens >= 1 and self.n_held_out >= 1, "at least one screen is drawn for either purpose")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A named way to train.

    A step learns from ``batch_size * accumulation`` samples on any number of processes, so the same recipe means the
    same training everywhere.

    Attributes:
        name: of the recipe.
        about: a line on what it is for.
        objective: name in ``model.training.objectives.registry``.
        objective_options: what that objective takes.
        learns: what of the network learns.
        lora: None unless LoRA learns.
        learning_rate: at most; it rises over ``warm_up_share`` of the steps and falls to 0 along a cosine.
        weight_decay: of AdamW.
        warm_up_share: see above.
        n_epochs: how often each record is learned from; None if steps are counted.
        n_steps: how many steps; None if epochs are counted. Data is gone through as often as they take.
        batch_size: samples that go through the network at once on one device.
        accumulation: batches of a step, over all processes.
        max_gradient_norm: longer gradients are shortened to this.
        precision: what is computed in.
        has_gradient_checkpointing: compute activations twice instead of keeping them.
        max_pixels: larger pictures are scaled down.
        max_tokens: records with longer sequences are left out.
        checked_every: steps between two measurements on what is held out.
        saved_every: steps between two states that a run can go on from.
        check_keep_fraction: share of visual tokens kept in those measurements.
        drawn: screens to draw; None takes the person's data.
        seed: of order, keep fractions and dropout.
    """

    name: str
    about: str
    objective: str
    objective_options: Mapping[str, Any] = field(default_factory=dict)
    learns: Learns
    lora: LoraShape | None = None
    learning_rate: float
    weight_decay: float
    warm_up_share: float
    n_epochs: int | None = None
    n_steps: int | None = None
    batch_size: int
    accumulation: int
    max_gradient_norm: float
    precision: Precision
    has_gradient_checkpointing: bool
    max_pixels: int
    max_tokens: int
    checked_every: int
    saved_every: int
    check_keep_fraction: float = 0.5
    drawn: DrawnScreens | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        _demand((self.n_epochs is None) != (self.n_steps is None), "either n_epochs or n_steps is given")
        counts = {
            name: getattr(self, name)
            for name in (
                "n_epochs" if self.n_steps is None else "n_steps",
                "batch_size",
                "accumulation",
                "max_pixels",
                "max_tokens",
                "checked_every",
                "saved_every",
            )
        }
        for name, value in counts.items():
            _demand(isinstance(value, int) and value >= 1, f"{name} is a whole number of at least 1, not {value}")
        _demand(self.learning_rate > 0, f"learning_rate is above 0, not {self.learning_rate}")
        _demand(self.weight_decay >= 0, f"weight_decay is not negative, but {self.weight_decay}")
        _demand(0 <= self.warm_up_share < 1, f"warm_up_share is at least 0 and below 1, not {self.warm_up_share}")
        _demand(self.max_gradient_norm > 0, f"max_gradient_norm is above 0, not {self.max_gradient_norm}")
        _demand(0 < self.check_keep_fraction <= 1, "check_keep_fraction is above 0 and at most 1")
        _demand((self.lora is None) == (self.learns is not Learns.LORA), '[lora] belongs to learns = "lora"')

    @property
    def samples_a_step(self) -> int:
        """How many samples a step learns from."""
        return self.batch_size * self.accumulation

    def to_json(self) -> dict[str, Any]:
        """All of it, for the files of a run."""
        return asdict(self)


def _demand(is_met: bool, rule: str) -> None:
    if not is_met:
        raise ValueError(rule)
