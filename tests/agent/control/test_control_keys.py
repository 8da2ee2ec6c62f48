"""Names of keys."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.control._keys import KEYSYMS
from agent.control.keys import MODIFIERS, NAMED_KEYS, check_keys, parse_keys
from agent.errors import ControlError


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Ctrl+Shift+S", ("ctrl", "shift", "s")),
        ("ctrl + s", ("ctrl", "s")),
        ("Control-C", ("ctrl", "c")),
        ("alt-F4", ("alt", "f4")),
        ("Return", ("enter",)),
        ("the", None),
        ("Escape", ("esc",)),
        ("PgDn", ("pagedown",)),
        ("Page Down", ("pagedown",)),
        ("Windows", ("super",)),
        ("Cmd+Space", ("super", "space")),
        ("Del", ("delete",)),
        ("arrow up", ("up",)),
        ("left arrow", ("left",)),
        ("Enter key", ("enter",)),
        ("+", ("+",)),
        ("-", ("-",)),
        ("ctrl++", ("ctrl", "+")),
        ("ctrl+-", ("ctrl", "-")),
        ("ctrl + +", ("ctrl", "+")),
        ("Ctrl+plus", ("ctrl", "+")),
        ("ß", ("ß",)),
        ("ctrl+ctrl+a", ("ctrl", "a")),
        ("", None),
        ("ctrl+", None),
        ("ctrl+foo", None),
        ("  ", None),
    ],
)
def test_parse_keys(text: str, keys: tuple[str, ...] | None) -> None:
    if keys is None:
        with pytest.raises(ControlError):
            parse_keys(text)
    else:
        assert parse_keys(text) == keys


def test_an_unknown_key_names_near_ones() -> None:
    with pytest.raises(ControlError) as error:
        parse_keys("Ctlr+S")
    assert "Ctlr" in error.value.message
    assert "ctrl" in error.value.hint


@given(st.lists(st.sampled_from(MODIFIERS), unique=True), st.sampled_from([*NAMED_KEYS, *"abc1.;ü+-"]))
def test_what_is_written_is_read(modifiers: list[str], key: str) -> None:
    keys = tuple(dict.fromkeys([*modifiers, key]))
    assert parse_keys("+".join(keys)) == keys
    check_keys(keys)


@given(st.text())
def test_any_text_parses_or_is_refused_in_words(text: str) -> None:
    with contextlib.suppress(ControlError):
        check_keys(parse_keys(text))


def test_every_named_key_has_a_keysym() -> None:
    assert set(KEYSYMS) == set(NAMED_KEYS)
