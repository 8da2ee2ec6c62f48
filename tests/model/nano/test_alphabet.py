from hypothesis import given
from hypothesis import strategies as st

from model.nano.alphabet import BLANK, CHARACTERS, N_CLASSES, classes_of, folded, text_of, with_read_signs


@given(st.text(st.sampled_from(CHARACTERS), max_size=40))
def test_a_folded_text_survives_its_classes(text: str) -> None:
    plain = folded(text)
    assert plain is not None
    path: list[int] = []
    for mark in classes_of(plain):
        path += [mark, mark, BLANK]  # as long as a wide letter, then nothing
    assert text_of(path) == plain
    assert all(BLANK < mark < N_CLASSES for mark in path if mark != BLANK)


@given(st.text(max_size=30))
def test_folding_twice_is_folding_once(text: str) -> None:
    plain = folded(text)
    if plain is not None:
        assert folded(plain) == plain


def test_marks_and_accents_become_plain() -> None:
    assert folded("Öffnen… – „Größe“\u00a0×2") == 'Offnen... - "Grosse" *2'


def test_another_script_is_not_read() -> None:
    assert folded("Файл") is None


def test_repeats_are_one_letter_unless_a_blank_parts_them() -> None:
    (letter,) = classes_of("l")
    assert text_of([letter, letter]) == "l"
    assert text_of([letter, BLANK, letter]) == "ll"


def test_signs_are_asked_for_as_they_are_read() -> None:
    for sign in "×÷−∗∕":
        assert with_read_signs(f"click {sign}") == f"click {folded(sign)}"
    assert with_read_signs("click x") == "click x"
