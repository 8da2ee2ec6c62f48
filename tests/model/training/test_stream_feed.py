"""Which rows of a stream are learned from in which step, by which process."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from threading import Barrier
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from model.data.faults import Fault, FaultyRow
from model.data.records import TrainingRecord, parse_record
from model.data.sources.block import StreamBlock, StreamedRecord, StreamPlace
from model.data.sources.stream import RecordStream
from model.errors import InputError, ModelError, RecordError, TrainingError
from model.focusui.picture import ImageSpec
from model.training.feed import Share
from model.training.run_state import RunState
from model.training.sample import SampleBuilder
from model.training.stream_feed import StreamFeed
from model.training.team.team import Team
from tests.model.data.sources.rows import png, row
from tests.model.focusui.tiny import tiny
from tests.model.training.runs import short_recipe

_PICTURE = png()
_BAD = "not a row"
_NEW = RunState()


class _Rows:
    """A stream of rows that are only numbers; negative ones are bad. See ``RecordStream``."""

    def __init__(self, rows: Sequence[int], *, n_block: int, rank: int = 0, n_ranks: int = 1) -> None:
        self._rows = list(enumerate(rows))[rank::n_ranks]
        self._n_block = n_block
        self.about = {"stream": "numbers"}

    def blocks(self, place: StreamPlace) -> Iterator[StreamBlock]:
        state = place.state or {"at": 0}
        for start in range(state["at"], len(self._rows), self._n_block):
            rows = self._rows[start : start + self._n_block]
            yield StreamBlock(
                place=StreamPlace(n_passes=place.n_passes, state={"at": start}, n_rows=start),
                streamed=tuple(_streamed(number, width) for number, width in rows if width > 0),
                faults={
                    number: FaultyRow(file="numbers", row=str(number), reason=Fault.NOT_A_RECORD, detail=_BAD)
                    for number, width in rows
                    if width < 0
                },
            )


def _streamed(number: int, width_px: int) -> StreamedRecord:
    record = parse_record(row(wish=f"wish {number}"), name=f"{number}")
    return StreamedRecord(row=number, record=record, content=_PICTURE, size_px=(width_px, 100))


@dataclass
class _Sample:
    name: str


class _Builder:
    """Makes samples that only have a name. See ``SampleBuilder``."""

    def __init__(self, spec: ImageSpec, refused: Callable[[str], bool]) -> None:
        self.image_spec = spec
        self._refused = refused

    def build(self, record: TrainingRecord, picture: Image.Image) -> _Sample:
        if self._refused(record.name):
            raise RecordError(f"{record.name} is too long.")
        return _Sample(record.name)

    def n_supervised(self, record: TrainingRecord, size_px: tuple[int, int]) -> int:
        return 3


class _Ranks:
    """Threads in the place of processes. See ``Team``."""

    def __init__(self, n_processes: int) -> None:
        self.barrier = Barrier(n_processes, timeout=20)
        self.told: list[list[Any]] = [[] for _ in range(n_processes)]


class _Rank:
    def __init__(self, ranks: _Ranks, rank: int) -> None:
        self.rank = rank
        self.n_processes = len(ranks.told)
        self._ranks = ranks

    def gather(self, items: Sequence[Any]) -> list[Any]:
        self._ranks.told[self.rank] = list(items)
        self._ranks.barrier.wait()
        told = [item for items in self._ranks.told for item in items]
        self._ranks.barrier.wait()
        return told


@dataclass(frozen=True)
class _Taken:
    """What a process got in a step."""

    step_idx: int
    n_rounds: int
    n_samples: int
    batches: tuple[tuple[str, ...], ...]
    seeds: tuple[int, ...]
    unusable: tuple[int, ...]
    place: str


def _taken(share: Share) -> _Taken:
    loaded = list(share.loaded)
    assert len(loaded) == share.n_rounds
    assert all(given.samples or given.unusable for given in loaded), "there is something for every round"
    own = [given for given in loaded if not given.batch.is_filler]
    assert share.weights.n_tokens == 3 * share.weights.n_samples
    return _Taken(
        step_idx=share.step_idx,
        n_rounds=share.n_rounds,
        n_samples=share.weights.n_samples,
        batches=tuple(tuple(sample.name for sample in given.samples) for given in own),
        seeds=tuple(given.batch.seed(0) for given in own),
        unusable=tuple(entry.index for entry in (*share.unusable, *(e for given in own for e in given.unusable))),
        place=json.dumps(asdict(cast(StreamPlace, share.place))),
    )


def _run(
    rows: Sequence[int],
    *,
    n_block: int = 8,
    n_processes: int = 1,
    n_workers: int = 0,
    state: RunState = _NEW,
    refused: Callable[[str], bool] = lambda _: False,
    **recipe: Any,
) -> list[list[_Taken]]:
    """The shares of each process."""
    ranks, spec = _Ranks(n_processes), tiny("qwen2_5_vl").image_spec

    def learn(rank: int) -> list[_Taken]:
        feed = StreamFeed(
            cast(RecordStream, _Rows(rows, n_block=n_block, rank=rank, n_ranks=n_processes)),
            recipe=short_recipe(n_epochs=None, **recipe),
            builder=cast(SampleBuilder, _Builder(spec, refused)),
            team=cast(Team, _Rank(ranks, rank)),
            n_workers=n_workers,
        )
        try:
            return [_taken(share) for share in feed.shares(state)]
        except ModelError:
            ranks.barrier.abort()  # as a launcher ends all processes if one fails
            raise

    with ThreadPoolExecutor(n_processes) as pool:
        learning = [pool.submit(learn, rank) for rank in range(n_processes)]
    for own in learning:
        if isinstance(own.exception(), ModelError):
            own.result()
    return [own.result() for own in learning]


def _passes(shares: list[list[_Taken]]) -> list[list[str]]:
    """Names of what was learned from in each pass, by all processes."""
    passes: dict[int, list[str]] = {}
    for own in shares:
        for taken in own:
            learned = [name for batch in taken.batches for name in batch]
            passes.setdefault(json.loads(taken.place)["n_passes"], []).extend(learned)
    return [passes[n] for n in sorted(passes)]


_widths = st.sampled_from([28, 56, 280, 560, -1])
_shapes = {"n_block": st.integers(1, 9), "batch_size": st.integers(1, 4), "n_processes": st.integers(1, 3)}


@settings(deadline=None, max_examples=40)
@given(rows=st.lists(_widths, min_size=9, max_size=40), extra=st.integers(0, 2), **_shapes)
def test_every_good_row_is_learned_from_once_a_pass(
    rows: list[int], extra: int, n_block: int, batch_size: int, n_processes: int
) -> None:
    """GIVEN any rows and shapes THEN each pass has every good row once, and all processes take the same steps."""
    rows = [28] * n_processes + rows  # something for each process
    good = {str(number) for number, width in enumerate(rows) if width > 0}
    shape: dict[str, Any] = {"batch_size": batch_size, "accumulation": n_processes + extra, "n_steps": 60}
    shares = _run(rows, n_block=n_block, n_processes=n_processes, **shape)
    assert {len(own) for own in shares} == {60}
    for together in zip(*shares, strict=True):
        assert len({(taken.step_idx, taken.n_rounds) for taken in together}) == 1, "all take part equally often"
        learned = [name for taken in together for batch in taken.batches for name in batch]
        assert 0 < len(learned) == sum(taken.n_samples for taken in together) <= batch_size * (n_processes + extra)
    *whole, last = _passes(shares)
    assert all(Counter(learned) == Counter(good) for learned in whole)
    assert Counter(last) <= Counter(good)
    bad = Counter(index for own in shares for taken in own for index in taken.unusable)
    if len(whole) > 1:
        assert {str(index) for index in bad} == {str(number) for number in range(len(rows))} - good
    seeds = [seed for own in shares for taken in own for seed in taken.seeds]
    assert len(set(seeds)) == len(seeds), "no two batches draw alike"


@settings(deadline=None, max_examples=25)
@given(rows=st.lists(_widths, min_size=9, max_size=25), n_done=st.integers(1, 19), **_shapes)
def test_what_goes_on_is_unbroken(
    rows: list[int], n_done: int, n_block: int, batch_size: int, n_processes: int
) -> None:
    """GIVEN a stop after any step, also where some process has nothing left in the pass."""
    rows = [28] * n_processes + rows
    shape: dict[str, Any] = {
        "n_block": n_block,
        "batch_size": batch_size,
        "n_processes": n_processes,
        "accumulation": 3,
        "n_steps": 20,
    }
    whole = _run(rows, **shape)
    places = tuple(StreamPlace(**json.loads(own[n_done - 1].place)) for own in whole)
    rest = _run(rows, state=RunState(n_steps=n_done, places=places), **shape)

    def learned(own: list[_Taken]) -> list[tuple[Any, ...]]:
        return [(taken.step_idx, taken.n_rounds, taken.batches, taken.seeds, taken.place) for taken in own]

    assert [learned(own) for own in rest] == [learned(own[n_done:]) for own in whole]


def test_worker_processes_change_nothing() -> None:
    rows = [28, 280, -1, 56] * 6
    here, there = (_run(rows, n_workers=n, batch_size=3, accumulation=2, n_steps=9) for n in (0, 2))
    assert here == there


def test_batches_hold_records_of_about_one_length_in_another_order_each_pass() -> None:
    rows = [28 * (1 + number * 7 % 40) for number in range(40)]
    (own,) = _run(rows, n_block=40, batch_size=4, accumulation=1, n_steps=20)
    spreads = []
    for taken in own:
        widths = [rows[int(name)] for name in taken.batches[0]]
        spreads.append(max(widths) - min(widths))
    assert max(spreads) <= 3 * 28
    first, second = _passes([own])
    assert sorted(first) == sorted(second)
    assert first != second
    (other,) = _run(rows, n_block=40, batch_size=4, accumulation=1, n_steps=20, seed=5)
    assert _passes([other])[0] != first


def test_rows_are_shuffled_no_farther_than_their_block() -> None:
    (own,) = _run([28] * 40, n_block=8, batch_size=1, accumulation=1, n_steps=40)
    (learned,) = _passes([own])
    blocks = [{int(name) for name in learned[start : start + 8]} for start in range(0, 40, 8)]
    assert blocks == [set(range(start, start + 8)) for start in range(0, 40, 8)]
    assert learned != sorted(learned, key=int)


def test_bad_rows_are_named_where_they_stood() -> None:
    """GIVEN bad rows in front of, between and behind good ones, and one that only building finds."""
    rows = [-1, 28, 28, -1, 28, 28, -1]
    (own,) = _run(rows, n_block=2, batch_size=1, accumulation=1, n_steps=6, refused=lambda name: name == "4")
    found = [taken.unusable for taken in own]
    assert sorted(index for step in found[:4] for index in step) == [0, 3, 4]
    assert 6 in found[4], "behind the last good row: told with the next step"
    assert own[4].batches != ()


def test_a_stream_from_which_a_process_can_learn_nothing_is_told() -> None:
    with pytest.raises(InputError, match="None of the rows of the stream can be learned from") as caught:
        _run([-1, -1, -1], n_steps=3)
    assert caught.value.hint
    with pytest.raises(InputError, match="None of the rows of process 2 of the stream") as caught:
        _run([28, -1, 28], n_processes=2, accumulation=2, n_steps=3)
    assert "fewer processes" in caught.value.hint
    with pytest.raises(TrainingError, match="last rows of process 2"):
        _run([28] * 7, n_processes=2, accumulation=2, n_steps=9, batch_size=1, refused=lambda name: int(name) % 2 == 1)


def test_epochs_of_a_stream_are_refused() -> None:
    with pytest.raises(InputError, match="counts epochs") as caught:
        StreamFeed(
            cast(RecordStream, _Rows([28], n_block=1)),
            recipe=short_recipe(n_epochs=1, accumulation=3),
            builder=cast(SampleBuilder, None),
            team=cast(Team, _Rank(_Ranks(1), 0)),
            n_workers=0,
        )
    assert "steps of 6 samples" in caught.value.hint
    assert "--steps" in caught.value.hint
