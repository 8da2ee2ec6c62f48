import json
from pathlib import Path

import pytest

from model.errors import InputError
from model.selectors.rows import BadRow, Row, read_rows


def test_rows_are_read_in_order_and_bad_ones_told(tmp_path: Path) -> None:
    good = {"image": "a/b.png", "instruction": "Save", "bbox": [1, 2.5, 30, 40], "note": "ignored"}
    lines = [
        json.dumps(good),
        "",
        "nonsense",
        "[]",
        json.dumps({**good, "bbox": None}),
        json.dumps({**good, "bbox": [1, 2, 3]}),
        json.dumps({**good, "bbox": [1, 2, 3, True]}),
        json.dumps({**good, "instruction": " "}),
        json.dumps({**good, "image": 3}),
        json.dumps(good),
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    rows = list(read_rows(path))
    assert [(type(row), row.line) for row in rows] == [
        (Row, 1),
        *((BadRow, line) for line in range(3, 10)),
        (Row, 10),
    ]
    assert rows[0] == Row(line=1, image=tmp_path / "a/b.png", instruction="Save", bbox_px=(1.0, 2.5, 30.0, 40.0))
    assert [row.problem for row in rows if isinstance(row, BadRow)] == [
        "The line is not JSON.",
        "The line is not an object.",
        *['The line needs "bbox" as [x1, y1, x2, y2] in pixels.'] * 3,
        "The instruction is empty.",
        'The line needs "image" and "instruction" as text.',
    ]


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        list(read_rows(tmp_path / "none.jsonl"))
