import json
from dataclasses import replace
from pathlib import Path

import pytest

from model.data.boxes import BoxNorm
from model.data.instructions.instruction import Instruction, InstructionSource
from model.data.instructions.write import to_record, write_records
from model.data.records import parse_record
from model.grounder import ElementKind
from tests.model.data.instructions.desk import element, screen_of

K = ElementKind
_SCREEN = screen_of(element(K.TEXT, (10, 10, 90, 30), "Name"), element(K.FIELD, (100, 0, 800.4, 60), "Name"))
_NAMED = Instruction(text="Name", source=InstructionSource.NAME, targets=(0, 1))
_ABSENT = Instruction(text="Address", source=InstructionSource.NEGATIVE, targets=())


def test_a_record_is_read_back_by_what_training_reads_with(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    assert write_records(path, _SCREEN, [_NAMED, _ABSENT]) == 1
    (line,) = path.read_text().splitlines()
    record = parse_record(json.loads(line), name="line 1")
    assert (record.image, record.instruction) == ("screen.png", "Name")
    assert record.box == BoxNorm(0.125, 0.0, 1.0, 0.1), "the field's, cut at the edge of the picture"
    ((x_norm, y_norm),) = record.turns[1].points_norm
    assert record.box.contains(x_norm, y_norm)


def test_a_dense_record_brings_all_that_can_be_seen(tmp_path: Path) -> None:
    outside = element(K.ICON, (900, 10, 950, 60), "")
    screen = replace(_SCREEN, elements=(*_SCREEN.elements, outside))
    path = tmp_path / "records.jsonl"
    assert write_records(path, screen, [_NAMED], is_dense=True) == 1
    elements = parse_record(json.loads(path.read_text()), name="line 1").elements
    assert elements is not None
    assert [seen.kind for seen in elements] == [K.TEXT, K.FIELD], "what lies outside is not seen"
    assert elements[1].box == BoxNorm(0.125, 0.0, 1.0, 0.1)


def test_all_right_answers_stand_beside_it() -> None:
    record = to_record(_SCREEN, _NAMED)
    assert record["source"] == "name"
    assert len(record["targets"]) == 2


def test_what_is_not_there_has_no_record() -> None:
    with pytest.raises(ValueError, match="no answer"):
        to_record(_SCREEN, _ABSENT)


def test_an_instruction_has_targets_or_is_a_negative() -> None:
    with pytest.raises(ValueError, match="targets"):
        Instruction(text="x", source=InstructionSource.NAME, targets=())
    with pytest.raises(ValueError, match="targets"):
        Instruction(text="x", source=InstructionSource.NEGATIVE, targets=(1,))
