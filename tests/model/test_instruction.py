import pytest

from model.errors import InputError
from model.instruction import MAX_CHARACTERS, check_instruction


def test_white_space_around_it_does_not_matter() -> None:
    assert check_instruction("  the second OK button\n") == "the second OK button"


@pytest.mark.parametrize("instruction", ["", " ", "\t\n", "\u3000"])
def test_empty_is_refused(instruction: str) -> None:
    with pytest.raises(InputError, match="is empty") as caught:
        check_instruction(instruction)
    assert caught.value.hint


def test_length_is_limited() -> None:
    assert check_instruction("a" * MAX_CHARACTERS)
    with pytest.raises(InputError, match="102,400 characters, at most 2,000"):
        check_instruction("a" * 102_400)
