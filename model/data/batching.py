"""Batches of records that are about equally long, so that little is spent on waiting and padding.

All records are shuffled; long stretches of the shuffled order are sorted by length and cut into batches; then the
batches are shuffled. That is the way of Hugging Face's ``LengthGroupedSampler``, but the batch with the longest record
comes first alone, to show at once whether memory suffices, and the others stand in random order.

Everything follows from the seed and the number of the step, so a run goes on where it stopped.

Legend: ``n_ranks`` processes that learn together; a step is one batch on each of them.
"""

import hashlib
import math
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from model.data.sources.source import RecordSource
from model.errors import InputError
from model.focusui.picture import ImageSpec
from model.smart_resize import smart_resize

_BATCHES_SORTED = 50
"""Steps whose records are sorted together: enough for even batches, few enough to stay random."""

State = dict[str, int | str]


def visual_lengths(source: RecordSource, spec: ImageSpec) -> NDArray[np.int64]:
    """Visual tokens of each record's picture, [n] int64: nearly the whole length of its sequence.

    Args:
        source: records; only the sizes of their pictures are asked for.
        spec: how the checkpoint wants its pictures.

    Raises:
        ValueError: a picture is too long and thin.
    """

    @cache
    def n_visual(width_px: int, height_px: int) -> int:
        limits = {"min_pixels": spec.min_pixels, "max_pixels": spec.max_pixels}
        height, width = smart_resize(height_px, width_px, factor=spec.cell_px, **limits)
        return (height // spec.cell_px) * (width // spec.cell_px)

    return np.fromiter((n_visual(*source.size_px(i)) for i in range(len(source))), np.int64, len(source))


class LengthGroupedBatches:
    """Indices of the records of each step, epoch after epoch.

    In an epoch every record comes exactly once. Batches are no larger than ``batch_size`` and differ by one record at
    most; every rank has the same number of them, and none is empty: only where fewer records are left than there are
    ranks, a rank is given one that another has too.

    Args:
        lengths: of the records, in tokens.
        batch_size: records of a rank in a step, at most.
        seed: of the order.
        rank: which of the processes this is.
        n_ranks: how many there are.

    Raises:
        ValueError: there are no records, or no such rank.
    """

    def __init__(
        self, lengths: Sequence[int] | NDArray[np.int64], *, batch_size: int, seed: int, rank: int = 0, n_ranks: int = 1
    ) -> None:
        if not len(lengths) or batch_size < 1 or not 0 <= rank < n_ranks:
            raise ValueError(f"{len(lengths)} records, batches of {batch_size}, rank {rank} of {n_ranks}")
        self._lengths = np.asarray(lengths, np.int64)
        self._batch_size = batch_size
        self._seed = seed
        self._rank = rank
        self._n_ranks = n_ranks
        self._n_steps = 0
        self._order: tuple[int, list[NDArray[np.int64]]] | None = None

    def __len__(self) -> int:
        """Steps of an epoch."""
        return math.ceil(len(self._lengths) / (self._batch_size * self._n_ranks))

    @property
    def n_steps(self) -> int:
        """Steps that were handed out so far, over all epochs."""
        return self._n_steps

    def __iter__(self) -> Iterator[list[int]]:
        """The rest of the current epoch; the next iteration is the next epoch."""
        for _ in range(len(self) - self._n_steps % len(self)):
            batch = self.batch(self._n_steps)
            self._n_steps += 1
            yield batch

    def batch(self, step: int) -> list[int]:
        """The records of this rank in a step, counted from 0 over all epochs; the longest first."""
        epoch, within = divmod(step, len(self))
        if self._order is None or self._order[0] != epoch:
            self._order = epoch, self._steps_of(epoch)
        together = self._order[1][within]
        # Dealt out by turns, so that the ranks have about the same to do.
        mine = together[self._rank :: self._n_ranks]
        if not len(mine):
            mine = together[self._rank % len(together) :][:1]
        return [int(index) for index in mine]

    def state_dict(self, n_steps: int | None = None) -> State:
        """What is needed to go on.

        Args:
            n_steps: done so far; None for all that were handed out. A loader that fetches ahead has been handed more
                than was learned from.
        """
        return {"n_steps": self._n_steps if n_steps is None else n_steps, "order": self._fingerprint()}

    def load_state_dict(self, state: State) -> None:
        """Go on after the steps of a state.

        Raises:
            InputError: the records, the batches, the ranks or the seed are others, so the order would be another.
        """
        if state.get("order") != self._fingerprint():
            raise InputError(
                "The run cannot go on: data, batch size, number of processes or seed are not those it began with.",
                hint="Start it with the same ones, or begin a new run.",
            )
        self._n_steps = int(state["n_steps"])

    def _steps_of(self, epoch: int) -> list[NDArray[np.int64]]:
        """Records of all ranks together in each step of an epoch."""
        rng = np.random.default_rng((self._seed, epoch))
        shuffled = rng.permutation(len(self._lengths))
        stretches = np.split(shuffled, self._ends()[_BATCHES_SORTED - 1 : -1 : _BATCHES_SORTED])
        ordered = [stretch[np.argsort(-self._lengths[stretch], kind="stable")] for stretch in stretches]
        steps = np.split(np.concatenate(ordered), self._ends()[:-1])
        longest = max(range(len(steps)), key=lambda i: int(self._lengths[steps[i]].max()))
        others = [i for i in range(len(steps)) if i != longest]
        return [steps[longest], *(steps[others[i]] for i in rng.permutation(len(others)))]

    def _ends(self) -> NDArray[np.int64]:
        """Where each step ends: all steps have as many records, up to one."""
        least, n_larger = divmod(len(self._lengths), len(self))
        return np.cumsum([least + (i < n_larger) for i in range(len(self))])

    def _fingerprint(self) -> str:
        about = f"{self._batch_size} {self._n_ranks} {self._seed} {_BATCHES_SORTED}"
        return hashlib.sha256(about.encode() + self._lengths.tobytes()).hexdigest()
