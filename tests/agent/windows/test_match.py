"""Which window is meant by some words."""

import pytest

from agent.errors import WindowError
from agent.geometry import Rect
from agent.windows._base import Window
from agent.windows.match import find_window


def window(window_id: int, title: str, app: str) -> Window:
    return Window(
        window_id=window_id,
        title=title,
        app=app,
        pid=None,
        bounds_pt=Rect(left=0, top=0, width=10, height=10),
        is_dialog=False,
    )


WINDOWS = (
    window(1, "Save changes?", "L3afpad"),
    window(2, "report.txt - Editor", "L3afpad"),
    window(3, "Grüße 你好 — Notes", "Gnote"),
    window(4, "SpeedCrunch", "speedcrunch"),
    window(5, "Editor settings", "L3afpad"),
)


@pytest.mark.parametrize(
    ("words", "window_id"),
    [
        ("report.txt - Editor", 2),
        ("report", 2),
        ("Report.TXT", 2),
        ("speed crunch", 4),
        ("speedcrunch", 4),
        ("gnote", 3),
        ("grüße", 3),
        ("你好", 3),
        ("l3afpad", 1),
        ("editor settngs", 5),
        ("save changes", 1),
    ],
)
def test_the_meant_window_is_picked(words: str, window_id: int) -> None:
    assert find_window(WINDOWS, words).window_id == window_id


def test_of_equals_the_topmost_is_picked() -> None:
    twins = (window(7, "Notes", "a"), window(8, "Notes", "b"))
    assert find_window(twins, "notes").window_id == 7


@pytest.mark.parametrize("words", ["calendar", "x", "", "   ", "?"])
def test_what_fits_nothing_is_refused_with_the_nearest(words: str) -> None:
    with pytest.raises(WindowError) as caught:
        find_window(WINDOWS, words)
    assert words in caught.value.message
    assert "Notes" in caught.value.hint or "SpeedCrunch" in caught.value.hint or "report.txt" in caught.value.hint


def test_without_windows_the_hint_says_so() -> None:
    with pytest.raises(WindowError) as caught:
        find_window((), "notes")
    assert caught.value.hint == "No window is open."
