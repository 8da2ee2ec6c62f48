import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.training.steps import LengthGroupedPlan, plan_steps, share_of

_counts = st.integers(min_value=1, max_value=40)


def _plan(n_records: int, *, batch_size: int = 2, seed: int = 1) -> LengthGroupedPlan:
    return LengthGroupedPlan(np.arange(n_records) % 7 + 1, batch_size=batch_size, seed=seed)


@given(n_records=_counts, batch_size=_counts, n_batches=st.integers(1, 9), n_epochs=st.integers(1, 3), seed=_counts)
def test_every_record_is_learned_from_once_an_epoch(
    n_records: int, batch_size: int, n_batches: int, n_epochs: int, seed: int
) -> None:
    plan = _plan(n_records, batch_size=batch_size, seed=seed)
    steps = plan_steps(plan, n_epochs=n_epochs, n_steps=None, n_batches=n_batches)
    learned = sorted(index for step in steps for batch in step for index in batch.indices)
    assert learned == sorted(list(range(n_records)) * n_epochs)
    assert all(0 < len(step) <= n_batches for step in steps)
    assert [batch.step_idx for step in steps for batch in step] == [idx for idx, step in enumerate(steps) for _ in step]


@pytest.mark.parametrize("n_steps", [1, 5, 10, 11, 12, 33])
def test_counted_steps_are_those_of_as_many_epochs_as_they_take(n_steps: int) -> None:
    """GIVEN 40 records in steps of 4 THEN an epoch is ten steps."""
    counted = plan_steps(_plan(40), n_epochs=None, n_steps=n_steps, n_batches=2)
    assert counted == plan_steps(_plan(40), n_epochs=4, n_steps=None, n_batches=2)[:n_steps]
    assert len(counted) == n_steps


@given(n_records=_counts, n_batches=st.integers(1, 9), n_processes=st.integers(1, 5))
def test_processes_share_each_step_and_take_part_equally_often(
    n_records: int, n_batches: int, n_processes: int
) -> None:
    steps = plan_steps(_plan(n_records), n_epochs=1, n_steps=None, n_batches=n_batches)
    for step in steps:
        shares = [share_of(step, rank, n_processes) for rank in range(n_processes)]
        assert len({len(share) for share in shares}) == 1
        own = [batch for share in shares for batch in share if not batch.is_filler]
        assert sorted(own, key=lambda batch: batch.batch_idx) == list(step)


def test_draws_depend_on_the_place_alone() -> None:
    steps = plan_steps(_plan(40), n_epochs=2, n_steps=None, n_batches=4)
    seeds = [batch.seed(7) for step in steps for batch in step]
    assert len(set(seeds)) == len(seeds)
    again = plan_steps(_plan(40), n_epochs=2, n_steps=None, n_batches=4)
    assert [batch.seed(7) for step in again for batch in step] == seeds
    assert steps[0][0].indices != steps[5][0].indices, "another order each epoch"
