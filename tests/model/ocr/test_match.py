"""Instructions against hand-made pages: which target is meant, or none."""

from collections.abc import Callable

import pytest

from model.ocr.page import Page
from tests.model.ocr import pages
from tests.model.ocr.asking import assert_absent, assert_found, rank

Where = tuple[float, float]
"""A point that lies in what is meant, and in nothing smaller."""

FOUND: list[tuple[Callable[[], Page], str, Where]] = [
    # by name
    (pages.editor, "File", (20, 48)),
    (pages.editor, "the File menu", (20, 48)),
    (pages.editor, "click on Help", (290, 48)),
    (pages.editor, "open the Edit menu", (80, 48)),
    (pages.editor, "please press 'Search'", (135, 48)),
    (pages.editor, "menu Options", (220, 48)),
    (pages.editor, "the text area", (640, 430)),
    (pages.editor, "the close button", (1248, 14)),
    (pages.editor, "minimize the window", (1188, 14)),
    (pages.editor, "the third icon from the left in the toolbar", (102, 78)),
    (pages.editor, "the rightmost icon in the top right corner", (1248, 14)),
    (pages.editor, "UTF-8", (1080, 784)),
    (pages.file_menu, "Save", (36, 134)),
    (pages.file_menu, "Save As…", (50, 162)),
    (pages.file_menu, "save as", (50, 162)),
    (pages.file_menu, "Save As...", (50, 162)),
    (pages.file_menu, "SAVE ALL", (50, 190)),
    (pages.file_menu, "Print", (40, 246)),
    (pages.file_menu, "Open", (40, 106)),
    (pages.file_menu, "select 'Print Preview' from the menu", (70, 218)),
    (pages.file_menu, "the Quit menu item", (36, 302)),
    (pages.file_menu, "the entry below Save All", (70, 218)),
    (pages.file_menu, "exit the program", (36, 302)),
    (pages.file_menu, "Prnt Preview", (70, 218)),
    # fields and their labels
    (pages.save_dialog, "the Name field", (650, 205)),
    (pages.save_dialog, "type into the Name field", (650, 205)),
    (pages.save_dialog, "type 'report.txt' into Name", (650, 205)),
    (pages.save_dialog, "Name:", (650, 205)),
    (pages.save_dialog, "the field next to Name", (650, 205)),
    (pages.save_dialog, "the Name column header", (516, 298)),
    (pages.save_dialog, "Save", (890, 591)),
    (pages.save_dialog, "the Save button", (890, 591)),
    (pages.save_dialog, "the Cancel button in the Save As dialog", (800, 591)),
    (pages.save_dialog, "report.txt", (540, 354)),
    (pages.save_dialog, "double-click report2.txt", (544, 382)),
    (pages.save_dialog, "the button left of Save", (800, 591)),
    (pages.save_dialog, "Downloads", (350, 382)),
    (pages.save_dialog, "the character coding drop-down", (560, 549)),
    (pages.form, "the first name field", (330, 95)),
    (pages.form, "the last name field", (330, 145)),
    (pages.form, "the email field", (330, 195)),
    (pages.form, "your e-mail", (330, 195)),
    (pages.form, "the password field", (260, 265)),
    (pages.form, "the search box", (260, 325)),
    (pages.form, "the comment box", (260, 450)),
    (pages.form, "the field below Password", (260, 265)),
    (pages.form, "the text area", (260, 450)),
    (pages.form, "the checkbox 'Remember me'", (48, 558)),
    (pages.form, "tick Remember me", (48, 558)),
    (pages.form, "check the box next to Remember me", (48, 558)),
    (pages.form, "the newsletter checkbox", (48, 588)),
    (pages.form, "the second checkbox", (48, 588)),
    (pages.form, "the radio button labelled Medium", (168, 628)),
    (pages.form, "the last radio button", (288, 628)),
    (pages.form, "select Large", (288, 628)),
    (pages.form, "register", (88, 686)),
    (pages.form, "the Reset button", (216, 686)),
    (pages.form, "the link 'Forgot password?'", (90, 738)),
    (pages.form, "recover my password", (90, 738)),
    (pages.form, "the button to the right of Sign up", (216, 686)),
    # which of several
    (pages.two_dialogs, "the OK button in the Find dialog", (324, 366)),
    (pages.two_dialogs, "the OK button in the Print dialog", (964, 366)),
    (pages.two_dialogs, "in the Print dialog, click Cancel", (1080, 366)),
    (pages.two_dialogs, "the second OK button", (964, 366)),
    (pages.two_dialogs, "the first OK button", (324, 366)),
    (pages.two_dialogs, "the last Cancel button", (1080, 366)),
    (pages.two_dialogs, "the OK button on the right", (964, 366)),
    (pages.two_dialogs, "Print in colour", (668, 228)),
    (pages.two_dialogs, "the copies field", (830, 175)),
    (pages.two_dialogs, "the Match case checkbox", (88, 228)),
    (pages.file_list, "the Delete button in the row of report.txt", (860, 146)),
    (pages.file_list, "the Rename button next to photo.png", (740, 206)),
    (pages.file_list, "the third Open button", (632, 206)),
    (pages.file_list, "the first tab", (74, 416)),
    (pages.file_list, "the Fonts tab", (166, 416)),
    (pages.file_list, "the tab between General and Shortcuts", (166, 416)),
    (pages.file_list, "the last tab", (280, 416)),
    # symbols and digits
    (pages.calculator, "5", (106, 176)),
    (pages.calculator, "the 7 button", (30, 116)),
    (pages.calculator, "press seven", (30, 116)),
    (pages.calculator, "plus", (258, 296)),
    (pages.calculator, "the multiplication sign", (258, 176)),
    (pages.calculator, "divided by", (258, 116)),
    (pages.calculator, "=", (182, 296)),
    (pages.calculator, "the equals button", (182, 296)),
    (pages.calculator, "C", (334, 116)),
    (pages.calculator, "clear", (334, 116)),
    (pages.calculator, "square root", (334, 296)),
    (pages.calculator, "-", (258, 236)),
]

