"""What collecting tells while it runs and at its end."""

import sys
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.data.collect.seen import Progress


def show_progress(steps: "Iterator[Progress]") -> None:
    """A line a step on stderr, and on stdout how much was collected and what was left out."""
    n_screens = n_elements = 0
    dropped: Counter[str] = Counter()
    for step in steps:
        n_screens += step.n_screens
        n_elements += step.n_elements
        dropped += step.dropped
        counts = f"{step.n_screens} screens, {step.n_elements} elements"
        print(f"{step.n_done} of {step.n_total}: {step.what}: {counts}", file=sys.stderr, flush=True)
    print(f"{n_screens} new screens with {n_elements} elements.")
    for why, n in dropped.most_common():
        print(f"{n:>8} left out: {why}")
