"""The programs of the end-to-end tests start, are in view, and what is checked of them can be read.

A person's part is played by xdotool.
"""

from collections.abc import Iterator

import pytest

from agent.virtual_screen import VirtualScreen, end_program
from tests.e2e._checks import has_file, has_note, is_file, page_has
from tests.e2e._page import page_server
from tests.e2e._programs import PROGRAMS, RunningProgram, start
from tests.e2e._windows import pixels_of, send_keys, wait_until, wait_until_drawn

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def screen() -> Iterator[VirtualScreen]:
    with VirtualScreen(1280, 800) as running:
        yield running


def end(program: RunningProgram) -> None:
    end_program(program.process)
    wait_until(lambda: not program.is_open, f"{program.name} is closed")


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name != "chromium"])
def test_starts_without_a_dialog_in_front(screen: VirtualScreen, name: str) -> None:
    program = start(screen, name)
    assert program.is_open
    assert program.titles == (program.title,)
    end(program)


@pytest.mark.parametrize("name", ["l3afpad", "juffed"])
def test_document_can_be_read(screen: VirtualScreen, name: str) -> None:
    program = start(screen, name)
    send_keys(screen, "a", "space", "space", "B", "Return", "c")
    assert program.document_text() == "a  B\nc"
    end(program)


def test_editor_opens_a_file(screen: VirtualScreen) -> None:
    (screen.home / "draft.txt").write_text("as it was\n")
    program = start(screen, "l3afpad", arguments=("draft.txt",))
    assert program.document_text() == "as it was"
    send_keys(screen, "x", "ctrl+s")
    wait_until(lambda: has_file("draft.txt", "x")(program), "the file is saved")
    end(program)


@pytest.mark.parametrize(("name", "copy_result"), [("speedcrunch", "ctrl+r"), ("qalculate-gtk", "ctrl+alt+c")])
def test_result_can_be_read(screen: VirtualScreen, name: str, copy_result: str) -> None:
    program = start(screen, name)
    send_keys(screen, "6", "asterisk", "7", "Return")
    wait_until(lambda: program.copied_with(copy_result) == "42", "the result is 42")
    end(program)


def test_file_manager_makes_a_folder(screen: VirtualScreen) -> None:
    program = start(screen, "xfe")
    send_keys(screen, "F7")
    wait_until(lambda: "New Folder" in program.titles, "the dialog is there")
    send_keys(screen, "o", "l", "d", "Return")
    wait_until(lambda: is_file("old")(program), "the folder is there")
    end(program)


def test_note_is_saved(screen: VirtualScreen) -> None:
    program = start(screen, "gnote")
    before = pixels_of(screen, program.window_id)

    def has_new_note() -> bool:
        send_keys(screen, "ctrl+n")
        return pixels_of(screen, program.window_id) != before

    wait_until(has_new_note, "a new note is open")
    wait_until_drawn(screen, program.window_id)
    send_keys(screen, "t", "e", "a")
    wait_until(lambda: has_note("tea")(program), "the note is on the disk")
    end(program)


def test_page_tells_what_happens_on_it(screen: VirtualScreen) -> None:
    with page_server() as page:
        program = start(screen, "chromium", page=page)
        wait_until(lambda: page_has(name="", city="Oslo")(program), "the page has spoken")
        send_keys(screen, "Tab", "H", "i", "Return")
        wait_until(lambda: page_has(name="Hi", submitted=True)(program), "the form is sent")
        wait_until(lambda: "sent" in program.title, "the title says so")
        end(program)
