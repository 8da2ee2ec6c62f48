"""What the end-to-end tests ask for."""

from dataclasses import dataclass

from agent.geometry import Rect
from tests.e2e._checks import (
    Check,
    both,
    has_file,
    has_note,
    has_title,
    has_window,
    is_closed,
    is_document,
    is_file,
    is_gone,
    page_has,
    qalculate_shows,
    speedcrunch_shows,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class E2eCommand:
    """A command, where it runs, and its effect.

    Attributes:
        program: name in ``tests.e2e._programs.PROGRAMS``.
        size_px: width and height of the screen.
        command: what the person types.
        check: whether the effect is there.
        opened: name and text of a file in the home folder that the program opens; None for an empty start.
        monitors: bounds of the monitors; the program and the pointer are on the last one. Empty: one of that size.
    """

    program: str
    size_px: tuple[int, int]
    command: str
    check: Check
    opened: tuple[str, str] | None = None
    monitors: tuple[Rect, ...] = ()


SMALL, MEDIUM, LARGE = (1280, 800), (1920, 1080), (2560, 1440)
SIDE_BY_SIDE = (Rect(left=0, top=0, width=1280, height=1024), Rect(left=1280, top=0, width=1600, height=900))
"""Two monitors of different sizes, the primary one at the left."""
_BOTH_PX = (2880, 1024)
_CATS = ("draft.txt", "a cat and a cat\n")

COMMANDS: tuple[E2eCommand, ...] = (
    # a GTK editor
    E2eCommand(
        program="l3afpad",
        size_px=SMALL,
        command="click File, click Save As…, type report.txt into Name, press Enter",
        check=has_file("report.txt", ""),
    ),
    E2eCommand(
        program="l3afpad",
        size_px=MEDIUM,
        command='type "Dear all,\nsee you at 5." then press Ctrl+S, type letter.txt into Name and press Enter',
        check=has_file("letter.txt", "Dear all,\nsee you at 5."),
    ),
    E2eCommand(
        program="l3afpad",
        size_px=LARGE,
        command='open File > Save As, then set Name to "notes 2.txt" and click the Save button',
        check=is_file("notes 2.txt"),
    ),
    E2eCommand(
        program="l3afpad",
        size_px=SMALL,
        command="type hello world, press Ctrl+A, press Delete, type good bye",
        check=is_document("good bye"),
    ),
    E2eCommand(
        program="l3afpad",
        size_px=MEDIUM,
        command='type "Grüße, 你好 🙂"',
        check=is_document("Grüße, 你好 🙂"),
    ),
    E2eCommand(
        program="l3afpad",
        size_px=MEDIUM,
        command="click Edit, Select All, then type replaced",
        check=is_document("replaced"),
        opened=_CATS,
    ),
    E2eCommand(
        program="l3afpad",
        size_px=LARGE,
        command=(
            "1. click Search\n2. click Replace…\n3. type cat into Find what\n4. type dog into Replace with\n"
            "5. check Replace all at once\n6. click Find and Replace\n7. click OK\n8. press Ctrl+S"
        ),
        check=has_file("draft.txt", "a dog and a dog"),
        opened=_CATS,
    ),
    E2eCommand(program="l3afpad", size_px=SMALL, command="close the window", check=is_closed),
    E2eCommand(program="l3afpad", size_px=MEDIUM, command="open SpeedCrunch", check=has_window("SpeedCrunch")),
    # a Qt editor
    E2eCommand(
        program="juffed",
        size_px=SMALL,
        command='type "made by Qt" then press Ctrl+Shift+S, type qt.txt into File name, press Enter',
        check=has_file("qt.txt", "made by Qt"),
    ),
    E2eCommand(
        program="juffed",
        size_px=MEDIUM,
        command='type x, click File, click "Save as", type out.txt into "File name" and click Save',
        check=has_file("out.txt", "x"),
    ),
    E2eCommand(
        program="juffed",
        size_px=LARGE,
        command="type abc, select all, click Edit, UPPER CASE",
        check=is_document("ABC"),
    ),
    E2eCommand(program="juffed", size_px=SMALL, command="click File and then click New", check=has_title("Untitled 2")),
    E2eCommand(
        program="juffed",
        size_px=MEDIUM,
        command="type one, press Enter, type two, open Edit > Duplicate text",
        check=is_document("one\ntwo\ntwo"),
    ),
    E2eCommand(program="juffed", size_px=LARGE, command="open File > Exit", check=is_closed),
    # a Qt calculator
    E2eCommand(program="speedcrunch", size_px=SMALL, command="click 7, +, 8, =", check=speedcrunch_shows("15")),
    E2eCommand(
        program="speedcrunch",
        size_px=MEDIUM,
        command="type 12.5*4 and press Enter",
        check=speedcrunch_shows("50"),
    ),
    E2eCommand(
        program="speedcrunch",
        size_px=LARGE,
        command="press the 9 button, press the 6 button, press the − button, click 1 and press Enter",
        check=speedcrunch_shows("95"),
    ),
    E2eCommand(program="speedcrunch", size_px=SMALL, command="click Session, Quit", check=is_closed),
    # a GTK calculator
    E2eCommand(
        program="qalculate-gtk",
        size_px=SMALL,
        command="click 7, click 8, click +, click 2, click =",
        check=qalculate_shows("80"),
    ),
    E2eCommand(
        program="qalculate-gtk",
        size_px=MEDIUM,
        command="type sqrt(144) then press Enter",
        check=qalculate_shows("12"),
    ),
    E2eCommand(
        program="qalculate-gtk",
        size_px=LARGE,
        command="type 99, click AC, click 5, ×, 6, =",
        check=qalculate_shows("30"),
    ),
    # a file manager
    E2eCommand(program="xfe", size_px=SMALL, command="double-click Documents", check=has_title("/Documents")),
    E2eCommand(
        program="xfe",
        size_px=MEDIUM,
        command='click File, click "New folder…", type Letters, click Accept',
        check=is_file("Letters"),
    ),
    E2eCommand(
        program="xfe",
        size_px=LARGE,
        command=("double-click Documents, click notes.txt, press F2, press Ctrl+A, type minutes.txt and press Enter"),
        check=has_file("Documents/minutes.txt", "first line\nsecond line"),
    ),
    E2eCommand(
        program="xfe",
        size_px=SMALL,
        command='double-click Music, press F7, type "old songs", press Enter',
        check=is_file("Music/old songs"),
    ),
    # a page in a browser
    E2eCommand(
        program="chromium",
        size_px=SMALL,
        command="type Ada Lovelace into Name, ada@example.org into Email, check Gift wrap, click Place order",
        check=page_has(name="Ada Lovelace", email="ada@example.org", gift=True, submitted=True),
    ),
    E2eCommand(program="chromium", size_px=MEDIUM, command="select Blue from Colour", check=page_has(colour="Blue")),
    E2eCommand(
        program="chromium",
        size_px=LARGE,
        command="uncheck Newsletter, then choose Large",
        check=page_has(news=False, large=True),
    ),
    E2eCommand(
        program="chromium",
        size_px=SMALL,
        command="scroll down over Row 2 until Kiwi is visible, then click Kiwi",
        check=page_has(row="Kiwi"),
    ),
    E2eCommand(program="chromium", size_px=MEDIUM, command="drag Box to Goal", check=page_has(box_in_goal=True)),
    E2eCommand(program="chromium", size_px=LARGE, command="hover over Help", check=page_has(hovered=True)),
    E2eCommand(
        program="chromium",
        size_px=MEDIUM,
        command="click Compute, wait for Finished, then click the Add button next to Pears",
        check=page_has(later=True, bought="pears"),
    ),
    E2eCommand(
        program="chromium",
        size_px=SMALL,
        command='click "Delete draft", then click "Keep it"',
        check=page_has(deleted=False),
    ),
    E2eCommand(program="chromium", size_px=LARGE, command="set City to Bergen", check=page_has(city="Bergen")),
    E2eCommand(program="chromium", size_px=SMALL, command="clear the City field", check=page_has(city="")),
    E2eCommand(program="chromium", size_px=MEDIUM, command="right-click Row 2", check=page_has(menu="Row 2")),
    E2eCommand(program="chromium", size_px=LARGE, command="double-click Row 3", check=page_has(opened="Row 3")),
    E2eCommand(
        program="chromium",
        size_px=SMALL,
        command="click the Name field, type Bo into it, press Tab, type bo@example.org",
        check=page_has(name="Bo", email="bo@example.org"),
    ),
    # notes
    E2eCommand(
        program="gnote",
        size_px=MEDIUM,
        command="press Ctrl+N then type bread and butter",
        check=has_note("bread and butter"),
    ),
    E2eCommand(
        program="gnote",
        size_px=SMALL,
        command="press Ctrl+N, type shopping, press Enter, type milk and eggs",
        check=has_note("milk and eggs"),
    ),
    # more of each kind
    E2eCommand(program="l3afpad", size_px=LARGE, command="open the menu Help > About", check=has_window("About")),
    E2eCommand(
        program="l3afpad",
        size_px=MEDIUM,
        command="open SpeedCrunch, type 6*7, press Enter, switch to Untitled, type the answer",
        check=both(has_window("SpeedCrunch"), is_document("the answer")),
    ),
    E2eCommand(
        program="juffed",
        size_px=SMALL,
        command="type first, press Ctrl+N, type second, press Ctrl+S, type two.txt into File name, press Enter",
        check=has_file("two.txt", "second"),
    ),
    E2eCommand(
        program="speedcrunch",
        size_px=MEDIUM,
        command="type sqrt(81)+1, press Enter",
        check=speedcrunch_shows("10"),
    ),
    E2eCommand(
        program="qalculate-gtk",
        size_px=MEDIUM,
        command="click 1, click 2, click ×, click 3, click =",
        check=qalculate_shows("36"),
    ),
    E2eCommand(
        program="xfe",
        size_px=MEDIUM,
        command=(
            'double-click Documents, right-click report.txt, click "Rename…", press Ctrl+A, type done.txt, press Enter'
        ),
        check=both(is_file("Documents/done.txt"), is_gone("Documents/report.txt")),
    ),
    E2eCommand(
        program="chromium",
        size_px=LARGE,
        command="check Gift wrap and uncheck Newsletter",
        check=page_has(gift=True, news=False),
    ),
    E2eCommand(
        program="chromium",
        size_px=SMALL,
        command="type Bo into Name, press Ctrl+A, press Ctrl+C, click the Email field, press Ctrl+V",
        check=page_has(name="Bo", email="Bo"),
    ),
    E2eCommand(
        program="chromium",
        size_px=MEDIUM,
        command="choose Green from the Colour list",
        check=page_has(colour="Green"),
    ),
    # two monitors, the program on the second one
    E2eCommand(
        program="l3afpad",
        size_px=_BOTH_PX,
        monitors=SIDE_BY_SIDE,
        command="type second screen, press Ctrl+S, type second.txt into Name, press Enter",
        check=has_file("second.txt", "second screen"),
    ),
    E2eCommand(
        program="speedcrunch",
        size_px=_BOTH_PX,
        monitors=SIDE_BY_SIDE,
        command="click 4, click 2, click +, click 1, click =",
        check=speedcrunch_shows("43"),
    ),
    E2eCommand(
        program="chromium",
        size_px=_BOTH_PX,
        monitors=SIDE_BY_SIDE,
        command="type Ada into Name, check Gift wrap, click Place order",
        check=page_has(name="Ada", gift=True, submitted=True),
    ),
)
