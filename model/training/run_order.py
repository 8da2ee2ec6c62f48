"""What a run of training is asked to be, and whether it can be that."""

from dataclasses import dataclass
from pathlib import Path

from model.data.sources.source import RecordSource
from model.data.sources.stream import RecordStream
from model.errors import InputError
from model.training.objectives.registry import check_shared
from model.training.recipe import Recipe
from model.training.run_state import has_run
from model.training.stream_feed import n_steps_of
from model.training.team.team import Team


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOrder:
    """What is wanted.

    Attributes:
        recipe: how to train.
        model: folder of the checkpoint to begin with.
        out: folder of the run.
        is_resumed: go on with what ``out`` holds.
        n_workers: processes that make samples, for each process that learns.
        labels: folder in which labels are kept for the next time; None makes them anew each time.
        left_out: what is said of the rows that were left out when the data were opened, for the report.
    """

    recipe: Recipe
    model: Path
    out: Path
    is_resumed: bool = False
    n_workers: int = 0
    labels: Path | None = None
    left_out: tuple[str, ...] = ()


def check_order(order: RunOrder, data: RecordSource | RecordStream, team: Team) -> None:
    """Complain before anything is loaded.

    Raises:
        InputError: the folder holds a run and should not, or there is nothing to learn from, or these processes cannot
            learn it together.
    """
    if has_run(order.out) and not order.is_resumed:
        raise InputError(
            f"{order.out} holds a run already.", hint="Go on with it with --resume, or name another folder."
        )
    if isinstance(data, RecordStream):
        n_steps_of(order.recipe)
    elif not len(data):
        raise InputError("There is nothing to learn from: the data holds no record that can be used.")
    if team.n_processes > order.recipe.accumulation:
        raise InputError(
            f"{team.n_processes} processes cannot share the {order.recipe.accumulation} batches of a step.",
            hint=f"Set accumulation in a recipe of your own to at least {team.n_processes}.",
        )
    if team.is_sharded:
        check_shared(order.recipe.objective)
