"""Which records are learned from in which step.

All of it follows from the recipe's seed and the number of a step, so a run that goes on needs no other state, and so
that one process and several learn from the same samples in the same steps with the same draws.
"""

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.data.batching import LengthGroupedBatches


class LengthGroupedPlan:
    """Batches of records of about one length (``model.data.batching``).

    Args:
        lengths: of the records, in tokens.
        batch_size: records of a batch, at most.
        seed: of the order.
    """

    def __init__(self, lengths: NDArray[np.int64], *, batch_size: int, seed: int) -> None:
        self._grouped = LengthGroupedBatches(lengths, batch_size=batch_size, seed=seed)

    def batches(self, epoch: int) -> Sequence[Sequence[int]]:
        """Indices of the records of each batch of an epoch, from 0; the same epoch always gives the same."""
        first = epoch * len(self._grouped)
        return [self._grouped.batch(first + within) for within in range(len(self._grouped))]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepBatch:
    """A batch and where it stands.

    Attributes:
        step_idx: of its step, from 0 over all epochs.
        batch_idx: its place in the step, over all processes.
        indices: of its records.
        is_filler: there only because every process must take part as often as the others; nothing is learned from it.
    """

    step_idx: int
    batch_idx: int
    indices: tuple[int, ...]
    is_filler: bool = False

    def seed(self, base: int) -> int:
        """Seed of all that is drawn for it."""
        return draw_seed("batch", base, self.step_idx, self.batch_idx)


def plan_steps(
    plan: LengthGroupedPlan, *, n_epochs: int | None, n_steps: int | None, n_batches: int
) -> list[tuple[StepBatch, ...]]:
    """The batches of every step; the last step of an epoch may have fewer.

    Args:
        plan: of the batches.
        n_epochs: how often; None if the steps are given.
        n_steps: at most; None for all of the epochs.
        n_batches: of a step.
    """
    steps: list[tuple[StepBatch, ...]] = []
    for epoch in itertools.count() if n_epochs is None else range(n_epochs):
        if n_steps is not None and len(steps) >= n_steps:
            break
        batches = plan.batches(epoch)
        for start in range(0, len(batches), n_batches):
            step_idx = len(steps)
            steps.append(
                tuple(
                    StepBatch(step_idx=step_idx, batch_idx=batch_idx, indices=tuple(indices))
                    for batch_idx, indices in enumerate(batches[start : start + n_batches])
                )
            )
    return steps[:n_steps]


def share_of(step: Sequence[StepBatch], rank: int, n_processes: int) -> list[StepBatch]:
    """The batches of a step that one process learns from; every process gets equally many."""
    own = list(itertools.islice(step, rank, None, n_processes))
    n_each = -(-len(step) // n_processes)
    first = step[0]
    filler = StepBatch(step_idx=first.step_idx, batch_idx=first.batch_idx, indices=first.indices, is_filler=True)
    return own + [filler] * (n_each - len(own))


def draw_seed(*parts: str | int) -> int:
    """A seed that stays with what it is for, [0, 2**63)."""
    text = " ".join(map(str, parts)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big") >> 1
