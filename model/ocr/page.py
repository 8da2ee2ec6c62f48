"""What was read off a screen, before anybody asks about it: lines of words, and the shapes of controls."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from model.grounder import Box, ElementKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word with its box."""

    bbox: Box
    text: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Words that belong together, left to right: one label, one menu entry, one line of a text.

    Entries of a menu bar or a row of buttons are lines of their own; what separates them is a gap wider than the
    spaces of the font, or an edge between them.
    """

    bbox: Box
    words: tuple[Word, ...]
    score: float

    @property
    def text(self) -> str:
        """The words, joined by spaces."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A shape that looks like something to click or to type into.

    Attributes:
        bbox: outline of the shape.
        kind: what it looks like (BUTTON, FIELD, CHECKBOX, RADIO, TAB, ICON or OTHER).
        line_idxs: the lines that lie inside it.
        is_checked: for a checkbox or radio: whether it is on; None for others or when one cannot tell.
        score: confidence of the kind in [0, 1].
        meaning: what its icon means, as a unit vector in the text encoder's space; None if it shows none, or nobody
            can tell.
    """

    bbox: Box
    kind: ElementKind
    line_idxs: tuple[int, ...] = ()
    is_checked: bool | None = None
    score: float = 1.0
    meaning: NDArray[np.float32] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A screen, read.

    Attributes:
        width_px, height_px: size of the picture.
        lines: everything written, in reading order.
        controls: everything shaped like a control, in reading order.
        panes: outlines of windows, dialogs and panels, largest first; what "in the … dialog" refers to.
    """

    width_px: int
    height_px: int
    lines: tuple[Line, ...]
    controls: tuple[Control, ...]
    panes: tuple[Box, ...] = ()
