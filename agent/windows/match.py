"""Which window a person means by some words."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from agent.errors import WindowError
from agent.windows._base import Window

_MIN_SCORE = 75.0
_N_NEAREST = 3


def find_window(windows: Sequence[Window], words: str) -> Window:
    """Pick the window whose title or program is meant by some words, allowing for slips of spelling.

    Args:
        windows: in order of preference; of two that fit equally well the first is taken.
        words: part of a title, or the name of the program.

    Raises:
        WindowError: none fits; the hint names the nearest titles.
    """
    scored = sorted(((score_window(window, words), window) for window in windows), key=lambda entry: -entry[0])
    if scored and scored[0][0] >= _MIN_SCORE:
        return scored[0][1]
    nearest = ", ".join(f'"{window.title or window.app}"' for _, window in scored[:_N_NEAREST])
    raise WindowError(
        f'There is no window "{words}".',
        hint=f"The nearest are {nearest}." if nearest else "No window is open.",
    )


def score_window(window: Window, words: str) -> float:
    """How well words fit a window, 0 to 100: 100 only if they are its whole title or its program's name."""
    wanted = _split(words)
    if not wanted:
        return 0.0
    return max(_score_name(_split(window.title), wanted), _score_name(_split(window.app), wanted))


def _score_name(name: list[str], wanted: list[str]) -> float:
    """The best stretch of as many words; a stretch that is not the whole name loses a little."""
    whole = fuzz.ratio(" ".join(name), " ".join(wanted))
    n_words = len(wanted)
    stretches = (" ".join(name[start : start + n_words]) for start in range(len(name) - n_words + 1))
    return max([whole, *(0.95 * fuzz.ratio(stretch, " ".join(wanted)) for stretch in stretches)])


def _split(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
