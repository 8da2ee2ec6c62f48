"""What the miniatures of ``foveal eval`` do not show: copies that lie otherwise, and files that are broken."""

import json
from pathlib import Path

import pytest

from model.errors import InputError
from model.evaluation.benchmarks.catalog import find_benchmark
from model.evaluation.benchmarks.items import BadItem
from tests.model.evaluation.miniatures import write_miniature


def _n(name: str, data: Path) -> int:
    return len(find_benchmark(name).load(data).items)


def test_the_list_of_all_stands_for_the_others(tmp_path: Path) -> None:
    write_miniature("screenspot-pro", tmp_path)
    folder = tmp_path / "annotations"
    rows = [row for file in sorted(folder.glob("*.json")) for row in json.loads(file.read_text())]
    (folder / "all.json").write_text(json.dumps(rows[:4]))
    assert _n("screenspot-pro", tmp_path) == 4


@pytest.mark.parametrize(
    ("name", "folder", "other"),
    [
        ("screenspot", "screenspot_imgs", "images"),
        ("mmbench-gui-l2", "offline_images", "MMBench-GUI-OfflineImages"),
        ("mmbench-gui-l2", "offline_images", "MMBench-GUI-OfflineImages/offline_images"),
    ],
)
def test_pictures_may_lie_where_archives_put_them(tmp_path: Path, name: str, folder: str, other: str) -> None:
    write_miniature(name, tmp_path)
    n = _n(name, tmp_path)
    (tmp_path / other).parent.mkdir(exist_ok=True)
    (tmp_path / folder).rename(tmp_path / other)
    assert _n(name, tmp_path) == n
    (tmp_path / other).rename(tmp_path / "elsewhere")
    with pytest.raises(InputError, match=r"holds no pictures|No row of this benchmark"):
        _n(name, tmp_path)


def test_the_only_lines_are_those_of_the_benchmark(tmp_path: Path) -> None:
    write_miniature("ui-i2e", tmp_path)
    n = _n("ui-i2e", tmp_path)
    (tmp_path / "annotations.jsonl").rename(tmp_path / "test.jsonl")
    assert _n("ui-i2e", tmp_path) == n


def test_without_the_sorting_into_abilities_items_have_none(tmp_path: Path) -> None:
    write_miniature("osworld-g", tmp_path)
    classes = tmp_path / "classification_result.json"
    classes.write_text("[]")
    with pytest.raises(InputError, match="does not sort items"):
        _n("osworld-g", tmp_path)
    classes.unlink()
    items = find_benchmark("osworld-g").load(tmp_path).items
    assert {group for item in items for group, _ in item.groups} == {"target", "element"}


def test_a_row_of_refusals_is_one_whatever_its_box_says(tmp_path: Path) -> None:
    write_miniature("venusbench-gd", tmp_path)
    file = tmp_path / "instruction" / "refusal_grounding.json"
    rows = json.loads(file.read_text())
    file.write_text(json.dumps([row | {"bbox": [1, 2, 30, 40]} for row in rows]))
    refusals = [
        item for item in find_benchmark("venusbench-gd").load(tmp_path).items if ("task", file.stem) in item.groups
    ]
    assert [item.target.kind for item in refusals] == ["refusal", "refusal"]


def test_broken_files_are_named(tmp_path: Path) -> None:
    write_miniature("mmbench-gui-l2", tmp_path)
    file = tmp_path / "L2_annotations.json"
    for content, said in (("{", "is not JSON"), ("{}", "holds no list"), ("[3]", "No row of this benchmark")):
        file.write_text(content)
        with pytest.raises(InputError, match=said):
            _n("mmbench-gui-l2", tmp_path)
    with pytest.raises(InputError, match="no benchmark named"):
        find_benchmark("screenspot-v3")


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ({"bbox": [1, 2, float("nan"), 4]}, '"bbox" is no list of numbers.'),
        ({"bbox": [True, 2, 3, 4]}, '"bbox" is no list of numbers.'),
        ({"bbox": [5, 5, 5, 9]}, "The box is empty."),
        ({"bboxes": []}, "The row needs exactly one of bbox, bboxes, polygon."),
        ({"groups": {"kind": 3}}, '"groups" is no object of texts.'),
        ({"image": 7}, '"image" is missing, or no text.'),
        ({"instruction": "x" * 3000}, "The instruction is too long: 3,000 characters, at most 2,000."),
    ],
)
def test_what_is_wrong_with_a_row_is_said(tmp_path: Path, broken: dict[str, object], problem: str) -> None:
    data = write_miniature("jsonl", tmp_path)
    good = {"image": "a.png", "instruction": "red", "bbox": [1, 2, 3, 4]}
    data.write_text(f"{json.dumps(good)}\n\n{json.dumps(good | broken)}\n[]\n")
    items = find_benchmark("jsonl").load(data)
    assert [item.item_id for item in items.items] == ["rows.jsonl:1"]
    assert items.left_out == (
        BadItem(place="rows.jsonl:3", problem=problem),
        BadItem(place="rows.jsonl:4", problem="The row is not an object."),
    )
