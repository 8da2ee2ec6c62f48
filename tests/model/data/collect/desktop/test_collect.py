"""A real program on a real virtual screen."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent.virtual_screen import VirtualScreen
from model.data.collect.desktop.collect import Showing, collect_desktop
from model.data.collect.desktop.looks import THEMES, Look
from model.data.collect.desktop.programs import Program, find_programs
from model.data.collect.desktop.requirements import installed, require_tools
from model.data.collect.desktop.stage import Screen
from model.data.screens import read_screens, screen_pixels
from model.errors import CollectError
from model.grounder import ElementKind

LOOK = Look(
    theme=THEMES[0],
    size_px=(1024, 768),
    text_scale=1.0,
    window_manager="openbox",
    is_maximised=False,
    background="#336699",
)


@contextmanager
def _open_screen(width_px: int, height_px: int, window_manager: str) -> Iterator[Screen]:
    with VirtualScreen(width_px, height_px, window_manager=window_manager) as screen:
        yield screen


@pytest.mark.e2e
def test_an_editor_is_collected_once(tmp_path: Path) -> None:
    require_tools()
    showings = [Showing(program=find_programs(["l3afpad"])[0], look=LOOK)]
    (step,) = collect_desktop(showings, tmp_path, _open_screen)
    screens = list(read_screens(tmp_path))
    assert step.n_screens == len(screens) >= 3
    start = next(screen for screen in screens if screen.picture.endswith("-start.png"))
    assert screen_pixels(tmp_path, start).shape == (768, 1024, 3)
    names = {element.name for element in start.elements if element.kind is ElementKind.MENU}
    assert {"File", "Edit", "Help"} <= names
    opened = {element.name for screen in screens for element in screen.elements if "menu0" in screen.picture}
    assert {"Open...", "Save As..."} <= {name.replace("…", "...") for name in opened}
    assert list(collect_desktop(showings, tmp_path, _open_screen)) == []


def test_a_reserved_program_is_not_shown_even_if_it_is_made_up(tmp_path: Path) -> None:
    program = Program(name="other", command=("/usr/bin/gimp",), package="other")
    with pytest.raises(ValueError, match="reserved for judging"):
        list(collect_desktop([Showing(program=program, look=LOOK)], tmp_path, _open_screen))


def test_missing_programs_are_named_with_their_packages() -> None:
    program = Program(name="no-such", command=("no-such-program",), package="no-such-package")
    with pytest.raises(CollectError) as caught:
        installed([program])
    assert "no-such-package" in caught.value.hint


def test_missing_tools_are_named_with_their_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CollectError) as caught:
        require_tools()
    assert "xdotool" in caught.value.hint
    assert "imagemagick" in caught.value.hint
