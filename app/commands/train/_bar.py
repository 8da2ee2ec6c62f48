"""Shows how training goes: a bar on a terminal, lines elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.training.nano.progress import Progress


@contextmanager
def progress_shown(n_steps: int, first: int) -> "Iterator[Callable[[Progress], None]]":
    """What a run is to tell its progress.

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
