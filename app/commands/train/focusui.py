"""``foveal train focusui``: trains FocusUI by a recipe, on one device or on many."""

import argparse
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from app.commands._errors import UsageError
from app.commands._extras import require_extra
from app.commands._values import whole_number
from app.commands.train._data import add_data_options, data_options, fault_lines, tell_faults
from app.commands.train._running import progress_shown
from app.commands.train._streaming import add_stream_arguments, check_stream_arguments, stream_of
from app.exit_status import ExitStatus

if TYPE_CHECKING:
    from model.data.sources.source import RecordSource
    from model.data.sources.stream import RecordStream
    from model.training.recipe import Recipe
    from model.training.team.team import Team
    from model.training.trainer import StepReport

_TOLD_EVERY_S = 10.0
_N_LOSSES_SHOWN = 4


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "focusui",
        help="train FocusUI by a recipe",
        description="Trains a FocusUI checkpoint, or what is to become one, by a recipe (`foveal train recipes` lists "
        "them). Several GPUs or machines: `accelerate launch -m app.cli train focusui …`. Ctrl-C or the end of a job "
        "saves after the step; the same command with --resume goes on with the same losses as if nothing had been.",
    )
    parser.add_argument("recipe", metavar="RECIPE", help="name of a recipe, or a .toml file of your own")
    parser.add_argument(
        "--data",
        metavar="PATH",
        type=Path,
        nargs="+",
        default=[],
        help="to learn from, as `foveal train check` reads it",
    )
    parser.add_argument(
        "--held-out", metavar="PATH", type=Path, nargs="+", default=[], help="to measure on while it learns"
    )
    add_data_options(parser)
    parser.add_argument("--model", metavar="FOLDER", type=Path, required=True, help="checkpoint to begin with")
    parser.add_argument("--out", metavar="FOLDER", type=Path, required=True, help="of the run")
    parser.add_argument(
        "--steps", metavar="N", type=whole_number(1), help="how many steps to take, instead of the epochs of the recipe"
    )
    parser.add_argument("--labels", metavar="FOLDER", type=Path, help="keep the labels of pictures there for next time")
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out, if there is one")
    parser.add_argument("--device", metavar="DEVICE", help="cpu or cuda:0 (default: a GPU if there is one)")
    parser.add_argument(
        "--workers", metavar="N", type=whole_number(0), default=2, help="processes that make samples (2)"
    )
    add_stream_arguments(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train to the last step, or until somebody stops it."""
    require_extra("focusui")
    from model.training.focusui_run import LAST, FocusUIRun, RunListener
    from model.training.run_order import RunOrder
    from model.training.team.open_team import open_team

    check_stream_arguments(arguments)
    recipe = _recipe(arguments.recipe, arguments.steps)
    team = open_team(arguments.device)
    sources = _sources(recipe, arguments, team)
    order = RunOrder(
        recipe=recipe,
        model=arguments.model,
        out=arguments.out,
        is_resumed=arguments.resume,
        n_workers=arguments.workers,
        labels=arguments.labels,
        left_out=sources.left_out,
    )
    shown = _Shown(is_first=team.rank == 0)
    with _stop_asked() as stop:
        listener = RunListener(on_step=shown.show_step, on_told=shown.tell, is_stopped=stop.is_set)
        training = FocusUIRun(order, data=sources.data, held_out=sources.held_out, team=team, listener=listener)
        with shown.bar(training.n_steps, training.state.n_steps):
            state = training.train()
    if state.n_steps < training.n_steps:
        shown.tell(f"Stopped after step {state.n_steps}; the same command with --resume goes on from there.")
        return ExitStatus.STOPPED
    if team.rank == 0:
        print(f"{state.n_steps} steps; the checkpoint is {arguments.out / LAST}")
    return ExitStatus.DONE


def _recipe(name: str, n_steps: int | None) -> "Recipe":
    """The recipe, for so many steps if they are given."""
    from model.training.recipes import read_recipe

    recipe = read_recipe(name)
    return recipe if n_steps is None else replace(recipe, n_epochs=None, n_steps=n_steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sources:
    """What to learn from, what to measure on (None: nothing), and what is said of rows that were left out of both."""

    data: "RecordSource | RecordStream"
    held_out: "RecordSource | None"
    left_out: tuple[str, ...]


def _sources(recipe: "Recipe", arguments: argparse.Namespace, team: "Team") -> _Sources:
    """The person's data, or screens that the recipe draws."""
    from model.data.sources.opening import open_source
    from model.training.toy_screens import ToyScreens

    options = data_options(arguments, seed=recipe.seed)
    held_out = open_source(*arguments.held_out, options=options) if arguments.held_out else None
    data = open_source(*arguments.data, options=options) if arguments.data else None
    left_out: list[str] = []
    for name, opened in (("to learn from", data), ("held out", held_out)):
        if opened is not None:
            left_out += [f"{name}: {line.strip()}" for line in fault_lines(opened)]
            if team.rank == 0:
                tell_faults(opened)
    if arguments.stream:
        stream = stream_of(arguments, rank=team.rank, n_ranks=team.n_processes)
        return _Sources(data=stream, held_out=held_out, left_out=tuple(left_out))
    if data is not None:
        return _Sources(data=data, held_out=held_out, left_out=tuple(left_out))
    drawn = recipe.drawn
    if drawn is None:
        raise UsageError(
            f"The recipe {recipe.name} draws no screens of its own.",
            hint="Name what to learn from: --data or --stream.",
        )
    return _Sources(
        data=ToyScreens(drawn.n_screens, seed=recipe.seed),
        held_out=ToyScreens(drawn.n_held_out, seed=recipe.seed + 1) if held_out is None else held_out,
        left_out=tuple(left_out),
    )


class _Shown:
    """Shows how a run goes on stderr; of several processes the first one does.

    Args:
        is_first: is this that process?
    """

    def __init__(self, *, is_first: bool) -> None:
        self._is_first = is_first
        self._told_s = 0.0

    @contextmanager
    def bar(self, n_steps: int, first: int) -> "Iterator[None]":
        """While this is entered, steps are shown."""
        with progress_shown(n_steps, first) as show:
            self._show = show
            yield

    def show_step(self, report: "StepReport") -> None:
        """Now and then."""
        from model.training.progress import Progress

        if not self._is_first or time.monotonic() - self._told_s < _TOLD_EVERY_S:
            return
        self._told_s = time.monotonic()
        parts = dict(list(report.parts.items())[:_N_LOSSES_SHOWN])
        self._show(Progress(step=report.n_steps, seconds_a_step=report.seconds, losses={"loss": report.loss, **parts}))

    def tell(self, text: str) -> None:
        """At once."""
        if self._is_first:
            print(text, file=sys.stderr)


@contextmanager
def _stop_asked() -> Iterator[Event]:
    """Ctrl-C, or the signal with which a cluster ends a job, is kept until a step is done."""
    stop = Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
