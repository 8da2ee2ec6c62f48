"""Collects the states of programs as labelled screens."""

import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from model.data.collect.desktop.labelling import label_screen
from model.data.collect.desktop.looks import Look, environment, text_style, write_settings
from model.data.collect.desktop.programs import Program, is_reserved
from model.data.collect.desktop.stage import Screen, Stage
from model.data.collect.desktop.states import states
from model.data.collect.seen import Progress, pictures_in
from model.data.screens import LabelledScreen, Source, write_screen

OpenScreen = Callable[[int, int, str], AbstractContextManager[Screen]]
"""Opens a virtual screen: width and height in pixels, name of the window manager."""

_N_AT_ONCE = 2
_N_STARTS = 4  # Qt puts itself on the accessibility bus in some starts only
_N_TABS = 2
_MIN_ELEMENTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """A program in a look."""

    program: Program
    look: Look

    @property
    def stem(self) -> str:
        """What the names of its pictures begin with."""
        return f"{self.program.name}-{self.look.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    screen: LabelledScreen
    pixels: NDArray[np.uint8]
    dropped: Counter[str]


def collect_desktop(showings: Sequence[Showing], folder: Path, open_screen: OpenScreen) -> Iterator[Progress]:
    """Collect the states of programs; what the folder has already is skipped.

    Args:
        showings: what to show, and how.
        folder: where the screens go (``model.data.screens``).
        open_screen: makes the screens that the programs run on.

    Yields:
        Progress after each program.
    """
    pictures = pictures_in(folder)
    seen = {name.removesuffix("-start.png") for name in pictures if name.endswith("-start.png")}
    left = [showing for showing in showings if showing.stem not in seen]
    n_done = len(showings) - len(left)
    with ThreadPoolExecutor(_N_AT_ONCE) as pool:
        futures = {pool.submit(_show, showing, open_screen): showing for showing in left}
        try:
            for future in as_completed(futures):
                taken = future.result()
                dropped: Counter[str] = Counter()
                # The state that marks a program as done comes last.
                taken = [one for one in reversed(taken) if one.screen.picture not in pictures]
                for one in taken:
                    write_screen(folder, one.screen, one.pixels)
                    dropped += one.dropped
                n_done += 1
                yield Progress(
                    what=futures[future].stem,
                    n_done=n_done,
                    n_total=len(showings),
                    n_screens=len(taken),
                    n_elements=sum(len(one.screen.elements) for one in taken),
                    dropped=dropped,
                )
        finally:
            pool.shutdown(cancel_futures=True)


def _show(showing: Showing, open_screen: OpenScreen) -> list[_Taken]:
    if is_reserved(showing.program.name) or is_reserved(showing.program.command[0]):
        raise ValueError(f"{showing.program.name} is reserved for judging")
    return next((taken for taken in (_show_once(showing, open_screen) for _ in range(_N_STARTS)) if taken), [])


def _show_once(showing: Showing, open_screen: OpenScreen) -> list[_Taken]:
    look = showing.look
    width, height = look.size_px
    taken: list[_Taken] = []
    with open_screen(width, height, look.window_manager) as screen:
        write_settings(look, screen.home)
        stage = Stage(screen, showing.program.command, environment(look))
        stage.set_background(look.background)
        stage.start()
        if look.is_maximised:
            stage.maximise()
        if not stage.tree_when_there():
            return []
        for state in states(stage, n_tabs=_N_TABS, explores=True):
            pixels = np.asarray(Image.open(io.BytesIO(state.picture)).convert("RGB"))
            labelled = label_screen(
                state.everything, state.windows, pixels, scale=look.text_scale, style=text_style(look)
            )
            if len(labelled.elements) < _MIN_ELEMENTS:
                continue
            labelled_screen = LabelledScreen(
                picture=f"{showing.stem}-{state.name}.png",
                width_px=width,
                height_px=height,
                source=Source.DESKTOP,
                program=showing.program.name,
                theme=look.theme.name,
                scale=look.text_scale,
                elements=labelled.elements,
            )
            taken.append(_Taken(screen=labelled_screen, pixels=pixels, dropped=labelled.dropped))
    return taken
