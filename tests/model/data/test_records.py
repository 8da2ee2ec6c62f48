from typing import Any

import pytest

from model.data.boxes import BoxNorm
from model.data.records import Role, parse_record
from model.errors import RecordError

_BOX = [0.1, 0.1, 0.3, 0.3]


def _row(**changes: Any) -> dict[str, Any]:
    return {
        "image": "screen.png",
        "conversations": [
            {"from": "human", "value": "<image> Click Save "},
            {"from": "gpt", "value": "click(x=0.2, y=0.2)", "bbox_gt": _BOX},
        ],
        **changes,
    }


def _changed(turn_idx: int, **changes: Any) -> dict[str, Any]:
    row = _row()
    row["conversations"][turn_idx] |= changes
    return row


def test_a_record_is_taken_apart() -> None:
    record = parse_record(_row(), name="row 1")
    user, assistant = record.turns
    assert (record.image, record.system, record.instruction) == ("screen.png", None, "Click Save")
    assert user.text == " Click Save ", "the space behind <image> stays, as the published weights learned it"
    assert assistant.role is Role.ASSISTANT
    assert assistant.points_norm == ((0.2, 0.2),)
    assert assistant.box == record.box == BoxNorm(*_BOX)
    assert (assistant.recipient, assistant.is_end_turn) == ("os", True)


def test_the_other_spelling_of_turns_is_the_same() -> None:
    other = [
        {"role": "user", "content": "<image> Click Save "},
        {"role": "assistant", "content": "click(x=0.2, y=0.2)", "bbox_gt": _BOX},
    ]
    assert parse_record(_row(conversations=other, image=["screen.png"]), name="a") == parse_record(_row(), name="a")


def test_what_is_not_for_the_screen_keeps_its_numbers() -> None:
    row = _row()
    row["conversations"].insert(1, {"from": "gpt", "value": "I see (0.5, 0.5)", "recipient": "all"})
    said = parse_record(row, name="row 1").turns[1]
    assert (said.text, said.points_norm, said.recipient) == ("I see (0.5, 0.5)", (), "all")


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({}, "conversations is missing"),
        (_row(conversations="hello"), "conversations is missing or not a list"),
        (_row(conversations=[]), "<image> must stand once"),
        (_row(conversations=["hello"]), "a turn is not an object"),
        (_row(image=None), "image must be the path of one picture"),
        (_row(image=["a.png", "b.png"]), "image must be the path of one picture"),
        (_changed(0, **{"from": "robot"}), "nobody is called 'robot'"),
        (_changed(0, value=3), "value is missing or not a str"),
        (_changed(0, value="Click Save"), "<image> must stand once"),
        (_changed(0, value="<image><image> Click Save"), "<image> must stand once"),
        (_changed(0, value="<image>  "), "the instruction is empty"),
        (_changed(1, **{"from": "system"}), "only the first turn may be the system's"),
        (_changed(1, bbox_gt=None), "a turn has a point but no bbox_gt"),
        (_changed(1, bbox_gt=[1, 2, 3]), "bbox_gt must be four numbers"),
        (_changed(1, bbox_gt=["a", 0, 1, 1]), "bbox_gt must be four numbers"),
        (_changed(1, bbox_gt=[10, 10, 40, 40]), "fractions from 0 to 1"),
        (_changed(1, value="click(x=640, y=400)"), "fractions from 0 to 1, not 640"),
        (_changed(1, value="nothing to do"), "no turn points at anything"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_rows_are_refused_by_name(row: dict[str, Any], complaint: str) -> None:
    with pytest.raises(RecordError) as caught:
        parse_record(row, name="train.json, row 12")
    assert caught.value.message.startswith("train.json, row 12: ")
    assert complaint in caught.value.message
    assert caught.value.hint
