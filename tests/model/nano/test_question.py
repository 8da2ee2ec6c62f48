import numpy as np
import pytest

from model.nano.asks import AskMap
from model.nano.question import MOST_WORDS, N_FORM, Question, understand
from model.ocr.meaning import TextEncoder
from tests.model.nano.conftest import ask_weights


@pytest.fixture(scope="module")
def encoder() -> TextEncoder:
    return TextEncoder()


def _question(instruction: str, encoder: TextEncoder) -> Question:
    return understand(instruction, encoder, AskMap(ask_weights()))


def test_verbs_are_not_part_of_the_name(encoder: TextEncoder) -> None:
    question = _question("please click Save", encoder)
    assert question.main.name == "Save"
    np.testing.assert_allclose(question.name, encoder.embed(["save"])[0])
    np.testing.assert_allclose(question.whole, encoder.embed(["please click Save"])[0])
    assert len(question.words) == 3


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the second checkbox", "the third checkbox"),
        ("the field next to Name", "the field above Name"),
        ("the Save button", "the Save icon"),
        ("the button at the top", "the button at the bottom"),
    ],
)
def test_what_the_grammar_tells_apart_has_another_form(encoder: TextEncoder, one: str, other: str) -> None:
    first, second = _question(one, encoder), _question(other, encoder)
    assert first.form.shape == second.form.shape == (N_FORM,)
    assert not np.array_equal(first.form, second.form)


def test_without_a_name_there_is_no_vector_of_one(encoder: TextEncoder) -> None:
    assert not _question("the last tab", encoder).name.any()


def test_prose_is_cut_to_its_first_words(encoder: TextEncoder) -> None:
    assert len(_question("word " * 60, encoder).words) == MOST_WORDS


def test_signs_alone_are_a_question_too(encoder: TextEncoder) -> None:
    assert len(_question("+", encoder).words) == 1
