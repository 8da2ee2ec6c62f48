import random

from hypothesis import given
from hypothesis import strategies as st

from model.data.instructions.wording import cased, with_slip


@given(text=st.from_regex(r"[a-z]{1,12}( [a-z]{1,12}){0,3}", fullmatch=True), seed=st.integers(0, 1 << 20))
def test_a_slip_changes_one_letter_of_a_long_word(text: str, seed: int) -> None:
    slipped = with_slip(text, random.Random(seed))
    words, others = text.split(" "), slipped.split(" ")
    assert len(words) == len(others)
    changed = [(word, other) for word, other in zip(words, others, strict=True) if word != other]
    assert len(changed) <= 1
    assert all(len(word) >= 6 and abs(len(word) - len(other)) <= 1 for word, other in changed)
    assert slipped != text or not any(len(word) >= 6 for word in words) or len(set(text)) < len(text)


@given(letter=st.characters(categories=["Lu"]), seed=st.integers(0, 1 << 20))
def test_a_single_letter_keeps_its_case(letter: str, seed: int) -> None:
    assert cased(letter, random.Random(seed)) == letter
