"""How instructions are understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.ocr.query import Constraint, Ordinal, Place, Query, Relation, parse_instruction
from model.ocr.words import Role


def _main(instruction: str) -> Query:
    """The reading with role, place and relations taken out."""
    return next(reading for reading in parse_instruction(instruction) if not reading.is_exact)


@pytest.mark.parametrize(
    ("instruction", "name", "role"),
    [
        ("Save", "Save", None),
        ("click on the Save button", "Save", Role.BUTTON),
        ("please press the big red stop button", "stop", Role.BUTTON),
        ("could you please open the File menu", "File", Role.MENU),
        ("menu File", "File", Role.MENU),
        ("tab General", "General", Role.TAB),
        ("Tab width", "Tab width", None),
        ("the checkbox 'Wrap lines'", "Wrap lines", Role.CHECKBOX),
        ("the button labelled OK", "OK", Role.BUTTON),
        ("type into the Name field", "Name", Role.FIELD),
        ("type 'hello world' into the Name field", "Name", Role.FIELD),
        ("enter 12 in the Copies box", "Copies", Role.FIELD),
        ("the search bar", "search", Role.FIELD),
        ("field for email address", "email address", Role.FIELD),
        ("text area", "", Role.TEXT_AREA),
        ("tick the box next to Remember me", "", Role.CHECKBOX),
        ("Zoom in", "Zoom in", None),
        ("Close the window", "Close the window", None),
        ("click Save now", "Save", None),
        ("press the - button", "-", Role.BUTTON),
        ("where it says Press any key", "Press any key", Role.TEXT),
        ("the text all of it", "all of it", Role.TEXT),
        ("the Save button, please", "Save", Role.BUTTON),
        ("follow the Manual link", "Manual", Role.LINK),
        ("pull down the Edit menu", "Edit", Role.MENU),
        ("select the option Large", "Large", Role.ITEM),
        ("don't save", "don't save", None),
        ("Grüße an Jürgen", "Grüße an Jürgen", None),
        ("打开文件", "打开文件", None),
    ],
)
def test_takes_name_and_role_apart(instruction: str, name: str, role: Role | None) -> None:
    query = _main(instruction)
    assert (query.name, query.role) == (name, role)


def test_an_entry_in_the_menu_is_no_field() -> None:
    query = _main("the fifth entry in the menu")
    assert query.role is Role.MENU_ITEM
    assert query.ordinal is not None
    assert _main("the Name entry").role is Role.FIELD


def test_quoted_names_are_literal() -> None:
    query = _main('click "the next one" in the list')
    assert query.name == "the next one"
    assert query.is_literal


def test_the_whole_instruction_stays_a_reading() -> None:
    names = [reading.name for reading in parse_instruction("Open in new tab") if reading.is_exact]
    assert "Open in new tab" in names


@pytest.mark.parametrize(
    ("instruction", "ordinal"),
    [
        ("the second OK button", (2, None)),
        ("the last tab", (-1, None)),
        ("the 3rd checkbox", (3, None)),
        ("the second to last row", (-2, None)),
        ("the third icon from the left", (3, Place.LEFT)),
        ("the second button from the right", (2, Place.RIGHT)),
    ],
)
def test_ordinals(instruction: str, ordinal: tuple[int, Place | None]) -> None:
    found = _main(instruction).ordinal
    assert isinstance(found, Ordinal)
    assert (found.index, found.side) == ordinal


@pytest.mark.parametrize(
    ("instruction", "relation", "anchors"),
    [
        ("the icon left of Bold", Relation.LEFT_OF, ["Bold"]),
        ("the icon to the left of Bold", Relation.LEFT_OF, ["Bold"]),
        ("the menu on the right of the Search menu", Relation.RIGHT_OF, ["Search"]),
        ("the field next to Name", Relation.NEXT_TO, ["Name"]),
        ("the checkbox below 'Match case'", Relation.BELOW, ["Match case"]),
        ("the button between Cut and Paste", Relation.BETWEEN, ["Cut", "Paste"]),
        ("the OK button in the Find dialog", Relation.INSIDE, ["Find"]),
        ("in the Find dialog, click OK", Relation.INSIDE, ["Find"]),
        ("the Delete button in the row of report.txt", Relation.SAME_ROW, ["report.txt"]),
    ],
)
def test_relations(instruction: str, relation: Relation, anchors: list[str]) -> None:
    (constraint,) = _main(instruction).constraints
    assert isinstance(constraint, Constraint)
    assert constraint.relation is relation
    assert [anchor.name for anchor in constraint.anchors] == anchors


@pytest.mark.parametrize(
    ("instruction", "places"),
    [
        ("the button in the top right corner", {Place.TOP, Place.RIGHT}),
        ("the upper left icon", {Place.TOP, Place.LEFT}),
        ("the field at the bottom", {Place.BOTTOM}),
    ],
)
def test_places(instruction: str, places: set[Place]) -> None:
    assert set(_main(instruction).places) == places


@given(st.text(max_size=200))
def test_any_text_is_understood_somehow(text: str) -> None:
    readings = parse_instruction(text)
    assert bool(readings) == bool(text.split())
