"""Runs in a process of their own, for tests that kill them or start several: ``python -m tests.model.training.worker``.

Takes a JSON list of runs, done one after the other: ``out`` folder of the run; ``kill_after`` steps, or
``kill_while_saving`` before the state of this step is whole; ``gradients`` file that takes the gradients of the first
step; ``recipe`` changes to the short one; ``n_workers`` that make samples; ``stream`` files of rows to learn from;
``is_resumed`` goes on with what is there; ``stop_after`` steps.
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import torch

from model.data.sources.source import RecordSource
from model.data.sources.stream import RecordStream
from model.training import run_state
from model.training.focusui_run import FocusUIRun, RunListener, RunOrder
from model.training.team.open_team import open_team
from model.training.trainer import StepReport
from tests.model.training.drawn import DrawnSource, draw_screens
from tests.model.training.runs import short_recipe, without_dropout
from tests.model.training.streamed import open_rows
from tests.reference import checkpoint_folder


def main(asked: dict[str, Any]) -> None:
    torch.set_num_threads(1)
    team = open_team("cpu")
    data: RecordSource | RecordStream = DrawnSource(draw_screens(4, seed=11, width_px=336, height_px=224))
    if "stream" in asked:
        data = open_rows(asked["stream"], team)
    order = RunOrder(
        recipe=short_recipe(**asked.get("recipe", {})),
        model=checkpoint_folder("qwen2_5_vl"),
        out=Path(asked["out"]),
        n_workers=asked.get("n_workers", 0),
        is_resumed=asked.get("is_resumed", False),
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

    def keep_and_clip(max_norm: float) -> float:
        if is_writing and not file.exists():
            torch.save({name: weight.grad for name, weight in run.learner.learning().items()}, file)
        return clip(max_norm)

    run.team.clip = keep_and_clip  # type: ignore[method-assign] # a look from outside


if __name__ == "__main__":
    for run_asked in json.loads(sys.argv[1]):
        main(run_asked)
