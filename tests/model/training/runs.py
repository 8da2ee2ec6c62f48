"""Short runs of training on tiny checkpoints."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from model.data.sources.source import RecordSource
from model.data.sources.stream import RecordStream
from model.training.focusui_run import FocusUIRun, RunListener
from model.training.recipe import Learns, Precision, Recipe
from model.training.run_order import RunOrder
from model.training.team.alone import Alone
from model.training.team.team import Team
from model.training.trainer import StepReport
from tests.reference import checkpoint_folder

GROUNDING = {"lm": 1.0, "pointer": 1.0, "scorer": 0.1}
SCORER_ALONE = {"lm": 0.0, "pointer": 0.0, "scorer": 1.0}

_RECIPE = Recipe(
    name="short",
    about="a few steps",
    objective="grounding",
    objective_options=GROUNDING,
    learns=Learns.EVERYTHING,
    learning_rate=3e-3,
    weight_decay=0.0,
    warm_up_share=0.03,
    n_epochs=1,
    batch_size=2,
    accumulation=1,
    max_gradient_norm=1.0,
    precision=Precision.FLOAT32,
    has_gradient_checkpointing=False,
    max_pixels=1_000_000,
    max_tokens=4096,
    checked_every=1000,
    saved_every=1000,
    seed=11,
)


def short_recipe(**changes: Any) -> Recipe:
    """Everything learns, two samples a step."""
    return replace(_RECIPE, **changes)


class Steps(list[StepReport]):
    """What a run told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []
        self.stops_after: int | None = None

    @property
    def listener(self) -> RunListener:
        return RunListener(
            on_step=self.append, on_told=self.told.append, is_stopped=lambda: len(self) == self.stops_after
        )


def open_run(
    recipe: Recipe,
    out: Path,
    data: RecordSource | RecordStream,
    *,
    steps: Steps,
    variant: str = "qwen2_5_vl",
    model: Path | None = None,
    held_out: RecordSource | None = None,
    team: Team | None = None,
    is_resumed: bool = False,
) -> FocusUIRun:
    """A run on a tiny checkpoint."""
    order = RunOrder(recipe=recipe, model=model or checkpoint_folder(variant), out=out, is_resumed=is_resumed)
    return FocusUIRun(order, data=data, held_out=held_out, team=team or Alone(), listener=steps.listener)


def losses(steps: Steps) -> list[tuple[float, dict[str, float], float]]:
    """What must not depend on when a run was stopped."""
    return [(step.loss, step.parts, step.gradient_norm) for step in steps]


def without_dropout(run: FocusUIRun) -> FocusUIRun:
    """The same run with nothing hidden by chance."""
    for module in run.learner.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    return run
