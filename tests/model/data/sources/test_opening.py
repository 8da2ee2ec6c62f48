import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from model.data.faults import Fault
from model.data.instructions.instruction import Instruction, InstructionSource
from model.data.instructions.write import write_records
from model.data.screens import Source, write_screen
from model.data.sources.opening import OpenedSource, OpenOptions, open_source, survey
from model.data.sources.usable import Units
from model.errors import InputError, RecordError
from model.grounder import ElementKind
from tests.model.data.instructions.desk import element, screen_of
from tests.model.data.sources.rows import png, row, write_archive, write_list, write_pictures


def _wishes(opened: OpenedSource) -> list[str]:
    return [opened.record(i).instruction for i in range(len(opened))]


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


@pytest.mark.parametrize("name", ["rows.json", "rows.jsonl"])
@pytest.mark.parametrize("below", ["", "images"])
def test_lists_with_several_records_about_a_picture(tmp_path: Path, name: str, below: str) -> None:
    write_pictures(tmp_path / below, "a.png", "web/b.png")
    path = write_list(tmp_path / name, [row(wish="Save"), row("web/b.png", "Open"), row(wish="Schließen")])
    opened = open_source(path)
    assert _wishes(opened) == ["Save", "Open", "Schließen"]
    assert [opened.size_px(i) for i in range(3)] == [(40, 30)] * 3
    assert opened.picture(1).size == (40, 30)
    (counts,) = opened.sets
    assert (counts.n_rows, counts.n_taken, counts.n_records, counts.n_pictures) == (3, 3, 3, 2)
    assert not opened.faults.counts
    again = pickle.loads(pickle.dumps(opened._parts[0]))
    assert again.record(2) == opened.record(2), "a loader's processes may be started anew"


def test_bad_rows_are_counted_listed_and_left_out(tmp_path: Path) -> None:
    write_pictures(tmp_path, "a.png")
    (tmp_path / "cut.png").write_bytes(png(300, 200)[:-40])
    Image.new("RGB", (2100, 10)).save(tmp_path / "thin.png")
    rows = [
        row(wish="first"),
        row(box=[0.5, 0.5, 0.2, 0.6]),
        "no record",
        row("none.png"),
        row("cut.png", "cut"),
        row("none.png"),
        row("thin.png"),
        row("../a.png"),
        row(wish="last"),
    ]
    path = write_list(tmp_path / "rows.jsonl", rows)
    path.write_text(path.read_text() + "{\n")
    report = tmp_path / "report.jsonl"
    opened = open_source(path, options=OpenOptions(report=report))
    assert _wishes(opened) == ["first", "cut", "last"], "only headers are read"
    opened = open_source(path, options=OpenOptions(report=report, must_decode=True))
    assert _wishes(opened) == ["first", "last"]
    expected = {
        Fault.BOX_INVERTED: 1,
        Fault.NOT_A_RECORD: 1,
        Fault.PICTURE_MISSING: 2,
        Fault.PICTURE_BROKEN: 1,
        Fault.PICTURE_SHAPE: 1,
        Fault.PICTURE_NAME: 1,
        Fault.NOT_JSON: 1,
    }
    assert opened.faults.counts == expected
    listed = [json.loads(line) for line in report.read_text().splitlines()]
    assert [(one["row"], one["reason"]) for one in listed] == [
        ("row 2", "box inverted"),
        ("row 3", "not a record of the format"),
        ("row 4", "picture missing"),
        ("row 5", "picture cannot be read"),
        ("row 6", "picture missing"),
        ("row 7", "picture too long and thin"),
        ("row 8", "picture not named as one relative path"),
        ("row 10", "not JSON"),
    ]
    assert {one["file"] for one in listed} == {str(path)}
    (counts,) = opened.sets
    assert counts.n_taken == counts.n_records + len(listed)


def test_when_nothing_can_be_used_it_is_said_why(tmp_path: Path) -> None:
    path = write_list(tmp_path / "rows.json", [row(), row(box=None)])
    with pytest.raises(RecordError, match="1 × picture missing") as caught:
        open_source(path)
    assert "foveal train check" in caught.value.hint
    assert len(survey(path, options=OpenOptions())) == 0
    with pytest.raises(RecordError, match="there are none"):
        open_source(write_list(tmp_path / "none.json", []))


def test_a_picture_that_vanishes_later_is_told(tmp_path: Path) -> None:
    write_pictures(tmp_path, "a.png")
    opened = open_source(write_list(tmp_path / "rows.json", [row()]))
    (tmp_path / "a.png").unlink()
    with pytest.raises(RecordError, match=r"no file .*a\.png"):
        opened.picture(0)
    with pytest.raises(IndexError):
        opened.record(1)


