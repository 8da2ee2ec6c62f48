import json
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import datasets
import pytest

from model.data.faults import Fault, FaultLog
from model.data.sources.stores import FolderStore
from model.data.sources.stream import RecordStream, StreamOptions, open_stream
from model.data.sources.usable import Units
from model.errors import InputError
from tests.model.data.sources.rows import png, row, write_list, write_pictures

_N_ROWS = 23


def _row(number: int, **changes: Any) -> dict[str, Any]:
    """As a data set with pictures holds it: nulls where a turn says nothing."""
    values = row(wish=f"wish {number}", **changes)
    for turn in values["conversations"]:
        turn |= {"recipient": None, "end_turn": None, "bbox_gt": turn.get("bbox_gt")}
    return values | {"image": {"bytes": png(40 + number, 30), "path": None}}


@pytest.fixture(scope="module")
def parquet(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two files of a data set; the first has two bad rows."""
    folder = tmp_path_factory.mktemp("parquet")
    rows = [_row(number) for number in range(_N_ROWS)]
    rows[3] = _row(3, box=[0.5, 0.5, 0.2, 0.6])
    rows[5]["image"]["bytes"] = png(200, 100)[:-30]
    whole = datasets.Dataset.from_list(rows).cast_column("image", datasets.Image())
    paths = []
    for number in range(2):
        paths.append(str(folder / f"{number}.parquet"))
        whole.shard(2, number).to_parquet(paths[-1])
    return paths


def _stream(paths: list[str], tmp_path: Path, log: FaultLog | None = None, **options: Any) -> RecordStream:
    return open_stream(*paths, options=StreamOptions(cache=tmp_path / "cache", **options), log=log or FaultLog())


def _wishes(stream: RecordStream, n: int | None = None) -> list[str]:
    return [streamed.record.instruction for streamed in islice(stream, n)]


_GOOD = [f"wish {number}" for number in range(_N_ROWS) if number not in {3, 5}]


def test_every_good_row_comes_once_an_epoch_in_another_order(parquet: list[str], tmp_path: Path) -> None:
    log = FaultLog()
    stream = _stream(parquet, tmp_path, log, n_block=8)
    first, second = _wishes(stream), _wishes(stream)
    assert sorted(first) == sorted(second) == sorted(_GOOD)
    assert first != second != _GOOD
    assert log.counts == {Fault.BOX_INVERTED: 1, Fault.PICTURE_BROKEN: 1}, "told in the first epoch only"
    assert {example.row for examples in log.examples.values() for example in examples} == {"row 4", "row 6"}
    assert _wishes(_stream(parquet, tmp_path, n_block=8)) == first
    assert _wishes(_stream(parquet, tmp_path, n_block=8, seed=1)) != first


def test_rows_are_shuffled_no_farther_than_their_block(parquet: list[str], tmp_path: Path) -> None:
    wishes = _wishes(_stream(parquet, tmp_path, n_block=8))
    n_good_of_first = 6
    assert set(wishes[:n_good_of_first]) == set(_GOOD[:n_good_of_first])
    assert _wishes(_stream(parquet, tmp_path, n_block=1)) == _GOOD


def test_records_come_with_their_pictures(parquet: list[str], tmp_path: Path) -> None:
    stream = _stream(parquet, tmp_path)
    for streamed in [*stream, *stream]:
        number = int(streamed.record.instruction.removeprefix("wish "))
        assert streamed.picture.size == (40 + number, 30)
        assert streamed.record.turns[1].recipient == "os"
        assert streamed.record.name.endswith(f", row {number + 1}")


@pytest.mark.parametrize("n_block", [1, 8, 100])
def test_a_stream_that_goes_on_is_an_unbroken_one(parquet: list[str], tmp_path: Path, n_block: int) -> None:
    """GIVEN a stop after any number of records, in any epoch THEN the very next record follows."""
    n_all = 2 * len(_GOOD)

    def taken(stream: RecordStream, n: int) -> list[str]:
        wishes: list[str] = []
        while len(wishes) < n:
            wishes += _wishes(stream, n - len(wishes))
        return wishes

    unbroken = taken(_stream(parquet, tmp_path, n_block=n_block), n_all)
    for n_done in (0, 1, 7, 8, 9, 20, len(_GOOD), len(_GOOD) + 1, 30):
        first = _stream(parquet, tmp_path, n_block=n_block)
        done = taken(first, n_done)
        state = json.loads(json.dumps(first.state_dict()))
        second = _stream(parquet, tmp_path, n_block=n_block)
        second.load_state_dict(state)
        assert done + taken(second, n_all - n_done) == unbroken


@pytest.mark.parametrize("n_ranks", [2, 3])
def test_processes_share_the_rows(parquet: list[str], tmp_path: Path, n_ranks: int) -> None:
    shares = [_wishes(_stream(parquet, tmp_path, n_block=4, rank=rank, n_ranks=n_ranks)) for rank in range(n_ranks)]
    assert Counter(wish for share in shares for wish in share) == Counter(_GOOD)
    assert all(shares)


def test_another_stream_cannot_go_on(parquet: list[str], tmp_path: Path) -> None:
    state = _stream(parquet, tmp_path).state_dict()
    for other in (
        _stream(parquet, tmp_path, seed=1),
        _stream(parquet[:1], tmp_path),
        _stream(parquet, tmp_path, n_block=3),
    ):
        with pytest.raises(InputError, match="cannot go on"):
            other.load_state_dict(state)


def test_rows_that_only_name_their_pictures(tmp_path: Path) -> None:
    """GIVEN lines of JSON in pixels, and pictures in a folder."""
    write_pictures(tmp_path / "images", "a.png")
    rows = [row(box=[10.0, 6.0, 20.0, 15.0], say="click(x=15, y=9)"), row("none.png", box=[1.0, 1.0, 2.0, 2.0])]
    path = str(write_list(tmp_path / "rows.jsonl", rows))
    log = FaultLog()
    images = FolderStore(tmp_path / "images")
    (streamed,) = _stream([path], tmp_path, log, images=images, units=Units.PIXELS)
    assert streamed.record.box.x1_norm == 0.25
    assert streamed.picture.size == (40, 30)
    assert log.counts == {Fault.PICTURE_MISSING: 1}
    assert not list(_stream([path], tmp_path)), "nobody says where the pictures lie"


def test_arrow_files_are_streamed(parquet: list[str], tmp_path: Path) -> None:
    datasets.Dataset.from_parquet(parquet[0], cache_dir=str(tmp_path)).save_to_disk(tmp_path / "saved")
    paths = [str(path) for path in sorted((tmp_path / "saved").glob("*.arrow"))]
    assert len(_wishes(_stream(paths, tmp_path))) == 10


def test_a_stream_that_breaks_off_goes_on_there(parquet: list[str], tmp_path: Path) -> None:
    """GIVEN a second file that is damaged at first THEN nothing of the first is lost, or given twice."""
    paths = [str(tmp_path / f"{number}.parquet") for number in range(2)]
    first, second = (Path(path).read_bytes() for path in parquet)
    Path(paths[0]).write_bytes(first)
    Path(paths[1]).write_bytes(b"x" * 100)
    stream = _stream(paths, tmp_path, n_block=4)
    taken: list[str] = []
    with pytest.raises(InputError, match="broke off in the 4 rows after row 12") as caught:
        taken.extend(streamed.record.instruction for streamed in stream)
    assert caught.value.hint
    Path(paths[1]).write_bytes(second)
    assert sorted(taken + _wishes(stream)) == sorted(_GOOD)


def test_what_cannot_be_streamed_is_told(parquet: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bad.parquet").write_bytes(b"x" * 100)
    for paths, complaint in (
        ([str(tmp_path / "none.parquet")], "cannot be streamed"),
        ([parquet[0], str(tmp_path / "rows.jsonl")], "files of one kind"),
        (["one/set", "other/set"], "files of one kind"),
    ):
        with pytest.raises(InputError, match=complaint) as caught:
            _stream(paths, tmp_path)
        assert caught.value.hint
    with pytest.raises(InputError, match=r"cannot be streamed|broke off"):
        list(_stream([str(tmp_path / "bad.parquet")], tmp_path))
    with pytest.raises(ValueError, match="rank 2 of 2"):
        StreamOptions(rank=2, n_ranks=2)
    monkeypatch.setattr("model.data.sources.stream.find_spec", lambda _: None)
    with pytest.raises(InputError, match="not installed") as caught:
        _stream(parquet, tmp_path)
    assert "foveal[datasets]" in caught.value.hint
