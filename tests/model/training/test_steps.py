from hypothesis import given
from hypothesis import strategies as st

from model.training.steps import ShuffledBatches, plan_steps, share_of

_counts = st.integers(min_value=1, max_value=40)


@given(n_records=_counts, batch_size=_counts, n_batches=st.integers(1, 9), n_epochs=st.integers(1, 3), seed=_counts)
def test_every_record_is_learned_from_once_an_epoch(
    n_records: int, batch_size: int, n_batches: int, n_epochs: int, seed: int
) -> None:
    plan = ShuffledBatches(n_records=n_records, batch_size=batch_size, seed=seed)
    steps = plan_steps(plan, n_epochs=n_epochs, n_batches=n_batches)
    learned = sorted(index for step in steps for batch in step for index in batch.indices)
    assert learned == sorted(list(range(n_records)) * n_epochs)
    assert all(0 < len(step) <= n_batches for step in steps)
    assert [batch.step_idx for step in steps for batch in step] == [idx for idx, step in enumerate(steps) for _ in step]


@given(n_records=_counts, n_batches=st.integers(1, 9), n_processes=st.integers(1, 5))
def test_processes_share_each_step_and_take_part_equally_often(
    n_records: int, n_batches: int, n_processes: int
) -> None:
    steps = plan_steps(ShuffledBatches(n_records=n_records, batch_size=2, seed=1), n_epochs=1, n_batches=n_batches)
    for step in steps:
        shares = [share_of(step, rank, n_processes) for rank in range(n_processes)]
        assert len({len(share) for share in shares}) == 1
        own = [batch for share in shares for batch in share if not batch.is_filler]
        assert sorted(own, key=lambda batch: batch.batch_idx) == list(step)


def test_draws_depend_on_the_place_alone() -> None:
    steps = plan_steps(ShuffledBatches(n_records=40, batch_size=2, seed=1), n_epochs=2, n_batches=4)
    seeds = [batch.seed(7) for step in steps for batch in step]
    assert len(set(seeds)) == len(seeds)
    again = plan_steps(ShuffledBatches(n_records=40, batch_size=2, seed=1), n_epochs=2, n_batches=4)
    assert [batch.seed(7) for step in again for batch in step] == seeds
    assert steps[0][0].indices != steps[5][0].indices, "another order each epoch"
