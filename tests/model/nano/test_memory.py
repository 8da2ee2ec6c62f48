"""What is remembered is what would have been said again."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from model.grounder import Box
from model.nano import memory
from model.nano.encoding import NanoSession
from model.nano.letters import Letters
from model.nano.memory import RememberingSenses
from model.nano.shape import MEANING_WIDTH, N_FEATURES

Boxes = Sequence[Box]
BOXES: Boxes = ((4, 4, 30, 30), (40.5, 6, 62, 27.5), (70, 2, 100, 31))


class Counting:
    """Counts what is really read."""

    def __init__(self, session: NanoSession) -> None:
        self.session = session
        self.n_lines = 0
        self.n_icons = 0

    def letters(self, lines: Sequence[NDArray[np.float32]]) -> list[Letters]:
        self.n_lines += len(lines)
        return self.session.letters(lines)

    def icons(self, image: NDArray[np.uint8], boxes: Boxes) -> NDArray[np.float32]:
        self.n_icons += len(boxes)
        return self.session.icons(image, boxes)


@pytest.fixture
def inner(folder: Path) -> Counting:
    return Counting(NanoSession(folder))


@pytest.fixture
def lines() -> list[NDArray[np.float32]]:
    rng = np.random.default_rng(2)
    return [rng.normal(size=(n + 2, N_FEATURES)).astype(np.float32) for n in (4, 1, 9, 3)]


@pytest.fixture
def image() -> NDArray[np.uint8]:
    return np.random.default_rng(3).integers(0, 256, (40, 110, 3), np.uint8)


def _check_same(found: list[Letters], expected: list[Letters]) -> None:
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one.classes, other.classes)
        np.testing.assert_allclose(one.shares, other.shares, atol=1e-5)


def test_lines_that_were_read_are_not_read_again(inner: Counting, lines: list[NDArray[np.float32]]) -> None:
    senses = RememberingSenses(inner)
    _check_same(senses.letters(lines[:3]), inner.session.letters(lines[:3]))
    assert inner.n_lines == 3
    _check_same(senses.letters(lines[::-1]), inner.session.letters(lines[::-1]))
    assert inner.n_lines == 4


def test_a_line_that_stands_twice_is_read_once(inner: Counting, lines: list[NDArray[np.float32]]) -> None:
    twice = [lines[0], lines[1], lines[0].copy()]
    _check_same(RememberingSenses(inner).letters(twice), inner.session.letters(twice))
    assert inner.n_lines == 2


def test_icons_are_known_by_their_pixels(inner: Counting, image: NDArray[np.uint8]) -> None:
    senses = RememberingSenses(inner)
    senses.icons(image, BOXES)
    changed = image.copy()
    changed[10, 50] ^= 255
    np.testing.assert_allclose(senses.icons(changed, BOXES), inner.session.icons(changed, BOXES), atol=1e-5)
    assert inner.n_icons == 4


def test_nothing_is_asked_about_nothing(inner: Counting, image: NDArray[np.uint8]) -> None:
    senses = RememberingSenses(inner)
    assert senses.letters([]) == []
    assert senses.icons(image, ()).shape == (0, MEANING_WIDTH)


def test_what_was_used_longest_ago_is_forgotten(
    inner: Counting, lines: list[NDArray[np.float32]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "_N_REMEMBERED", 2)
    senses = RememberingSenses(inner)
    senses.letters(lines[:2])
    senses.letters(lines[:1])
    senses.letters(lines[2:3])  # the second goes
    assert inner.n_lines == 3
    senses.letters(lines[:1])
    assert inner.n_lines == 3
    senses.letters(lines[1:2])
    assert inner.n_lines == 4


def test_forgetting_forgets(inner: Counting, lines: list[NDArray[np.float32]], image: NDArray[np.uint8]) -> None:
    senses = RememberingSenses(inner)
    for _ in range(2):
        senses.letters(lines)
        senses.icons(image, BOXES)
        senses.forget()
    assert (inner.n_lines, inner.n_icons) == (2 * len(lines), 2 * len(BOXES))
