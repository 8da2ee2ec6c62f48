"""Which spellings count as the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.ocr.spelling import NEAR, normalise, similarity

_WORDS = {"print", "point", "undo", "redo", "save", "select", "delete", "form", "from"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Save As…", "save as"),
        ("&File", "file"),
        ("_Open", "open"),
        ("Name:", "name"),
        ("Find & Replace", "find and replace"),
        ("Save Ctrl+S", "save"),
        ("Refresh F5", "refresh"),
        ("F5", "f5"),
        ("Don't Save", "dont save"),
        ("report.txt", "report.txt"),
        ("−", "-"),
        ("+", "+"),
        ("图Print", "print"),
    ],
)
def test_normalises(text: str, expected: str) -> None:
    assert normalise(text) == expected


@pytest.mark.parametrize(
    ("wanted", "seen"),
    [
        ("preferences", "preferenoes"),
        ("print preview", "prnt preview"),
        ("file", "fi1e"),
        ("modern", "modem"),
        ("save as", "saveas"),
    ],
)
def test_slips_of_reading_and_typing_are_near(wanted: str, seen: str) -> None:
    assert similarity(wanted, seen, _WORDS.__contains__) >= NEAR


@pytest.mark.parametrize(
    ("wanted", "seen"),
    [
        ("on", "off"),
        ("ok", "on"),
        ("print", "point"),
        ("undo", "redo"),
        ("report1", "report2"),
        ("cut", "cat"),
        ("7", "1"),
    ],
)
def test_other_words_are_not_near(wanted: str, seen: str) -> None:
    assert similarity(wanted, seen, _WORDS.__contains__) < NEAR


@given(st.text(max_size=30), st.text(max_size=30))
def test_similarity_is_symmetric_and_bounded(a: str, b: str) -> None:
    a, b = normalise(a), normalise(b)
    forward = similarity(a, b, lambda _: False)
    assert 0.0 <= forward <= 1.0
    assert forward == similarity(b, a, lambda _: False)


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing_that_matters(text: str) -> None:
    assert " ".join(normalise(text).split()) == normalise(text)
