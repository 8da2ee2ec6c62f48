"""Windows of real programs under two window managers."""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from Xlib import X, Xatom
from Xlib.display import Display
from Xlib.ext import shape

from agent.errors import WindowError
from agent.geometry import Point, Rect
from agent.virtual_screen import Program, VirtualScreen, end_program
from agent.windows import open_windows
from agent.windows._base import Window, WindowSystem

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module", params=["xfwm4", "openbox"])
def screen(request: pytest.FixtureRequest) -> Iterator[VirtualScreen]:
    with VirtualScreen(window_manager=request.param) as running:
        yield running


@pytest.fixture
def display_name(screen: VirtualScreen, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DISPLAY", screen.env["DISPLAY"])
    return screen.env["DISPLAY"]


@pytest.fixture
def windows(display_name: str) -> Iterator[WindowSystem]:
    opened = open_windows()
    yield opened
    opened.close()


@pytest.fixture
def editor(screen: VirtualScreen, windows: WindowSystem) -> Iterator[Window]:
    with running(screen, windows, "l3afpad") as window:
        yield window


@pytest.fixture
def terminal(screen: VirtualScreen, windows: WindowSystem) -> Iterator[Window]:
    with running(screen, windows, "xterm", "-geometry", "60x12+500+300") as window:
        yield window


@contextmanager
def running(screen: VirtualScreen, windows: WindowSystem, *command: str) -> Iterator[Window]:
    program = screen.start(*command)
    wait_until(lambda: of(windows, program) is not None)
    window = of(windows, program)
    assert window is not None
    windows.activate(window)
    yield window
    end_program(program)
    wait_until(lambda: all(each.pid != program.pid for each in windows.windows(include_hidden=True)))


def of(windows: WindowSystem, program: Program) -> Window | None:
    return next((window for window in windows.windows() if window.pid == program.pid), None)


@contextmanager
def overlay(bounds: Rect, *, is_click_through: bool) -> Iterator[int]:
    """A window over everything that no window manager manages."""
    display = Display()
    window = display.screen().root.create_window(
        int(bounds.left),
        int(bounds.top),
        int(bounds.width),
        int(bounds.height),
        0,
        X.CopyFromParent,
        override_redirect=True,
        background_pixel=0x00FF00,
    )
    if is_click_through:
        window.shape_rectangles(shape.SO.Set, shape.SK.Input, X.Unsorted, 0, 0, [])
    window.map()
    display.sync()
    try:
        yield window.id
    finally:
        window.destroy()
        display.sync()
        display.close()


def wait_until(is_true: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + 20
    while not is_true():
        assert time.monotonic() < deadline_s, "it did not come true in time"
        time.sleep(0.02)


def told_bounds(screen: VirtualScreen, window: Window) -> Rect:
    """What another program says about the window."""
    told = subprocess.run(
        ["xwininfo", "-id", str(window.window_id)], env=screen.env, capture_output=True, text=True, check=True
    ).stdout
    numbers = {line.partition(":")[0].strip(): line.partition(":")[2].strip() for line in told.splitlines()}
    return Rect(
        left=int(numbers["Absolute upper-left X"]),
        top=int(numbers["Absolute upper-left Y"]),
        width=int(numbers["Width"]),
        height=int(numbers["Height"]),
    )


def xdotool(screen: VirtualScreen, *command: str) -> None:
    subprocess.run(["xdotool", *command], env=screen.env, check=True)


def test_windows_are_listed_topmost_first(windows: WindowSystem, editor: Window, terminal: Window) -> None:
    assert [window.window_id for window in windows.windows()] == [terminal.window_id, editor.window_id]
    assert (editor.title, editor.app, editor.is_dialog) == ("(Untitled)", "L3afpad", False)
    assert terminal.app == "XTerm"
    windows.activate(editor)
    assert [window.window_id for window in windows.windows()] == [editor.window_id, terminal.window_id]


def test_activating_gives_the_focus(windows: WindowSystem, editor: Window, terminal: Window) -> None:
    for window in (editor, terminal, editor):
        windows.activate(window)
        active = windows.active()
        assert active is not None
        assert active.window_id == window.window_id


def test_a_minimised_window_is_hidden_and_comes_back(
    screen: VirtualScreen, windows: WindowSystem, editor: Window
) -> None:
    xdotool(screen, "windowminimize", str(editor.window_id))
    wait_until(lambda: windows.windows() == ())
    assert [window.window_id for window in windows.windows(include_hidden=True)] == [editor.window_id]
    windows.activate(editor)
    assert [window.window_id for window in windows.windows()] == [editor.window_id]


def test_bounds_are_those_of_the_client_area(screen: VirtualScreen, windows: WindowSystem, terminal: Window) -> None:
    xdotool(screen, "windowmove", "--sync", str(terminal.window_id), "333", "222")
    wait_until(lambda: windows.windows()[0].bounds_pt != terminal.bounds_pt)
    assert windows.windows()[0].bounds_pt == told_bounds(screen, terminal)


def test_the_shadow_that_a_program_draws_is_outside_the_bounds(
    screen: VirtualScreen, windows: WindowSystem, terminal: Window
) -> None:
    extents = ("-f", "_GTK_FRAME_EXTENTS", "32c", "-set", "_GTK_FRAME_EXTENTS", "10, 11, 12, 13")
    subprocess.run(["xprop", "-id", str(terminal.window_id), *extents], env=screen.env, check=True)

    def is_without_shadow() -> bool:
        whole = told_bounds(screen, terminal)
        return windows.windows()[0].bounds_pt == Rect(
            left=whole.left + 10, top=whole.top + 12, width=whole.width - 21, height=whole.height - 25
        )

    wait_until(is_without_shadow)  # the window manager may move the window for it


def test_closing_ends_the_program(windows: WindowSystem, screen: VirtualScreen, display_name: str) -> None:
    program = screen.start("l3afpad")
    wait_until(lambda: of(windows, program) is not None)
    window = of(windows, program)
    assert window is not None
    windows.close_window(window)
    program.wait(20)
    wait_until(lambda: windows.windows(include_hidden=True) == ())
    for use in (windows.activate, windows.close_window):
        with pytest.raises(WindowError, match="not there any more"):
            use(window)


def test_a_title_may_be_in_any_script(screen: VirtualScreen, windows: WindowSystem, editor: Window) -> None:
    xdotool(screen, "set_window", "--name", "Grüße 你好 🙂", str(editor.window_id))
    wait_until(lambda: windows.windows()[0].title == "Grüße 你好 🙂")


def test_a_point_belongs_to_the_topmost_window(windows: WindowSystem, editor: Window, terminal: Window) -> None:
    inside_both = terminal.bounds_pt.intersection(editor.bounds_pt)
    if inside_both is not None:
        for window in (editor, terminal):
            windows.activate(window)
            wait_until(lambda window=window: id_at(windows, inside_both.center) == window.window_id)
    assert id_at(windows, terminal.bounds_pt.center) == terminal.window_id


def test_a_title_bar_belongs_to_its_window(windows: WindowSystem, terminal: Window) -> None:
    bounds_pt = terminal.bounds_pt
    assert id_at(windows, Point(bounds_pt.center.x, bounds_pt.top - 8)) == terminal.window_id


def test_the_desktop_belongs_to_nobody(windows: WindowSystem) -> None:
    assert windows.window_at(Point(1270, 790)) is None


def test_a_click_through_overlay_is_never_hit(windows: WindowSystem, terminal: Window) -> None:
    whole = Rect(left=0, top=0, width=1280, height=800)
    with overlay(whole, is_click_through=True):
        assert id_at(windows, terminal.bounds_pt.center) == terminal.window_id
        assert windows.window_at(Point(1270, 790)) is None
    with overlay(whole, is_click_through=False) as overlay_id:
        hit = windows.window_at(terminal.bounds_pt.center)
        assert hit is not None
        assert hit.window_id == overlay_id
        assert windows.is_own(hit)


@pytest.mark.parametrize("kind", ["TOOLTIP", "NOTIFICATION"])
def test_tooltips_and_notifications_are_told(windows: WindowSystem, kind: str) -> None:
    assert windows.passing_pt() == ()
    display = Display()
    window = display.screen().root.create_window(
        300, 200, 120, 24, 0, X.CopyFromParent, override_redirect=True, background_pixel=0xFFFFE0
    )
    name = display.get_atom("_NET_WM_WINDOW_TYPE")
    window.change_property(name, Xatom.ATOM, 32, [display.get_atom(f"_NET_WM_WINDOW_TYPE_{kind}")])
    window.map()
    display.sync()
    (place,) = windows.passing_pt()
    assert place.intersection(Rect(left=300, top=200, width=120, height=24)) is not None
    window.destroy()
    display.close()
    wait_until(lambda: windows.passing_pt() == ())


def test_an_open_menu_gets_the_click(screen: VirtualScreen, windows: WindowSystem, editor: Window) -> None:
    in_menu = Point(editor.bounds_pt.left + 40, editor.bounds_pt.top + 90)
    assert id_at(windows, in_menu) == editor.window_id
    xdotool(screen, "key", "alt+f")
    wait_until(lambda: id_at(windows, in_menu) != editor.window_id)
    menu = windows.window_at(in_menu)
    assert menu is not None
    assert menu.pid == editor.pid
    assert menu.bounds_pt.contains(in_menu)
    assert menu.window_id not in [window.window_id for window in windows.windows()]
    xdotool(screen, "key", "Escape")
    wait_until(lambda: id_at(windows, in_menu) == editor.window_id)


def test_a_dialog_is_told_apart_and_counts_as_its_window(
    screen: VirtualScreen, windows: WindowSystem, editor: Window
) -> None:
    xdotool(screen, "key", "ctrl+o")
    wait_until(lambda: len(windows.windows()) == 2)
    dialog = windows.windows()[0]
    assert dialog.is_dialog
    assert dialog.pid == editor.pid
    windows.activate(editor)  # the dialog is modal and keeps the focus
    windows.close_window(dialog)
    wait_until(lambda: len(windows.windows()) == 1)


def test_own_windows_are_left_out(display_name: str, windows: WindowSystem, editor: Window) -> None:
    ours = open_windows(lambda: frozenset({editor.pid or 0}))
    assert ours.windows() == ()
    assert ours.active() is None
    hit = ours.window_at(editor.bounds_pt.center)
    assert hit is not None
    assert ours.is_own(hit)
    assert not windows.is_own(hit)
    ours.close()


def test_windows_of_our_other_processes_are_ours(screen: VirtualScreen, windows: WindowSystem) -> None:
    program = screen.start("xterm", "-class", "Foveal", "-geometry", "60x12+500+300")
    place = Point(560, 380)
    wait_until(lambda: windows.window_at(place) is not None)
    hit = windows.window_at(place)
    assert hit is not None
    assert hit.pid == program.pid
    assert windows.is_own(hit)
    assert windows.windows(include_hidden=True) == ()
    end_program(program)
    wait_until(lambda: windows.window_at(place) is None)


def test_without_a_window_manager_points_still_have_owners(monkeypatch: pytest.MonkeyPatch) -> None:
    with VirtualScreen(640, 480, window_manager="openbox") as screen:
        monkeypatch.setenv("DISPLAY", screen.env["DISPLAY"])
        windows = open_windows()
        assert windows.is_available()
        subprocess.run(["openbox", "--exit"], env=screen.env, check=True)
        wait_until(lambda: not windows.is_available())
        with pytest.raises(WindowError, match="No window manager"):
            windows.windows()
        with overlay(Rect(left=10, top=10, width=50, height=50), is_click_through=False) as window_id:
            assert id_at(windows, Point(20, 20)) == window_id
        windows.close()


def test_a_display_that_dies_is_told_with_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    with VirtualScreen(640, 480, window_manager="openbox") as screen:
        monkeypatch.setenv("DISPLAY", screen.env["DISPLAY"])
        windows = open_windows()
    with pytest.raises(WindowError, match="does not answer"):
        windows.windows()
    assert not windows.is_available()
    windows.close()


def id_at(windows: WindowSystem, point_pt: Point) -> int | None:
    window = windows.window_at(point_pt)
    return None if window is None else window.window_id
