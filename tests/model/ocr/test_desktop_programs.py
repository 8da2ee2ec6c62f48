"""What programs that nobody tuned the matcher for show, in pages made by hand."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from model.grounder import ElementKind
from model.ocr.match import ACCEPT_SCORE
from model.ocr.page import Control, Line, Page, Word
from model.ocr.scene import build_scene
from tests.model.ocr.asking import assert_absent, assert_found, rank
from tests.model.ocr.pages import PageBuilder

Where = tuple[float, float]


def menu_read_as_one() -> Page:
    """A menu, two of whose entries are one control to the reader, over a dialog's field."""
    entries = tuple(
        Line(bbox=(60, y, 170, y + 14), words=(Word(bbox=(60, y, 170, y + 14), text=text, score=0.99),), score=0.99)
        for y, text in ((80, "Duplicate"), (105, "Rename"))
    )
    builder = PageBuilder(800, 600).texts(36, "File", "Edit", "View")
    builder.column(60, 130, "Quit")
    page = builder.field(240, 124, 300).pane(50, 70, 220, 160).pane(10, 20, 790, 590).build()
    start = len(page.lines)
    control = Control(bbox=(52, 74, 218, 124), kind=ElementKind.BUTTON, line_idxs=(start, start + 1))
    return Page(
        width_px=800,
        height_px=600,
        lines=(*page.lines, *entries),
        controls=(*page.controls, control),
        panes=page.panes,
    )


def view_menu() -> Page:
    """Entries that end with what could be a role, and one with an icon that was read as a letter."""
    builder = PageBuilder(800, 600).texts(36, "File", "Edit", "View", "Help")
    return builder.column(30, 70, "Minimal Window", "Menubar", "Q Find...", "Flip Text").build()


def notebook() -> Page:
    """A window with a title bar whose buttons were read as one, a menu bar and a notebook."""
    builder = PageBuilder(800, 600)
    builder.text(330, 6, "Grsync")
    builder.icon(730, 4, 1)
    builder.texts(40, "File", "Sessions", "Help")
    builder.texts(112, "Basic options", "Advanced options", "Extra options", x=30, gap=33)
    builder.button(200, 400, "Apply")
    page = builder.pane(2, 2, 798, 598).pane(10, 136, 790, 590).build()
    buttons = Control(bbox=(734, 6, 794, 22), kind=ElementKind.ICON)
    return Page(width_px=800, height_px=600, lines=page.lines, controls=(*page.controls[1:], buttons), panes=page.panes)


def options() -> Page:
    """Checkboxes, of which the ticked ones were read as part of their text; a heading begins there too."""
    builder = PageBuilder(800, 600)
    builder.column(40, 70, "Startup:")
    words = (
        Word(bbox=(40, 100, 110, 116), text="Keep", score=0.9),
        Word(bbox=(118, 100, 150, 116), text="tabs", score=0.9),
    )
    builder.box(40, 128, "Wrap lines").box(40, 156, "Show grid")
    builder.text(40, 203, "Input:")
    page = builder.field(140, 196, 300).field(140, 240, 300).build()
    return replace(page, lines=(*page.lines, Line(bbox=(40, 100, 150, 116), words=words, score=0.9)))


def keypad() -> Page:
    """Keys of a calculator that resemble each other."""
    builder = PageBuilder(800, 600)
    for i, key in enumerate(("(x)", "x!", "x", "×", "7")):
        builder.button(20 + 80 * i, 100, key)
    return builder.build()


FOUND: list[tuple[Callable[[], Page], str, Where]] = [
    (menu_read_as_one, "Rename", (100, 112)),
    (menu_read_as_one, "Duplicate", (100, 87)),
    (menu_read_as_one, "Quit", (70, 138)),
    (menu_read_as_one, "click Quit in the menu", (70, 138)),
    (view_menu, "click Minimal Window in the menu", (60, 78)),
    (view_menu, "click Menubar in the menu", (60, 106)),
    (view_menu, "Find...", (60, 134)),
    (view_menu, "click Flip Text in the menu", (60, 162)),
    (view_menu, "the View menu", (138, 44)),
    (notebook, "the first tab", (60, 120)),
    (notebook, "the second tab", (200, 120)),
    (notebook, "the last tab", (380, 120)),
    (notebook, "the Advanced options tab", (200, 120)),
    (notebook, "close the window", (784, 14)),
    (notebook, "the close button of the window", (784, 14)),
    (notebook, "maximize the window", (764, 14)),
    (notebook, "Apply", (230, 416)),
    (options, "the first checkbox", (48, 108)),
    (options, "the second checkbox", (48, 136)),
    (options, "the checkbox Keep tabs", (48, 108)),
    (options, "the last checkbox", (48, 164)),
    (options, "the Input field", (290, 211)),
    (options, "type hello into the Input field", (290, 211)),
    (keypad, "click x", (204, 116)),
    (keypad, "click ×", (284, 116)),
    (keypad, "the multiply button", (284, 116)),
]

ABSENT: list[tuple[Callable[[], Page], str]] = [
    (view_menu, "Options"),
    (view_menu, "Entries"),
    (view_menu, "the first tab"),
    (notebook, "the fourth tab"),
    (options, "the fourth checkbox"),
]


@pytest.mark.parametrize(("make", "instruction", "where"), FOUND, ids=[f"{m.__name__}: {i}" for m, i, _ in FOUND])
def test_points_at_what_is_meant(make: Callable[[], Page], instruction: str, where: Where) -> None:
    assert_found(make, instruction, where)


@pytest.mark.parametrize(("make", "instruction"), ABSENT, ids=[f"{m.__name__}: {i}" for m, i in ABSENT])
def test_rejects_what_is_not_there(make: Callable[[], Page], instruction: str) -> None:
    assert_absent(make, instruction)


def test_a_swallowed_tick_is_on() -> None:
    scene = build_scene(options())
    states = [target.is_checked for target in scene.targets if target.kind is ElementKind.CHECKBOX]
    assert sorted(states, key=str) == [False, False, True]


def test_numbers_may_be_spaced_otherwise() -> None:
    page = PageBuilder(800, 600).texts(560, "1:0", "L 12").build()
    ranked = rank(lambda: page, "1 : 0")
    assert ranked[0].target.label == "1:0"
    assert ranked[0].score >= ACCEPT_SCORE
