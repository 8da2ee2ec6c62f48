"""How a run of training goes on, is shown, and is stopped."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.exit_status import ExitStatus

if TYPE_CHECKING:
    from model.training.nano.learning import Learning
    from model.training.progress import Progress


def go_on(learning: "Learning", folder: Path, train: "Callable[[Callable[[Progress], None]], None]") -> int:
    """Train to the last step, or until Ctrl-C, which saves; say how far it got.

    Args:
        learning: of the run.
        folder: of the run.
        train: does the steps, and tells its progress to what it is given.

    Returns:
        The exit status.
    """
    try:
        with progress_shown(learning.schedule.n_steps, learning.step) as show:
            train(show)
    except KeyboardInterrupt:
        learning.save()
        print(f"Stopped after step {learning.step}; the same command goes on from there.", file=sys.stderr)
        return ExitStatus.STOPPED
    print(f"{learning.step} steps are in {folder}")
    return ExitStatus.DONE


@contextmanager
def progress_shown(n_steps: int, first: int) -> "Iterator[Callable[[Progress], None]]":
    """A bar on a terminal, lines elsewhere; gives what a run is to tell its progress.

    Args:
        n_steps: of the run.
        first: step from which it goes on.
    """
    from tqdm import tqdm

    bar = tqdm(total=n_steps, initial=first, unit="step", disable=None)  # None: only on a terminal

    def show(progress: "Progress") -> None:
        losses = "  ".join(f"{name} {value:.3f}" for name, value in progress.losses.items())
        if bar.disable:
            print(f"{progress.step}/{n_steps}  {progress.seconds_a_step:.2f} s a step  {losses}", file=sys.stderr)
        else:
            bar.set_postfix_str(losses, refresh=False)
            bar.update(progress.step - bar.n)

    with bar:
        yield show