def test_pixels_are_converted_only_where_they_are_declared(tmp_path: Path) -> None:
    write_pictures(tmp_path, "a.png")
    path = write_list(tmp_path / "rows.json", [row(box=[10, 6, 20, 15], say="click(x=15, y=9)")])
    with pytest.raises(RecordError, match="point outside the picture"):
        open_source(path)
    box = open_source(path, options=OpenOptions(units=Units.PIXELS)).record(0).box
    assert (box.x1_norm, box.y1_norm, box.x2_norm, box.y2_norm) == (0.25, 0.2, 0.5, 0.5)


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_a_shard_of_pairs(tmp_path: Path, kind: str) -> None:
    members = {
        "part/0001.json": _json(row("elsewhere.png", "first")),
        "part/0001.png": png(50, 20),
        "part/0002.jpg": png(60, 20),
        "part/0002.json": _json(row(wish="second")),
        "part/0003.json": _json(row(wish="alone")),
        "part/0004.json": b"{",
        "part/0004.png": png(),
        "readme.txt": b"hello",
    }
    opened = open_source(write_archive(tmp_path / f"shard.{kind}", members))
    assert _wishes(opened) == ["first", "second"]
    assert [opened.size_px(i) for i in range(2)] == [(50, 20), (60, 20)]
    assert opened.picture(1).size == (60, 20)
    assert opened.faults.counts == {Fault.PICTURE_MISSING: 1, Fault.NOT_JSON: 1}
    assert opened.faults.examples[Fault.PICTURE_MISSING][0].row == "part/0003.json"


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_an_archive_of_a_list_and_its_pictures(tmp_path: Path, kind: str) -> None:
    members = {
        "set/rows.jsonl": _json(row(wish="first")) + b"\n" + _json(row("web/b.png", "second")),
        "set/images/a.png": png(),
        "web/b.png": png(),
    }
    assert _wishes(open_source(write_archive(tmp_path / f"set.{kind}", members))) == ["first", "second"]


def test_a_list_whose_pictures_are_in_an_archive(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "pictures.zip", {"web/a.png": png()})
    path = write_list(tmp_path / "lists" / "rows.json", [row()])
    assert _wishes(open_source(path, options=OpenOptions(images=archive / "web"))) == ["Save"]


def test_a_folder_of_lists_and_a_folder_of_shards(tmp_path: Path) -> None:
    write_list(tmp_path / "lists" / "one.json", [row(wish="first")])
    write_list(tmp_path / "lists" / "two.jsonl", [row("b.png", "second")])
    write_pictures(tmp_path / "lists" / "images", "a.png")
    write_archive(tmp_path / "lists" / "more.tar", {"b.png": png()})
    assert _wishes(open_source(tmp_path / "lists")) == ["first", "second"]
    (tmp_path / "shards").mkdir()
    for number in (2, 1):
        members = {"a.json": _json(row(wish=f"shard {number}")), "a.png": png()}
        write_archive(tmp_path / "shards" / f"{number}.tar", members)
    both = open_source(tmp_path / "shards", tmp_path / "lists")
    assert _wishes(both) == ["shard 1", "shard 2", "first", "second"]
    assert [counts.n_records for counts in both.sets] == [1, 1, 1, 1]


