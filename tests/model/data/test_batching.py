import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.data import DataLoader

from model.data.batching import LengthGroupedBatches, visual_lengths
from model.data.sources.opening import open_source
from model.errors import InputError
from model.focusui.picture import ImageSpec
from tests.model.data.sources.rows import png, row, write_list

_LENGTHS = st.lists(st.integers(1, 50), min_size=1, max_size=120)


def _steps(batches: LengthGroupedBatches, n_steps: int) -> list[list[int]]:
    """So many steps, over the ends of epochs."""
    taken: list[list[int]] = []
    while len(taken) < n_steps:
        taken += islice(batches, n_steps - len(taken))
    return taken


def _epoch(batches: LengthGroupedBatches) -> list[list[int]]:
    return list(batches)


@given(lengths=_LENGTHS, batch_size=st.integers(1, 9), n_ranks=st.integers(1, 4), seed=st.integers(0, 3))
def test_every_record_comes_exactly_once_in_an_epoch(
    lengths: list[int], batch_size: int, n_ranks: int, seed: int
) -> None:
    """On all ranks together; the same number of steps for each, and a second epoch in another order."""
    ranks = [
        LengthGroupedBatches(lengths, batch_size=batch_size, seed=seed, rank=rank, n_ranks=n_ranks)
        for rank in range(n_ranks)
    ]
    for _ in range(2):
        epochs = [_epoch(batches) for batches in ranks]
        assert {len(epoch) for epoch in epochs} == {len(ranks[0])}
        sizes = {len(batch) for epoch in epochs for batch in epoch}
        assert min(sizes) >= 1
        assert max(sizes) <= batch_size
        steps = [[i for batch in step for i in batch] for step in zip(*epochs, strict=True)]
        assert sorted(i for step in steps for i in set(step)) == list(range(len(lengths)))
        for step in steps:
            assert len(step) == max(len(set(step)), n_ranks), "twice only where there are too few for all ranks"


@given(
    lengths=_LENGTHS,
    batch_size=st.integers(1, 5),
    n_ranks=st.integers(1, 3),
    n_done=st.integers(0, 60),
    is_ahead=st.booleans(),
)
def test_a_run_that_goes_on_is_an_unbroken_one(
    lengths: list[int], batch_size: int, n_ranks: int, n_done: int, is_ahead: bool
) -> None:
    """GIVEN a run stopped after any step, also by a loader that had fetched more THEN what follows is the same."""

    for rank in range(n_ranks):

        def fresh(rank: int = rank) -> LengthGroupedBatches:
            return LengthGroupedBatches(lengths, batch_size=batch_size, seed=1, rank=rank, n_ranks=n_ranks)

        unbroken = _steps(fresh(), 70)
        first = fresh()
        handed = _steps(first, n_done + 2 * is_ahead)
        state = json.loads(json.dumps(first.state_dict(n_done if is_ahead else None)))
        second = fresh()
        second.load_state_dict(state)
        assert handed[:n_done] + _steps(second, 70 - n_done) == unbroken


def test_batches_hold_records_of_about_one_length() -> None:
    """GIVEN lengths all over the place THEN padding to the longest of a batch costs little, and ranks do alike."""
    rng = np.random.default_rng(0)
    lengths = rng.integers(100, 7000, 4000)
    ranks = [LengthGroupedBatches(lengths, batch_size=8, seed=0, rank=rank, n_ranks=2) for rank in range(2)]
    epochs = [_epoch(batches) for batches in ranks]
    padded = sum(len(batch) * int(lengths[batch].max()) for epoch in epochs for batch in epoch)
    assert padded < 1.05 * lengths.sum()
    unsorted = sum(int(chunk.max()) * len(chunk) for chunk in np.split(lengths, 500))
    assert unsorted > 1.5 * lengths.sum()
    for one, other in zip(*epochs, strict=True):
        assert abs(int(lengths[one].sum()) - int(lengths[other].sum())) < 0.05 * lengths[one].sum() + 100


def test_the_longest_comes_first_and_the_rest_in_no_order_of_length() -> None:
    lengths = list(range(1000, 3000))
    epoch = _epoch(LengthGroupedBatches(lengths, batch_size=4, seed=0))
    assert 1999 in epoch[0]
    firsts = np.array([lengths[batch[0]] for batch in epoch[1:]])
    assert abs(np.corrcoef(np.arange(len(firsts)), firsts)[0, 1]) < 0.2


def test_a_loader_of_torch_takes_them() -> None:
    """GIVEN a loader that fetches ahead THEN the state after so many steps is asked for by their number."""
    batches = LengthGroupedBatches(list(range(1, 40)), batch_size=4, seed=0)
    loader = DataLoader(list(range(39)), batch_sampler=batches, collate_fn=list)
    first, second = list(loader), list(loader)
    assert len(loader) == len(first) == 10
    assert sorted(i for batch in second for i in batch) == list(range(39))
    again = LengthGroupedBatches(list(range(1, 40)), batch_size=4, seed=0)
    again.load_state_dict(batches.state_dict(7))
    assert _steps(again, 13) == first[7:] + second


def test_seed_and_epoch_make_the_order() -> None:
    lengths = list(range(1, 300))
    batches = LengthGroupedBatches(lengths, batch_size=4, seed=0)
    first, second = _epoch(batches), _epoch(batches)
    assert first != second
    assert first == _epoch(LengthGroupedBatches(lengths, batch_size=4, seed=0))
    assert first != _epoch(LengthGroupedBatches(lengths, batch_size=4, seed=1))
    assert batches.n_steps == 2 * len(batches)
    assert batches.batch(len(batches)) == second[0]


@pytest.mark.parametrize(
    "other",
    [
        {"lengths": [3, 2, 2]},
        {"batch_size": 2},
        {"seed": 1},
        {"n_ranks": 2},
    ],
    ids=lambda other: next(iter(other)),
)
def test_other_data_or_settings_are_refused(other: dict[str, object]) -> None:
    settings: dict[str, object] = {"lengths": [3, 2, 1], "batch_size": 1, "seed": 0}
    state = LengthGroupedBatches(**settings).state_dict()  # type: ignore[arg-type] # as keywords
    with pytest.raises(InputError, match="cannot go on"):
        LengthGroupedBatches(**settings | other).load_state_dict(state)  # type: ignore[arg-type] # as keywords


@pytest.mark.parametrize(
    ("lengths", "batch_size", "rank", "n_ranks"), [([], 1, 0, 1), ([1], 0, 0, 1), ([1], 1, 1, 1), ([1], 1, -1, 2)]
)
def test_what_cannot_be_divided_is_refused(lengths: list[int], batch_size: int, rank: int, n_ranks: int) -> None:
    with pytest.raises(ValueError, match="records, batches of"):
        LengthGroupedBatches(lengths, batch_size=batch_size, seed=0, rank=rank, n_ranks=n_ranks)


def test_lengths_are_visual_tokens_after_the_resize(tmp_path: Path) -> None:
    spec = ImageSpec(
        patch_px=14,
        merge_size=2,
        temporal_size=2,
        mean=(0.5,) * 3,
        std=(0.5,) * 3,
        min_pixels=3136,
        max_pixels=28 * 28 * 100,
    )
    sizes = {"a.png": (280, 140), "b.png": (20, 20), "c.png": (2800, 1400)}
    for name, (width_px, height_px) in sizes.items():
        (tmp_path / name).write_bytes(png(width_px, height_px))
    source = open_source(write_list(tmp_path / "rows.json", [row(name) for name in sizes]))
    assert visual_lengths(source, spec).tolist() == [50, 4, 14 * 7]
