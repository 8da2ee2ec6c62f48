"""Runs in a process of their own, for tests that kill them or start several: ``python -m tests.model.training.worker``.

Takes a JSON list of runs, done one after the other: ``out`` folder of the run; ``kill_after`` steps, or
``kill_while_saving`` before the state of this step is whole; ``gradients`` file that takes the gradients of the first
step; ``recipe`` changes to the short one (``lora`` as a table); ``variant`` of the checkpoint; ``n_workers`` that make
samples; ``stream`` files of rows to learn from; ``is_resumed`` goes on with what is there; ``stop_after`` steps.
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.distributed.tensor import DTensor

from model.data.sources.source import RecordSource
from model.data.sources.stream import RecordStream
from model.training import run_state
from model.training.focusui_run import FocusUIRun, RunListener
from model.training.recipe import Learns, LoraShape, Precision
from model.training.run_order import RunOrder
from model.training.team.open_team import open_team
from model.training.trainer import StepReport
from tests.model.training.drawn import DrawnSource, draw_screens
from tests.model.training.runs import short_recipe, without_dropout
from tests.model.training.streamed import open_rows
from tests.reference import checkpoint_folder

_KINDS = {"learns": Learns, "precision": Precision, "lora": lambda shape: LoraShape(**shape)}


def main(asked: dict[str, Any]) -> None:
    torch.set_num_threads(1)
    team = open_team("cpu")
    data: RecordSource | RecordStream = DrawnSource(draw_screens(4, seed=11, width_px=336, height_px=224))
    if "stream" in asked:
        data = open_rows(asked["stream"], team)
    changes = {name: _KINDS.get(name, lambda same: same)(value) for name, value in asked.get("recipe", {}).items()}
    order = RunOrder(
        recipe=short_recipe(**changes),
        model=checkpoint_folder(asked.get("variant", "qwen2_5_vl")),
        out=Path(asked["out"]),
        is_resumed=asked.get("is_resumed", False),
        n_workers=asked.get("n_workers", 0),
    )

    def die_after(step: StepReport) -> None:
        if step.n_steps == asked.get("kill_after"):
            os.kill(os.getpid(), signal.SIGKILL)

    listener = RunListener(on_step=die_after, is_stopped=lambda: run.state.n_steps == asked.get("stop_after"))
    run = FocusUIRun(order, data=data, held_out=None, team=team, listener=listener)
    if "kill_while_saving" in asked:
        _die_while_saving(run, asked["kill_while_saving"])
    if "gradients" in asked:
        without_dropout(run)
        _keep_gradients(run, Path(asked["gradients"]), is_writing=team.rank == 0)
    run.train()


def _die_while_saving(run: FocusUIRun, n_steps: int) -> None:
    finish = run_state.finish_folder

    def die(folder: Path) -> None:
        if run.state.n_steps == n_steps:
            os.kill(os.getpid(), signal.SIGKILL)
        finish(folder)

    run_state.finish_folder = die


def _keep_gradients(run: FocusUIRun, file: Path, *, is_writing: bool) -> None:
    """Write those of the first step, which processes have exchanged by then, before they are shortened."""

    clip = run.team.clip

    def keep_and_clip() -> float:
        if not file.exists():
            gradients = {name: whole(weight.grad) for name, weight in run.learner.learning().items()}
            run.team.wait()
            if is_writing:
                torch.save(gradients, file)
        return clip()

    run.team.clip = keep_and_clip  # type: ignore[method-assign] # a look from outside


def whole(gradient: Tensor | None) -> Tensor | None:
    """Put together what processes share out."""
    return gradient.full_tensor() if isinstance(gradient, DTensor) else gradient


if __name__ == "__main__":
    for run_asked in json.loads(sys.argv[1]):
        main(run_asked)
