import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import datasets
import pytest

from model.data.faults import Fault, FaultyRowError
from model.data.sources.block import StreamBlock, StreamPlace
from model.data.sources.stores import FolderStore
from model.data.sources.stream import RecordStream, StreamOptions, open_stream
from model.data.sources.usable import Units
from model.errors import InputError
from tests.model.data.sources.rows import BOX, png, row, write_list, write_pictures

_N_ROWS = 23
_BEGINNING = StreamPlace()


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


def _stream(paths: list[str], tmp_path: Path, **options: Any) -> RecordStream:
    return open_stream(*paths, options=StreamOptions(cache=tmp_path / "cache", **options))


def _wishes(stream: RecordStream, place: StreamPlace = _BEGINNING) -> list[str]:
    return [one.record.instruction for block in stream.blocks(place) for one in block.streamed]


_GOOD = [f"wish {number}" for number in range(_N_ROWS) if number != 3]
"""A broken picture has not been decoded yet."""


def test_a_pass_gives_every_good_row_in_blocks(parquet: list[str], tmp_path: Path) -> None:
    stream = _stream(parquet, tmp_path, n_block=8)
    blocks = list(stream.blocks(_BEGINNING))
    assert [(len(block), len(block.faults), block.place.n_rows) for block in blocks] == [
        (7, 1, 0), (8, 0, 8), (7, 0, 16),
    ]  # fmt: skip
    assert _wishes(stream) == _GOOD == _wishes(stream), "as often as wanted"
    (fault,) = blocks[0].faults.values()
    assert (fault.reason, fault.row) == (Fault.BOX_INVERTED, "row 4")
    assert list(blocks[0].faults) == [3]
    assert [one.row for one in blocks[1].streamed] == list(range(8, 16))


def test_a_block_is_a_source_of_records(parquet: list[str], tmp_path: Path) -> None:
    (block,) = _stream(parquet, tmp_path).blocks(_BEGINNING)
    for index, one in enumerate(block.streamed):
        number = int(one.record.instruction.removeprefix("wish "))
        assert one.row == number
        assert block.record(index) is one.record
        assert one.record.turns[1].recipient == "os"
        assert one.record.name.endswith(f", row {number + 1}")
        if number == 5:
            with pytest.raises(FaultyRowError, match="row 6 is damaged") as caught:
                block.picture(index)
            assert caught.value.fault is Fault.PICTURE_BROKEN
        else:
            assert block.picture(index).size == block.size_px(index) == (40 + number, 30)
    part = block.part([4, 0])
    assert [part.record(index).instruction for index in range(len(part))] == ["wish 5", "wish 0"]


@pytest.mark.parametrize("n_block", [1, 8, 100])
def test_a_stream_that_goes_on_is_an_unbroken_one(parquet: list[str], tmp_path: Path, n_block: int) -> None:
    """GIVEN a stop before any block WHEN another process goes on THEN the very next record follows."""
    blocks = list(_stream(parquet, tmp_path, n_block=n_block).blocks(_BEGINNING))
    for number, block in enumerate(blocks):
        place = StreamPlace(**json.loads(json.dumps(asdict(block.place))))
        rest = list(_stream(parquet, tmp_path, n_block=n_block).blocks(place))
        assert [one.row for block in rest for one in block.streamed] == [
            one.row for block in blocks[number:] for one in block.streamed
        ]
        assert [block.place.n_rows for block in rest] == [block.place.n_rows for block in blocks[number:]]


@pytest.mark.parametrize("n_ranks", [2, 3])
def test_processes_share_the_rows(parquet: list[str], tmp_path: Path, n_ranks: int) -> None:
    """GIVEN two files, which two processes share as files, and three as rows."""
    streams = [_stream(parquet, tmp_path, n_block=4, rank=rank, n_ranks=n_ranks) for rank in range(n_ranks)]
    blocks = [list(stream.blocks(_BEGINNING)) for stream in streams]
    shares = [[one for block in own for one in block.streamed] for own in blocks]
    assert Counter(one.record.instruction for share in shares for one in share) == Counter(_GOOD)
    rows = [one.row for share in shares for one in share] + [row for own in blocks for b in own for row in b.faults]
    assert len(set(rows)) == len(rows) == _N_ROWS, "no number twice"
    assert all(shares)
    assert shares[1][0].record.name.endswith("row 1 of those of process 2")


def test_rows_that_only_name_their_pictures(tmp_path: Path) -> None:
    """GIVEN lines of JSON in pixels, and pictures in a folder."""
    write_pictures(tmp_path / "images", "a.png")
    rows = [row(box=[10.0, 6.0, 20.0, 15.0], say="click(x=15, y=9)"), row("none.png", box=[1.0, 1.0, 2.0, 2.0])]
    path = str(write_list(tmp_path / "rows.jsonl", rows))
    images = FolderStore(tmp_path / "images")
    (block,) = _stream([path], tmp_path, images=images, units=Units.PIXELS).blocks(_BEGINNING)
    assert len(block) == 1
    assert block.record(0).box.x1_norm == 0.25
    assert block.picture(0).size == (40, 30)
    assert [fault.reason for fault in block.faults.values()] == [Fault.PICTURE_MISSING]
    (block,) = _stream([path], tmp_path).blocks(_BEGINNING)
    assert not len(block), "nobody says where the pictures lie"
    assert {fault.reason for fault in block.faults.values()} == {Fault.PICTURE_MISSING}


