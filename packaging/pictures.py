"""Makes docs/pictures anew: the real program, doing real things to real programs, on a virtual screen.

Run it with ``make pictures``; the tests' packages are needed (l3afpad, zim, qalculate-gtk).
"""

import argparse
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from app.single_instance import Word
from app.stage import Stage, open_stage

_SIZE_PX = (1280, 800)
_FADED_IN_S = 0.9
_READ_S = 2.5  # the first look at a screen, on a busy machine
_COUNTDOWN_S = 3.0
_LETTER_NAME = "letter to Ada.txt"
_EDITOR = "l3afpad"
_PLACE = "0,140,70,1000,620"  # gravity, left, top, width, height: wmctrl's order
_LETTER = """Dear Ada,

the telescope arrived on Tuesday. We set it up behind the barn, where no lamp
reaches, and saw the rings at once.

Bring the star chart and the small lens when you come. The large one is here.

Yours, Grace
"""
_GUESTS_NAME = "guests.txt"
_GUESTS = """Ada\t\tyes\t\tvegetarian

Grace\t\tyes\t\tbrings the lens

Hedy\t\tno\t\tin Vienna
"""


def main() -> None:
    """Make all pictures, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(_PICTURES)}; default: all")
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "docs" / "pictures")
    arguments = parser.parse_args()
    if unknown := sorted(set(arguments.names) - set(_PICTURES)):
        parser.error(f"there is no picture named {', '.join(unknown)}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in arguments.names or _PICTURES:
        path = arguments.out / f"{name}.png"
        _PICTURES[name](path)
        _make_small(path)
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB", flush=True)


def _command(path: Path) -> None:
    """The bar, and the heat that follows what is typed."""
    with _open(_EDITOR, _LETTER_NAME) as stage:
        stage.start_tray()
        stage.type("click Search")
        stage.save_picture(path, _READ_S)


def _step(path: Path) -> None:
    """A step before it is done."""
    with _open(_EDITOR, _LETTER_NAME) as stage:
        stage.start_tray()
        stage.type('click File, then click "Save As…"')
        for record in stage.run_typed():
            if record.event == "previewed" and record.data["step_idx"] == 1:
                stage.save_picture(path, _FADED_IN_S)


def _done(path: Path) -> None:
    """The panel after a run."""
    with _open(_EDITOR, _LETTER_NAME) as stage:
        stage.start_tray()
        stage.type('click File, click "Save As…", set Name to letter.txt, press Enter')
        for record in stage.run_typed():
            if record.event == "run_finished":
                stage.save_picture(path, 0.4)


def _unsure(path: Path) -> None:
    """Several places fit equally well."""
    with _open(_EDITOR, _GUESTS_NAME) as stage:
        stage.start_tray()
        stage.type("double-click yes")
        for record in stage.run_typed():
            if record.event == "previewed":
                stage.save_picture(path, _FADED_IN_S)
                stage.press("esc")


def _not_found(path: Path) -> None:
    """What is not there is not clicked."""
    with _open(_EDITOR, _LETTER_NAME) as stage:
        stage.start_tray()
        stage.press("esc")
        stage.open_bar(Word.GROUND)
        stage.type("the Download button")
        stage.press("enter")
        stage.save_picture(path, _READ_S)


def _heatmap(path: Path) -> None:
    """What ``foveal ground --heatmap`` writes."""
    with _open("qalculate-gtk"):
        subprocess.run(
            [sys.executable, "-m", "app", "ground", "screen", "the sin button", "--heatmap", str(path)],
            cwd=Path(__file__).parents[1],
            check=True,
        )


@contextmanager
def _open(*command: str) -> Iterator[Stage]:
    with open_stage(*_SIZE_PX, {"countdown_s": _COUNTDOWN_S}) as stage:
        (stage.screen.home / _LETTER_NAME).write_text(_LETTER)
        (stage.screen.home / _GUESTS_NAME).write_text(_GUESTS)
        stage.open_program(*command)
        subprocess.run(["wmctrl", "-r", ":ACTIVE:", "-e", _PLACE], check=True)
        yield stage


def _make_small(path: Path) -> None:
    """A palette of 256 colours: a quarter of the size, and small things in strong colours keep theirs."""
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


_PICTURES: dict[str, Callable[[Path], None]] = {
    "command": _command,
    "step": _step,
    "unsure": _unsure,
    "not-found": _not_found,
    "done": _done,
    "heatmap": _heatmap,
}

if __name__ == "__main__":
    main()
