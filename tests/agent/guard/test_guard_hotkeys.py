"""Which hotkey a stream of keys amounts to."""

import pytest

from agent.errors import ControlError
from agent.guard.defaults import DEFAULT_HOTKEYS
from agent.guard.hotkeys import Binding, HotkeyTracker, parse_hotkeys
from agent.guard.messages import HotkeyName

CTRL, ALT, SHIFT, G, X = 0xFFE3, 0xFFE9, 0xFFE1, ord("g"), ord("x")


def tracker() -> HotkeyTracker:
    modifiers = frozenset({"ctrl", "alt"})
    return HotkeyTracker(
        {
            HotkeyName.GROUND: Binding(modifiers=modifiers, keysyms=frozenset({G, ord("G")})),
            HotkeyName.STOP: Binding(modifiers=modifiers, keysyms=frozenset({X})),
        }
    )


def pressed(*keysyms: int) -> list[HotkeyName | None]:
    keys = tracker()
    return [keys.press(keysym, 1.0) for keysym in keysyms]


def test_a_combination_counts_when_it_is_complete() -> None:
    assert pressed(CTRL, ALT, G) == [None, None, HotkeyName.GROUND]
    assert pressed(ALT, G, CTRL) == [None, None, None]
    assert pressed(CTRL, G) == [None, None]


def test_only_the_stop_is_heard_with_more_modifiers() -> None:
    assert pressed(CTRL, ALT, SHIFT, G)[-1] is None
    assert pressed(CTRL, ALT, SHIFT, X)[-1] is HotkeyName.STOP


def test_a_held_hotkey_counts_once() -> None:
    keys = tracker()
    keys.press(CTRL, 0.0)
    keys.press(ALT, 0.0)
    assert keys.press(G, 0.1) is HotkeyName.GROUND
    assert keys.press(G, 0.7) is None
    keys.release(G, 0.8)
    assert keys.press(G, 0.8001) is None
    keys.release(G, 0.9)
    assert keys.press(G, 1.1) is HotkeyName.GROUND


def test_released_modifiers_do_not_count() -> None:
    keys = tracker()
    keys.press(CTRL, 0.0)
    keys.press(ALT, 0.0)
    keys.release(ALT, 0.1)
    assert keys.press(G, 0.2) is None


def test_the_defaults_are_hotkeys() -> None:
    assert set(parse_hotkeys(DEFAULT_HOTKEYS)) == set(HotkeyName)


@pytest.mark.parametrize("combination", ["a", "shift+a", "ctrl+alt", "ctrl+a+b", "space", "nonsense+a", ""])
def test_what_cannot_be_a_hotkey_is_refused(combination: str) -> None:
    with pytest.raises(ControlError):
        parse_hotkeys({HotkeyName.STOP: combination})


@pytest.mark.parametrize("combination", ["f9", "Alt+Ctrl+Space", "super+.", "shift+f1"])
def test_what_can_be_a_hotkey(combination: str) -> None:
    assert parse_hotkeys({HotkeyName.STOP: combination})


def test_the_same_combination_twice_is_refused() -> None:
    with pytest.raises(ControlError, match="both"):
        parse_hotkeys({HotkeyName.STOP: "ctrl+alt+x", HotkeyName.GROUND: "Alt+Ctrl+X"})
