"""Which of a row or column is counted."""

import pytest

from model.grounder import Box
from model.ocr.counting import counted_line
from model.ocr.words import Role

UNIT = 16.0
BAR: list[Box] = [(10, 5, 40, 21), (50, 5, 80, 21), (90, 5, 130, 21), (140, 5, 180, 21)]
ENTRIES: list[Box] = [(50, 26 + 24 * i, 200, 46 + 24 * i) for i in range(6)]


def _counted(boxes: list[Box], role: Role | None, *, least: int = 1, n_sure: int = 100) -> list[Box]:
    is_sure = [index < n_sure for index in range(len(boxes))]
    return [boxes[i] for i in counted_line(boxes, is_sure, role, least=least, unit_px=UNIT)]


def test_menus_are_counted_in_their_bar_and_entries_below_it() -> None:
    assert _counted(ENTRIES + BAR, Role.MENU) == BAR
    assert _counted(ENTRIES + BAR, Role.MENU_ITEM) == ENTRIES


def test_entries_that_begin_farther_right_belong_to_the_column() -> None:
    mixed = [*ENTRIES[:2], (74.0, 74.0, 150.0, 90.0), *ENTRIES[3:]]
    assert _counted(mixed, Role.MENU_ITEM) == mixed


def test_the_line_with_most_of_the_kind_is_counted_not_the_longest() -> None:
    buttons: list[Box] = [(10, 300, 90, 330), (100, 300, 180, 330), (190, 300, 270, 330)]
    icons: list[Box] = [(10 + 30 * i, 50, 34 + 30 * i, 74) for i in range(9)]
    assert _counted(buttons + icons, Role.BUTTON, n_sure=3) == buttons


@pytest.mark.parametrize("role", [None, Role.BUTTON, Role.CHECKBOX])
def test_too_short_a_line_is_none(role: Role | None) -> None:
    assert _counted(ENTRIES[:3], role, least=4) == []
    assert _counted([], role) == []


def test_far_apart_is_no_line() -> None:
    apart: list[Box] = [(10, 10, 60, 30), (500, 10, 560, 30), (10, 400, 60, 420)]
    assert _counted(apart, Role.BUTTON) == []
