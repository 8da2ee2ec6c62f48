import pytest

from agent.planner.danger import is_dangerous
from agent.planner.describe import describe
from agent.planner.rules import RulesPlanner

TITLES = [
    ("click Save As…", 'Click "Save As…"'),
    ("double-click a.txt", 'Double-click "a.txt"'),
    ("right-click a.txt", 'Right-click "a.txt"'),
    ("click + 4 times", 'Click "+", 4 times'),
    ("type report.txt into Name", 'Type "report.txt" into "Name"'),
    ("search for cats", 'Type "cats" into "the search field" and press Enter'),
    ("press ctrl+s", "Press Ctrl+S"),
    ("press Tab twice", "Press Tab, 2 times"),
    ("hold shift for 2 seconds", "Hold Shift for 2 s"),
    ("scroll down in the list until Help appears", 'Scroll down in "the list" until "Help" is visible'),
    ("hover over Help", 'Point at "Help"'),
    ("clear", "Clear the field"),
    ("drag A to B", 'Drag "A" to "B"'),
    ("uncheck Bold", 'Uncheck "Bold"'),
    ("select Blue from Colour", 'Select "Blue" from "Colour"'),
    ("open File > Export", "Open File › Export"),
    ("wait for Done to disappear", 'Wait for "Done" to disappear'),
    ("wait 1.5 s", "Wait 1.5 s"),
    ("close the window", "Close the window"),
    ("close window Notes", 'Close the window "Notes"'),
    ("switch to Notes", 'Switch to "Notes"'),
]


@pytest.mark.parametrize(("command", "title"), TITLES)
def test_title(command: str, title: str) -> None:
    (step,) = RulesPlanner().plan(command).steps
    assert describe(step) == title


def test_typed_text_can_be_hidden() -> None:
    (step,) = RulesPlanner().plan('type "s3cret" into Password').steps
    assert "s3cret" not in describe(step, is_masked=True)
    assert "Password" in describe(step, is_masked=True)


DANGEROUS = [
    ("click Delete", None),
    ("click the Deleting… row", None),
    ("click OK", "Delete all"),
    ("click OK", "DeleteAll"),
    ("press Delete", None),
    ("click Pay now", None),
    ("click Place order", None),
    ("click the blue button", "Send"),
    ("click Submit", None),
    ("click Format…", None),
    ("open Disk > Erase", None),
    ("click Shut Down", None),
    ("click Don’t Save", None),
    ("check Uninstall old versions", None),
    ("drag a.txt to Trash", None),
    ("type x into Password", None),
]
HARMLESS = [
    ("click Save", "Save"),
    ("click Undelete", None),
    ("click Payload", "Payload"),
    ("click Information", None),
    ("click Sender", None),
    ("type please delete me into Notes", None),
    ("hover over Delete", "Delete"),
    ("wait for Sent", None),
    ("scroll down", None),
]


@pytest.mark.parametrize(("command", "label"), DANGEROUS)
def test_dangerous(command: str, label: str | None) -> None:
    (step,) = RulesPlanner().plan(command).steps
    assert is_dangerous(step, label)


@pytest.mark.parametrize(("command", "label"), HARMLESS)
def test_harmless(command: str, label: str | None) -> None:
    (step,) = RulesPlanner().plan(command).steps
    assert not is_dangerous(step, label)