def test_the_published_configuration(tmp_path: Path) -> None:
    """GIVEN a configuration in ``data/`` whose paths begin in the folder above, as the authors' do."""
    root = tmp_path / "project"
    write_pictures(root / "datasets" / "GUIAct" / "web_imgs", "a.png")
    archive = write_archive(root / "datasets" / "env.zip", {"images/a.png": png(60, 60)})
    write_list(root / "datasets" / "guiact.json", [row(wish=f"act {i}") for i in range(10)])
    write_list(
        root / "datasets" / "env.json", [row(wish=f"env {i}", box=[15, 15, 30, 30], say="(20, 20)") for i in "ab"]
    )
    config = root / "data" / "data_config.yaml"
    config.parent.mkdir()
    config.write_text(
        f"""
datasets:
  - json_path: datasets/guiact.json
    images_folder: datasets/GUIAct/web_imgs
    sampling_strategy: "end:25%"
  - json_path: datasets/env.json
    images_folder: {archive}/images
    sampling_strategy: "repeat:2"
    coordinates: pixels
  - json_path: {root}/datasets/guiact.json
    images_folder: datasets/GUIAct/web_imgs
    sampling_strategy: "random:4"
"""
    )
    opened = open_source(config)
    wishes = _wishes(opened)
    assert wishes[:7] == ["act 7", "act 8", "act 9", "env a", "env a", "env b", "env b"]
    assert len(set(wishes[7:])) == 4
    assert [counts.n_taken for counts in opened.sets] == [3, 4, 4]
    assert wishes == _wishes(open_source(config))
    other = _wishes(open_source(config, options=OpenOptions(seed=1)))
    assert other[:7] == wishes[:7]
    assert other[7:] != wishes[7:]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("a: [", "not YAML"),
        ("[]", "no list of data sets"),
        ("datasets: []", "no list of data sets"),
        ("datasets: [{images_folder: x}]", "data set 1 has no json_path"),
        ("datasets: [{json_path: none.json}]", "there is no none.json"),
        ("datasets: [{json_path: rows.json, sampling: all}]", "unknown keys: sampling"),
        ("datasets: [{json_path: rows.json, sampling_strategy: some}]", "no sampling strategy"),
        ("datasets: [{json_path: rows.json, coordinates: inches}]", "inches"),
        ("datasets: [{json_path: sets.yaml}]", "not a list of records"),
    ],
)
def test_a_configuration_that_is_wrong_is_told(tmp_path: Path, content: str, complaint: str) -> None:
    write_list(tmp_path / "rows.json", [row()])
    path = tmp_path / "sets.yaml"
    path.write_text(content)
    with pytest.raises(InputError, match=complaint) as caught:
        open_source(path)
    assert caught.value.hint


def test_a_row_that_is_repeated_is_told_once(tmp_path: Path) -> None:
    write_pictures(tmp_path, "a.png")
    write_list(tmp_path / "rows.json", [row("none.png"), row(), row(box=None)])
    (tmp_path / "sets.yaml").write_text("datasets: [{json_path: rows.json, sampling_strategy: 'repeat:3'}]")
    opened = open_source(tmp_path / "sets.yaml")
    assert len(opened) == 3
    assert opened.faults.counts == {Fault.PICTURE_MISSING: 1, Fault.NO_BOX: 1}


def test_rows_that_are_not_taken_are_not_told(tmp_path: Path) -> None:
    write_pictures(tmp_path, "a.png")
    write_list(tmp_path / "rows.json", [row(), row("none.png"), row(box=None)])
    (tmp_path / "sets.yaml").write_text("datasets: [{json_path: rows.json, sampling_strategy: 'first:1'}]")
    assert not open_source(tmp_path / "sets.yaml").faults.counts


def test_what_is_no_data_set_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "rows.txt").write_text("x")
    (tmp_path / "rows.tar.gz").write_text("x")
    write_archive(tmp_path / "pictures.zip", {"a.png": png()})
    for name, complaint in (
        ("none", "no file or folder"),
        ("empty", "holds no records"),
        ("rows.txt", "neither a folder nor"),
        ("rows.tar.gz", "compressed as a whole"),
        ("pictures.zip", "only files"),
    ):
        with pytest.raises(InputError, match=complaint) as caught:
            open_source(tmp_path / name)
        assert caught.value.hint


_DESK = (
    element(ElementKind.BUTTON, (100, 20, 180, 50), "Save"),
    element(ElementKind.BUTTON, (200, 20, 280, 50), "Discard"),
    element(ElementKind.FIELD, (100, 100, 400, 130), "Title"),
)


def test_what_collect_writes_is_read(tmp_path: Path) -> None:
    """Records that were written out, and screens from which they are made."""
    pixels = np.zeros((600, 800, 3), np.uint8)
    drawn, kept = screen_of(*_DESK), screen_of(*_DESK, source=Source.DESKTOP, program="glade")
    write_screen(tmp_path, drawn, pixels)
    asked = Instruction(text="press Save", source=InstructionSource.NAME, targets=(0,))
    write_records(tmp_path / "records.jsonl", drawn, [asked])
    assert _wishes(open_source(tmp_path / "records.jsonl")) == ["press Save"]
    both = open_source(tmp_path)
    made = _wishes(both)[:-1]
    assert _wishes(both)[-1] == "press Save"
    assert len(made) >= 3
    assert both.size_px(0) == both.picture(0).size == (800, 600)
    assert any("Save" in wish for wish in made)
    for i in range(len(made)):
        assert both.record(i).box.contains(*both.record(i).turns[1].points_norm[0])
    assert _wishes(open_source(tmp_path)) == _wishes(both)
    assert not both.faults.counts
    write_screen(tmp_path, kept, pixels)
    assert open_source(tmp_path).faults.counts == {Fault.HELD_OUT: 1}, "a program that is only measured on"
