import pytest

from agent.steps.keyboard import _as_field


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Name", "Name field"),
        ("First name", "First name field"),
        ("Linear", "Linear field"),
        ("the search box", "the search box"),
        ("the Name field", "the Name field"),
        ("the address bar", "the address bar"),
    ],
)
def test_text_goes_to_fields(words: str, expected: str) -> None:
    assert _as_field(words) == expected