ABSENT: list[tuple[Callable[[], Page], str]] = [
    (pages.editor, "Save"),
    (pages.editor, "the Cancel button"),
    (pages.editor, "Format"),
    (pages.editor, "the shopping cart"),
    (pages.editor, "the checkbox"),
    (pages.editor, "Tools"),
    (pages.editor, "'Preferences'"),
    (pages.file_menu, "Paste"),
    (pages.file_menu, "the password field"),
    (pages.file_menu, "Help me choose a colour"),
    (pages.save_dialog, "report3.txt"),
    (pages.save_dialog, "Replace"),
    (pages.save_dialog, "the third Save button"),
    (pages.save_dialog, "Point"),
    (pages.form, "the phone number field"),
    (pages.form, "Add to cart"),
    (pages.form, "the Delete button"),
    (pages.form, "the fourth radio button"),
    (pages.two_dialogs, "Off"),
    (pages.two_dialogs, "No"),
    (pages.two_dialogs, "Replace All"),
    (pages.two_dialogs, "the third OK button"),
    (pages.file_list, "Upload"),
    (pages.file_list, "the Colours tab"),
    (pages.file_list, "music.mp3"),
    (pages.calculator, "percent"),
    (pages.calculator, "sin"),
    (pages.calculator, "AC"),
    (pages.calculator, "the File menu"),
]


@pytest.mark.parametrize(("make", "instruction", "where"), FOUND, ids=[f"{m.__name__}: {i}" for m, i, _ in FOUND])
def test_finds_what_is_meant(make: Callable[[], Page], instruction: str, where: Where) -> None:
    assert_found(make, instruction, where)


@pytest.mark.parametrize(("make", "instruction"), ABSENT, ids=[f"{m.__name__}: {i}" for m, i in ABSENT])
def test_rejects_what_is_not_there(make: Callable[[], Page], instruction: str) -> None:
    assert_absent(make, instruction)


def test_equal_names_score_nearly_the_same() -> None:
    ranked = rank(pages.two_dialogs, "OK")
    assert [match.target.label for match in ranked[:2]] == ["OK", "OK"]
    assert ranked[0].score - ranked[1].score < 0.03
