"""Text typed into real programs, read back from what they saved or show."""

import subprocess
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import Xlib.display
import Xlib.error
from Xlib import Xatom

from agent.control import open_control
from agent.control._base import DesktopControl
from agent.geometry import Point
from agent.types import Click, PressKeys, TypeText
from agent.virtual_screen import VirtualScreen, end_program
from tests.fakes.acting import acting_on_screen, new_stop, wait_until, xdotool

pytestmark = pytest.mark.e2e
PLACE = Point(300, 300)
LATIN = "Grüße, ß@€{}[]\\|~^`'\" Łódź ăîșț"
SCRIPTS = "你好 e\u0301 שלום مرحبا ЖЯ Ελλάδα 한국어 ไทย"
# More different characters than a layout has spare keycodes.
MANY = "永字八法天地玄黃宇宙洪荒日月盈昃辰宿列張寒來暑往秋收冬藏閏餘成歲律呂調陽雲騰致雨露結為霜" * 2
EMOJI = "🙂 👩\u200d👩\u200d👧"
TEXT = f"{LATIN}\n\t{SCRIPTS}\n{EMOJI}\n{MANY}"
PAGE = """<meta charset=utf8><title>page</title>
<textarea autofocus style="position:fixed;inset:0;width:100%" oninput="document.title = encodeURIComponent(this.value)"
 onkeydown="if (event.key == 'Tab') { event.preventDefault(); document.execCommand('insertText', false, '\\t') }">
</textarea><script>document.querySelector('textarea').onfocus = () => document.title = 'focused'</script>"""


@pytest.fixture(scope="module")
def screen() -> Iterator[VirtualScreen]:
    with acting_on_screen() as screen:
        yield screen


@pytest.fixture
def control(screen: VirtualScreen) -> Iterator[DesktopControl]:
    control = open_control(new_stop())
    yield control
    control.close()


def active_title() -> str:
    display = Xlib.display.Display()
    try:
        root = display.screen().root
        active = root.get_full_property(display.intern_atom("_NET_ACTIVE_WINDOW"), Xatom.WINDOW)
        if active is None or not active.value[0]:
            return ""
        window = display.create_resource_object("window", active.value[0])
        title = window.get_full_property(display.intern_atom("_NET_WM_NAME"), display.intern_atom("UTF8_STRING"))
        return title.value.decode() if title else window.get_wm_name() or ""
    except Xlib.error.BadWindow:  # closed just now
        return ""
    finally:
        display.close()


def typed_into_editor(screen: VirtualScreen, control: DesktopControl, editor: str, text: str) -> str:
    """What the editor saved."""
    path = screen.home / f"{editor}.txt"
    path.write_text("")
    program = screen.start(editor, str(path))
    try:
        wait_until(lambda: path.name in active_title())
        control.perform(Click(at_pt=PLACE))
        control.perform(TypeText(text=text))
        control.perform(PressKeys(keys=("ctrl", "s")))
        wait_until(lambda: path.stat().st_size)
    finally:
        end_program(program)
    return path.read_text().removesuffix("\n")


def test_gtk(screen: VirtualScreen, control: DesktopControl) -> None:
    assert typed_into_editor(screen, control, "l3afpad", TEXT) == TEXT


def test_qt(screen: VirtualScreen, control: DesktopControl) -> None:
    # No tab at a line's start: this editor indents the next line alike.
    text = TEXT.replace("\n\t", "\n.\t")
    assert typed_into_editor(screen, control, "juffed", text) == text


def test_pasting_puts_the_clipboard_back(screen: VirtualScreen, control: DesktopControl) -> None:
    """Text and another format, one of them longer than one X11 request."""
    for target, data in (("UTF8_STRING", "was here ä".encode()), ("image/png", b"\x89PNG" + bytes(range(256)) * 3000)):
        subprocess.run(["xclip", "-selection", "clipboard", "-t", target], input=data, check=True)
        text = f"a{EMOJI}b{EMOJI}"
        assert typed_into_editor(screen, control, "juffed", text) == text
        read = subprocess.run(
            ["xclip", "-selection", "clipboard", "-o", "-t", target], check=True, capture_output=True, timeout=20
        )
        assert read.stdout == data


def test_terminal(screen: VirtualScreen, control: DesktopControl, tmp_path: Path) -> None:
    path = tmp_path / "typed.txt"
    program = screen.start("xterm", "-u8", "-T", "typing", "-e", "sh", "-c", f"stty -echo; cat > {path}")
    wait_until(lambda: path.exists() and active_title() == "typing")
    control.perform(TypeText(text=TEXT + "\n"))
    control.perform(PressKeys(keys=("ctrl", "d")))
    program.wait(20)
    assert path.read_text() == TEXT + "\n"


def test_browser(screen: VirtualScreen, control: DesktopControl) -> None:
    page = screen.home / "page.html"
    page.write_text(PAGE)
    flags = ("--no-sandbox", "--no-first-run", "--disable-gpu", "--password-store=basic")
    program = screen.start("chromium", *flags, f"--app=file://{page}")
    try:
        wait_until(lambda: active_title() in ("page", "focused"))
        control.perform(Click(at_pt=PLACE))
        wait_until(lambda: active_title() == "focused")
        control.perform(TypeText(text=TEXT))
        _wait_for_text(lambda: urllib.parse.unquote(active_title()), TEXT)
    finally:
        end_program(program)


def test_caps_lock_changes_nothing(screen: VirtualScreen, control: DesktopControl) -> None:
    xdotool("key", "Caps_Lock")
    try:
        text = "Aa Éé ĄĄ ss"
        assert typed_into_editor(screen, control, "l3afpad", text) == text
    finally:
        xdotool("key", "Caps_Lock")


def _wait_for_text(read: Callable[[], str], text: str) -> None:
    try:
        wait_until(lambda: read() == text, 15.0)
    except AssertionError:
        assert read() == text