def test_what_else_a_record_may_know_is_kept_and_pictures_too_thin_are_not(tmp_path: Path) -> None:
    known = {
        "perspectives": {"intent": "keep my work", "location": None},
        "elements": [{"bbox": BOX, "kind": "button", "text": "Save"}],
    }
    thin = _row(1) | {"image": {"bytes": png(900, 4), "path": None}}
    rows = [one | known for one in (_row(0), thin)]
    datasets.Dataset.from_list(rows).to_parquet(tmp_path / "rows.parquet")
    (block,) = _stream([str(tmp_path / "rows.parquet")], tmp_path).blocks(_BEGINNING)
    assert [phrasing.text for phrasing in block.record(0).phrasings] == ["keep my work"]
    elements = block.record(0).elements
    assert elements is not None
    assert [element.text for element in elements] == ["Save"]
    assert [fault.reason for fault in block.faults.values()] == [Fault.PICTURE_SHAPE]


def test_arrow_files_are_streamed(parquet: list[str], tmp_path: Path) -> None:
    datasets.Dataset.from_parquet(parquet[0], cache_dir=str(tmp_path)).save_to_disk(tmp_path / "saved")
    paths = [str(path) for path in sorted((tmp_path / "saved").glob("*.arrow"))]
    assert len(_wishes(_stream(paths, tmp_path))) == 11


def test_a_list_of_json_is_streamed(tmp_path: Path) -> None:
    write_pictures(tmp_path, "a.png")
    spoiled = row(wish="wish 2")
    spoiled["conversations"].append("{not a turn")
    path = str(write_list(tmp_path / "rows.json", [row(wish="wish 0"), row(wish="wish 1", box=None), spoiled]))
    (block,) = _stream([path], tmp_path, images=FolderStore(tmp_path)).blocks(_BEGINNING)
    assert [one.record.instruction for one in block.streamed] == ["wish 0"]
    assert [fault.reason for fault in block.faults.values()] == [Fault.NO_BOX, Fault.NOT_A_RECORD]


def test_a_data_set_with_subsets_and_splits_is_streamed_by_their_names(parquet: list[str], tmp_path: Path) -> None:
    """GIVEN a folder laid out as on the hub WHEN a subset and a split are named THEN these are streamed."""
    for name, path in zip(("one", "two"), parquet, strict=True):
        (tmp_path / f"{name}.parquet").write_bytes(Path(path).read_bytes())
    described = "".join(
        f"- config_name: {name}\n  data_files:\n  - split: test\n    path: {name}.parquet\n" for name in ("one", "two")
    )
    (tmp_path / "README.md").write_text(f"---\nconfigs:\n{described}---\n")
    wishes = _wishes(_stream([str(tmp_path)], tmp_path, subset="two", split="test"))
    assert wishes == _wishes(_stream(parquet[1:], tmp_path))
    for wrong, complaint in (({"split": "test"}, "one"), ({"subset": "two"}, "test"), ({"subset": "three"}, "two")):
        with pytest.raises(InputError, match=complaint):
            _stream([str(tmp_path)], tmp_path, **wrong)


def test_a_stream_that_breaks_off_goes_on_there(parquet: list[str], tmp_path: Path) -> None:
    """GIVEN a second file that is damaged at first THEN what was read is kept, and the rest follows."""
    paths = [str(tmp_path / f"{number}.parquet") for number in range(2)]
    first, second = (Path(path).read_bytes() for path in parquet)
    Path(paths[0]).write_bytes(first)
    Path(paths[1]).write_bytes(b"x" * 100)
    taken: list[StreamBlock] = []
    with pytest.raises(InputError, match="broke off in the 4 rows after row 12") as caught:
        taken.extend(_stream(paths, tmp_path, n_block=4).blocks(_BEGINNING))
    assert caught.value.hint
    Path(paths[1]).write_bytes(second)
    rest = _wishes(_stream(paths, tmp_path, n_block=4), taken[-1].place)
    assert [one.record.instruction for block in taken[:-1] for one in block.streamed] + rest == _GOOD


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
        list(_stream([str(tmp_path / "bad.parquet")], tmp_path).blocks(_BEGINNING))
    with pytest.raises(ValueError, match="rank 2 of 2"):
        StreamOptions(rank=2, n_ranks=2)
    monkeypatch.setattr("model.data.sources.stream.find_spec", lambda _: None)
    with pytest.raises(InputError, match="not installed") as caught:
        _stream(parquet, tmp_path)
    assert "foveal[datasets]" in caught.value.hint
