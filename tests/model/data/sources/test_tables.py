import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.data.faults import Fault, FaultyRowError
from model.data.sources import tables
from model.data.sources.tables import JsonTable
from model.data.sources.text import FileText, MemoryText
from model.errors import InputError

_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**6), 10**6)
    | st.floats(allow_nan=False, width=32)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def _table(content: str, *, is_lines: bool = False) -> JsonTable:
    return JsonTable(MemoryText("rows", content.encode()), is_lines=is_lines)


@given(rows=st.lists(_VALUES, max_size=12), indent=st.sampled_from([None, 0, 2]), is_ascii=st.booleans())
def test_a_list_is_read_row_by_row_as_it_is_read_at_once(rows: list[Any], indent: int | None, is_ascii: bool) -> None:
    table = _table(json.dumps(rows, indent=indent, ensure_ascii=is_ascii))
    assert [row.value for row in table.scan()] == rows
    assert [table.read(number) for number in range(len(rows))] == rows


@given(rows=st.lists(_VALUES, max_size=12), is_ascii=st.booleans())
def test_lines_are_read_as_they_were_written(rows: list[Any], is_ascii: bool) -> None:
    table = _table("".join(json.dumps(row, ensure_ascii=is_ascii) + "\n\n" for row in rows), is_lines=True)
    assert [row.value for row in table.scan()] == rows
    assert [table.read(number) for number in range(len(rows))] == rows


def test_rows_may_be_longer_than_a_window(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """GIVEN windows of a few bytes, which cut through letters, numbers and rows THEN nothing changes."""
    rng = random.Random(0)
    rows = [{"n": rng.randrange(10**9), "text": "Öl – 漢字 😀" * rng.randrange(40)} for _ in range(60)]
    rows += [1234567, 0.25, True]  # type: ignore[list-item] # a list may hold anything
    path = tmp_path / "rows.json"
    path.write_text("\ufeff" + json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    for chunk in (1, 7, 64):
        monkeypatch.setattr(tables, "_CHUNK", chunk)
        table = JsonTable(FileText(path), is_lines=False)
        assert [row.value for row in table.scan()] == rows
        assert [table.read(number) for number in range(len(rows))] == rows


@pytest.mark.parametrize("chunk", [1, 2, 3])
def test_numbers_may_go_on_behind_a_window(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(tables, "_CHUNK", chunk)
    assert [row.value for row in _table("[1234567,89, -1.5e10,\n77]").scan()] == [1234567, 89, -1.5e10, 77]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('[{"a": 1}, {"a": 2', "cut off after row 1"),
        ('[{"a": 1} {"a": 2}]', "cut off after row 1: there is no ','"),
        ('[{"a": 1}, nonsense]', "cut off after row 1"),
        ('[{"a": 1},', "cut off after row 1"),
        ('{"a": 1}', "is not a list of records"),
        ("", "is not a list of records"),
        ("[" * 200_000, "cut off after row 0"),
    ],
    ids=["in a row", "no comma", "no value", "behind a comma", "one object", "empty", "deep"],
)
def test_a_broken_list_is_told_not_used_in_part(content: str, complaint: str) -> None:
    with pytest.raises(InputError, match="rows") as caught:
        list(_table(content).scan())
    assert complaint in caught.value.message
    assert caught.value.hint


def test_bytes_that_are_no_text_are_told() -> None:
    with pytest.raises(InputError, match="broken or cut off"):
        list(JsonTable(MemoryText("rows", b'["\xff"]'), is_lines=False).scan())


def test_a_bad_line_does_not_stop_the_others() -> None:
    table = _table('{"a": 1}\n{"a": \n\n{"a": 3}\n' + "[" * 200_000 + "\n", is_lines=True)
    rows = list(table.scan())
    assert [row.value for row in rows] == [{"a": 1}, None, {"a": 3}, None]
    assert [bool(row.problem) for row in rows] == [False, True, False, True]
    assert table.read(2) == {"a": 3}
    assert table.place(2) == "row 3"


def test_a_file_that_was_changed_meanwhile_is_told(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_text('[{"a": 1}, {"a": 2}]')
    table = JsonTable(FileText(path), is_lines=False)
    assert len(list(table.scan())) == 2
    path.write_text("[]")
    with pytest.raises(FaultyRowError, match="row 2 cannot be read any more") as caught:
        table.read(1)
    assert caught.value.fault is Fault.NOT_JSON
