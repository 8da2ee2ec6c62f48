import pytest

from model.data.annotations import Perspective, SeenElement
from model.data.boxes import BoxNorm
from model.data.records import parse_record
from model.errors import RecordError
from model.grounder import ElementKind


def _row(**beside: object) -> dict[str, object]:
    conversations = [
        {"from": "human", "value": "<image> Save the file"},
        {"from": "gpt", "value": "pyautogui.click(x=0.2, y=0.2)", "bbox_gt": [0.1, 0.1, 0.3, 0.3]},
    ]
    return {"image": "screen.png", "conversations": conversations, **beside}


def test_a_record_without_them_knows_none() -> None:
    record = parse_record(_row(), name="row 1")
    assert record.phrasings == ()
    assert record.elements is None


def test_phrasings_come_in_one_order_whatever_that_of_the_row() -> None:
    said = {"intent": "Keep my work", "appearance": " The blue disk "}
    record = parse_record(_row(perspectives=said), name="row 1")
    assert [(phrasing.perspective, phrasing.text) for phrasing in record.phrasings] == [
        (Perspective.APPEARANCE, "The blue disk"),
        (Perspective.INTENT, "Keep my work"),
    ]


def test_elements_are_kept_as_they_stand() -> None:
    elements = [{"bbox": [0, 0, 1, 1], "kind": "other"}, {"bbox": [0.1, 0.1, 0.3, 0.3], "kind": "button", "text": "OK"}]
    record = parse_record(_row(elements=elements), name="row 1")
    assert record.elements == (
        SeenElement(box=BoxNorm(0.0, 0.0, 1.0, 1.0), kind=ElementKind.OTHER),
        SeenElement(box=BoxNorm(0.1, 0.1, 0.3, 0.3), kind=ElementKind.BUTTON, text="OK"),
    )
    assert parse_record(_row(elements=[]), name="row 1").elements == ()


@pytest.mark.parametrize(
    ("beside", "complaint"),
    [
        ({"perspectives": ["a"]}, "perspectives is not an object"),
        ({"perspectives": {"smell": "fishy"}}, "there is no perspective 'smell'; there are appearance, function"),
        ({"perspectives": {"intent": " "}}, "the request from the perspective intent must be a text"),
        ({"elements": {}}, "elements is not a list"),
        ({"elements": [3]}, "element 1: it is not an object"),
        ({"elements": [{"bbox": [0, 0, 1], "kind": "text"}]}, "element 1: bbox must be four numbers"),
        ({"elements": [{"bbox": [0, 0, 2, 1], "kind": "text"}]}, "element 1: a box is left, top, right"),
        ({"elements": [{"bbox": [0, 0, 1, 1], "kind": "cat"}]}, "element 1: 'cat' is not a valid ElementKind"),
        ({"elements": [{"bbox": [0, 0, 1, 1], "kind": "text", "text": 3}]}, "element 1: its text is 3"),
    ],
)
def test_what_is_broken_names_its_row(beside: dict[str, object], complaint: str) -> None:
    with pytest.raises(RecordError, match=f"row 7: {complaint}"):
        parse_record(_row(**beside), name="row 7")
