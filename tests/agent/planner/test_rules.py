"""What commands mean, as a table."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.errors import PlanError, WindowError
from agent.planner.rules import MAX_STEPS, RulesPlanner
from agent.programs import Program
from agent.types import (
    CheckStep,
    ClearStep,
    ClickStep,
    CloseStep,
    Direction,
    DragStep,
    HoverStep,
    MenuStep,
    MouseButton,
    OpenStep,
    PressStep,
    ScrollStep,
    SelectStep,
    Step,
    SwitchStep,
    TypeStep,
    WaitForStep,
    WaitStep,
)

_NOTES = Program(
    entry_id="notes", name="Notes Pro", names=("Notes Pro", "notes"), descriptions=("Text Editor",), argv=("notes",)
)


def _find(words: str) -> Program:
    if _NOTES.is_called(words):
        return _NOTES
    raise WindowError(f'No program named "{words}" is installed.', hint="The nearest are: Notes Pro.")


_PLANNER = RulesPlanner(_find)


def click(target: str, **kwargs: Any) -> Step:
    return ClickStep(said="", target=target, **kwargs)


def double(target: str) -> Step:
    return click(target, count=2)


def right(target: str) -> Step:
    return click(target, button=MouseButton.RIGHT)


def types(text: str, target: str | None = None, **kwargs: Any) -> Step:
    return TypeStep(said="", text=text, target=target, **kwargs)


def fill(text: str, target: str) -> Step:
    return types(text, target, is_replacing=True)


def submit(text: str, target: str | None = None) -> Step:
    return types(text, target, is_replacing=True, is_submitting=True)


def press(*keys: str, **kwargs: Any) -> Step:
    return PressStep(said="", keys=keys, **kwargs)


def scroll(direction: str, clicks: int = 5, **kwargs: Any) -> Step:
    return ScrollStep(said="", direction=Direction(direction), clicks=clicks, **kwargs)


def drag(source: str, destination: str) -> Step:
    return DragStep(said="", source=source, destination=destination)


def check(target: str) -> Step:
    return CheckStep(said="", target=target, is_checked=True)


def uncheck(target: str) -> Step:
    return CheckStep(said="", target=target, is_checked=False)


def select(option: str, source: str) -> Step:
    return SelectStep(said="", option=option, source=source)


def menu(*path: str) -> Step:
    return MenuStep(said="", path=path)


def wait(seconds: float) -> Step:
    return WaitStep(said="", seconds=seconds)


def wait_for(target: str, **kwargs: Any) -> Step:
    return WaitForStep(said="", target=target, **kwargs)


def gone(target: str) -> Step:
    return wait_for(target, is_gone=True)


def close(window: str | None = None) -> Step:
    return CloseStep(said="", window=window)


def switch(window: str) -> Step:
    return SwitchStep(said="", window=window)


def clear(target: str | None) -> Step:
    return ClearStep(said="", target=target)


def hover(target: str) -> Step:
    return HoverStep(said="", target=target)


START_NOTES = OpenStep(said="", program="Notes Pro")

CASES: list[tuple[str, list[Step]]] = [
    # clicks
    ('click "OK"', [click("OK")]),
    ("click OK", [click("OK")]),
    ("Click on Save", [click("Save")]),
    ("click on the Save button.", [click("the Save button")]),
    ("CLICK Save!", [click("Save")]),
    ("press the OK button", [click("OK button")]),
    ("tap Continue", [click("Continue")]),
    ("hit the Submit button", [click("Submit button")]),
    ("choose Large", [click("Large")]),
    ("select the second row", [click("the second row")]),
    ("pick Red", [click("Red")]),
    ("open Preferences", [click("Preferences")]),
    ("open the File menu", [click("the File menu")]),
    ("open report.txt", [double("report.txt")]),
    ("open the folder Documents", [double("the folder Documents")]),
    ("press Next", [click("Next")]),
    ('press "7"', [click("7")]),
    ("left click File", [click("File")]),
    ("double-click report.txt", [double("report.txt")]),
    ("double click on the icon", [double("the icon")]),
    ("triple-click the paragraph", [click("the paragraph", count=3)]),
    ("right-click the desktop", [right("the desktop")]),
    ("right click on report.txt", [right("report.txt")]),
    ("middle-click the link", [click("the link", button=MouseButton.MIDDLE)]),
    ("click the arrow three times", [click("the arrow", count=3)]),
    ("click + twice", [double("+")]),
    ("click Save As…", [click("Save As…")]),
    ("click Save As...", [click("Save As...")]),
    ("click the second OK button in the Find dialog", [click("the second OK button in the Find dialog")]),
    ("In the Find dialog, click OK", [click("OK in the Find dialog")]),
    ('click the "Save As…" button', [click('the "Save As…" button')]),
    ("click Find and Replace", [click("Find and Replace")]),
    ("click Save and Close", [click("Save and Close")]),
    ("please click OK", [click("OK")]),
    ("could you please just click OK now", [click("OK")]),
    ("I want you to click OK, please", [click("OK")]),
    ("now click OK. Thanks!", [click("OK")]),
    ("hover over Help", [hover("Help")]),
    ("move the mouse to the toolbar", [hover("the toolbar")]),
    ("point at the icon", [hover("the icon")]),
    # keys
    ("press Enter", [press("enter")]),
    ("press ctrl+s", [press("ctrl", "s")]),
    ("press Ctrl+Shift+S", [press("ctrl", "shift", "s")]),
    ("press ctrl and s", [press("ctrl", "s")]),
    ("press Alt F4", [press("alt", "f4")]),
    ("hit F5", [press("f5")]),
    ("tap Escape", [press("esc")]),
    ("press the Delete key", [press("delete")]),
    ("press page down", [press("pagedown")]),
    ("press Tab three times", [press("tab", count=3)]),
    ("press Down 5 times", [press("down", count=5)]),
    ("press Backspace twice", [press("backspace", count=2)]),
    ("press a", [press("a")]),
    ("press Ctrl+.", [press("ctrl", ".")]),
    ("hold shift for 2 seconds", [press("shift", hold_s=2.0)]),
    ("press and hold Alt for half a second", [press("alt", hold_s=0.5)]),
    ("hold down Ctrl", [press("ctrl", hold_s=1.0)]),
    ("press Ctrl+A, Delete", [press("ctrl", "a"), press("delete")]),
    ("press 7, +, 8, =", [press("7"), press("+"), press("8"), press("=")]),
    ("select all", [press("ctrl", "a")]),
    ("copy", [press("ctrl", "c")]),
    ("undo", [press("ctrl", "z")]),
    ("go back", [press("alt", "left")]),
    # text
    ("type hello", [types("hello")]),
    ("type hello into Name", [types("hello", "Name")]),
    ("type hello in the Name field", [types("hello", "the Name field")]),
    ("write Hello, World! into Title", [types("Hello, World!", "Title")]),
    ("enter 42 in Age", [types("42", "Age")]),
    ("enter", [press("enter")]),
    ('type "hello" into "First name"', [types("hello", "First name")]),
    ("type 'it works' into Name", [types("it works", "Name")]),
    ("type “then press Enter” into «Name»", [types("then press Enter", "Name")]),
    ('type `a "b" c`', [types('a "b" c')]),
    (r'type "a\nb"', [types(r"a\nb")]),
    ('type "two\nlines" into Notes', [types("two\nlines", "Notes")]),
    ('type "  spaced  " into Name', [types("  spaced  ", "Name")]),
    ("type a   b", [types("a   b")]),
    ("type Grüße, 你好 🙂 into Name", [types("Grüße, 你好 🙂", "Name")]),
    ("type salt and pepper into Search", [types("salt and pepper", "Search")]),
    ("type don't stop into Name", [types("don't stop", "Name")]),
    ('type 5" into Size', [types('5"', "Size")]),
    ("type milk and check eggs and bread into Notes", [types("milk and check eggs and bread", "Notes")]),
    ("type now and then into Name", [types("now and then", "Name")]),
    ("type $(rm -rf /) into Name", [types("$(rm -rf /)", "Name")]),
    ("type: hello", [types("hello")]),
    ("into Name type foo", [types("foo", "Name")]),
    ("in the Name field, type foo", [types("foo", "the Name field")]),
    ("fill Name with Ada", [fill("Ada", "Name")]),
    ("fill in the Name field with Ada", [fill("Ada", "the Name field")]),
    ("set Size to 12", [fill("12", "Size")]),
    ("replace Name with Bob", [fill("Bob", "Name")]),
    ("change Title to salt and pepper", [fill("salt and pepper", "Title")]),
    ("put Ada into Name", [types("Ada", "Name")]),
    ("fill Name with Ada and Age with 36", [fill("Ada", "Name"), fill("36", "Age")]),
    ("type Ada into First, Bob into Last", [types("Ada", "First"), types("Bob", "Last")]),
    ("search for cats", [submit("cats", "the search field")]),
    ("search for cats and dogs in the filter box", [submit("cats and dogs", "the filter box")]),
    ("clear Name", [clear("Name")]),
    ("clear the field", [clear(None)]),
    ("clear", [clear(None)]),
    ("go to example.org", [press("ctrl", "l"), submit("example.org")]),
    ("open http://127.0.0.1:8000/a", [press("ctrl", "l"), submit("http://127.0.0.1:8000/a")]),
    # scrolling, dragging
    ("scroll down", [scroll("down")]),
    ("scroll up 3 times", [scroll("up", 3)]),
    ("scroll down ten notches in the list", [scroll("down", 10, target="the list")]),
    ("scroll the list down 3 times", [scroll("down", 3, target="the list")]),
    ("scroll right", [scroll("right")]),
    ("scroll to the bottom", [scroll("down", 100)]),
    ("scroll to the top of the page", [scroll("up", 100)]),
    ('scroll down until "X" is visible', [scroll("down", until="X")]),
    ("scroll down until you see Help", [scroll("down", until="Help")]),
    ("scroll up in the list until Help appears", [scroll("up", target="the list", until="Help")]),
    ("scroll down to Contact", [scroll("down", until="Contact")]),
    ("scroll down a bit", [scroll("down", 2)]),
    ("drag A to B", [drag("A", "B")]),
    ('drag "report.txt" onto the Documents folder', [drag("report.txt", "the Documents folder")]),
    ("drag and drop a.txt into Trash", [drag("a.txt", "Trash")]),
    # states and choices
    ("check Remember me", [check("Remember me")]),
    ("tick the Bold checkbox", [check("the Bold checkbox")]),
    ("uncheck Remember me", [uncheck("Remember me")]),
    ("untick Bold", [uncheck("Bold")]),
    ("turn on Dark mode", [check("Dark mode")]),
    ("turn Dark mode off", [uncheck("Dark mode")]),
    ("switch off Wi-Fi", [uncheck("Wi-Fi")]),
    ("disable Sounds", [uncheck("Sounds")]),
    ("check Bold, Italic and Underline", [check("Bold"), check("Italic"), check("Underline")]),
    ("select Blue from Colour", [select("Blue", "Colour")]),
    ("choose PDF from the Format list", [select("PDF", "the Format list")]),
    ("select Blue in the Colour dropdown", [select("Blue", "the Colour dropdown")]),
    ("open File > Export > PDF", [menu("File", "Export", "PDF")]),
    ("File → Save As", [menu("File", "Save As")]),
    ("click File > Save As…", [menu("File", "Save As…")]),
    ("menu File, Export", [menu("File", "Export")]),
    # waiting
    ("wait", [wait(1)]),
    ("wait 3 seconds", [wait(3)]),
    ("wait for 1.5 s", [wait(1.5)]),
    ("wait two minutes", [wait(120)]),
    ("wait half a minute", [wait(30)]),
    ("wait 500 ms", [wait(0.5)]),
    ("wait for Done", [wait_for("Done")]),
    ("wait for Done to appear", [wait_for("Done")]),
    ("wait until the dialog is visible", [wait_for("the dialog")]),
    ("wait for the dialog to disappear", [gone("the dialog")]),
    ("wait until Loading is gone", [gone("Loading")]),
    ("wait for Done for up to 60 seconds", [wait_for("Done", timeout_s=60.0)]),
    ("when the Save dialog appears, click Save", [wait_for("the Save dialog"), click("Save")]),
    # windows and programs
    ("close the window", [close()]),
    ("close this dialog", [close()]),
    ("close window Notes", [close("Notes")]),
    ("close the Find dialog", [close("Find")]),
    ('close "Untitled - Editor"', [close("Untitled - Editor")]),
    ("close the tab", [press("ctrl", "w")]),
    ("switch to Notes", [switch("Notes")]),
    ("focus the Editor window", [switch("Editor")]),
    ("bring up the window Notes", [switch("Notes")]),
    ("bring Notes to the front", [switch("Notes")]),
    ("switch to the Advanced tab", [click("the Advanced tab")]),
    ("open notes", [START_NOTES]),
    ("start Notes Pro", [START_NOTES]),
    ("launch the notes app", [START_NOTES]),
    ("open a text editor", [START_NOTES]),
    # several clauses
    (
        "click File, Save As and type report.txt into Name",
        [click("File"), click("Save As"), types("report.txt", "Name")],
    ),
    ("type hello, world then press Enter", [types("hello, world"), press("enter")]),
    ("type hello and press Enter", [types("hello"), press("enter")]),
    ("type foo into Name, press Tab", [types("foo", "Name"), press("tab")]),
    ("type 12+3=; press Enter", [types("12+3="), press("enter")]),
    ("click the Name field and type foo into it", [click("the Name field"), types("foo", "the Name field")]),
    ("clear the Name field, then type 5 there", [clear("the Name field"), types("5", "the Name field")]),
    ("click File, Close", [click("File"), click("Close")]),
    ('click "File" and "Save"', [click("File"), click("Save")]),
    ("click File then Open", [click("File"), click("Open")]),
    ("click OK and close the window", [click("OK"), close()]),
    ("click 7, 8 and 9", [click("7"), click("8"), click("9")]),
    ("click OK after that press Enter", [click("OK"), press("enter")]),
    ("Click OK. Then press Enter.", [click("OK"), press("enter")]),
    ("1. click File\n2. click Quit", [click("File"), click("Quit")]),
    ("- click File\n\n* press Enter\n• wait", [click("File"), press("enter"), wait(1)]),
    ('click "a then b" then click c', [click("a then b"), click("c")]),
    (
        "select all, copy, click Notes, paste",
        [press("ctrl", "a"), press("ctrl", "c"), click("Notes"), press("ctrl", "v")],
    ),
    ("open the File menu and save as report", [click("the File menu"), click("Save As"), submit("report", "Name")]),
    ("save as report.txt", [menu("File", "Save As"), submit("report.txt", "Name")]),
    (
        "click File; click Save As…; type report.txt into Name; press Enter",
        [click("File"), click("Save As…"), types("report.txt", "Name"), press("enter")],
    ),
]


def _bare(step: Step) -> tuple[object, ...]:
    """All of a step but the words that it came from."""
    return (type(step), *(getattr(step, name) for name in step.__slots__ if name != "said"))


@pytest.mark.parametrize(("command", "expected"), CASES, ids=[command for command, _ in CASES])
def test_command_means(command: str, expected: list[Step]) -> None:
    steps = _PLANNER.plan(command).steps
    assert [_bare(step) for step in steps] == [_bare(step) for step in expected]
    assert all(step.said in command and step.said for step in steps)


REFUSED = [
    ("", "empty", "click"),
    (" \n\t", "empty", "click"),
    ("x" * 100_000, "too long", "split"),
    ("clik File", '"clik File"', 'Did you mean "click File"?'),
    ("click File then clik Save", '"clik Save"', 'Did you mean "click Save"?'),
    ('type "x" into Name then pres Enter', '"pres Enter"', 'Did you mean "press Enter"?'),
    ("tpye hello", '"tpye hello"', 'Did you mean "type hello"?'),
    ("frobnicate the widget", '"frobnicate the widget"', "click"),
    ("click", '"click"', 'click "Save"'),
    ("type", '"type"', 'type "hello" into Name'),
    ("click it", '"it"', "meant"),
    ("if OK is visible then click it", "if OK is visible", "Conditions"),
    ("delete the file", "delete the file", "press Delete"),
    ("check that it worked", "only look", "wait for"),
    ('type "hello', "never closed", "quotation marks"),
    ('type "" into Name', "what to type", "type"),
    ("drag the slider to the right", "how far", "drag"),
    ("start foobar", "foobar", "Notes Pro"),
    ("press Tab 5000 times", "5000", "100"),
    ("wait 3 hours", "3 hours", "hour"),
    ("hold blorp for 2 seconds", "blorp", "Shift"),
    ("; ".join(["click OK"] * (MAX_STEPS + 1)), "100 steps", "Split"),
    ("click A" + " and B" * 1000, "too much", "quotes"),
    ("click" + " " * 500 + "x", "spaces", "quotes"),
    (";;;", "nothing", "click"),
]


@pytest.mark.parametrize(("command", "message", "hint"), REFUSED, ids=[command[:30] for command, _, _ in REFUSED])
def test_refused_with_the_part_and_the_nearest(command: str, message: str, hint: str) -> None:
    with pytest.raises(PlanError) as caught:
        _PLANNER.plan(command)
    assert message in caught.value.message
    assert hint in caught.value.hint


_WORDS = st.sampled_from(
    [
        "click",
        "type",
        "press",
        "then",
        "and",
        "into",
        ",",
        ";",
        ".",
        "'",
        '"',
        "“",
        "”",
        "it",
        "the",
        "File",
        "5",
        "times",
        ">",
        "until",
        "drag",
        "to",
        "wait",
        "for",
        "close",
        "open",
        "1.",
        "scroll",
        "down",
        "hold",
        "select",
        "from",
        "check",
        "if",
        "in",
    ]
)
_ANY_TEXT = st.one_of(st.text(max_size=200), st.lists(_WORDS, max_size=25).map(" ".join))


@settings(max_examples=300, deadline=None)
@given(_ANY_TEXT)
def test_law_nothing_but_plan_errors(command: str) -> None:
    try:
        plan = _PLANNER.plan(command)
    except PlanError as error:
        says = (error.message, error.hint)
    else:
        says = tuple(step.said for step in plan.steps)
    assert all(says)


@settings(max_examples=150, deadline=None)
@given(st.text(min_size=1, max_size=80).filter(lambda text: '"' not in text))
def test_law_quoted_text_survives(text: str) -> None:
    plan = _PLANNER.plan(f'type "{text}" into Name then press Enter')
    assert [_bare(step) for step in plan.steps] == [_bare(types(text, "Name")), _bare(press("enter"))]


_SIMPLE = st.sampled_from(
    (
        *("click Apple", 'click "a, b and then c"', "press Enter", "press Ctrl+S", 'type "x; y" into Name'),
        *("wait 2 seconds", "check Bold", "drag A to B", "hover over Help", "close the window", "right-click Pear"),
        *("type salt and pepper into Search", "select Blue from Colour", "set Size to 12", "open File > Print"),
        "scroll down",
    )
)
_SEPARATORS = st.sampled_from(
    [" then ", ", then ", " and then ", "; ", "\n", ", ", " and ", ", and ", ". ", " after that ", "\n- "]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_SIMPLE, min_size=1, max_size=8), st.data())
def test_law_joining_simple_clauses(clauses: list[str], data: st.DataObject) -> None:
    command = clauses[0] + "".join(data.draw(_SEPARATORS) + clause for clause in clauses[1:])
    expected = [_bare(step) for clause in clauses for step in _PLANNER.plan(clause).steps]
    assert [_bare(step) for step in _PLANNER.plan(command).steps] == expected
