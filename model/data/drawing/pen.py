"""The pen that draws a window: text and icons in its theme, and their labels."""

import random
from dataclasses import dataclass

import numpy as np

from model.data.boxes import PixelBox
from model.data.drawing.canvas import Canvas
from model.data.drawing.colours import Colour, contrast
from model.data.drawing.fonts import FontShelf
from model.data.drawing.icons.bank import BankIcon, IconBank
from model.data.drawing.ledger import Ledger
from model.data.drawing.lettering import TextStyle, draw_text
from model.data.drawing.phrases import Command, PhraseBook
from model.data.drawing.themes import Theme
from model.data.screens import LabelledElement
from model.grounder import ElementKind

_LEAST_ICON_CONTRAST = 1.7
_OUTLINE_COVERAGE = 0.35
"""An icon that covers less of its square is told by its outline alone."""
_N_TRIES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What drawings are made from."""

    fonts: FontShelf
    icons: IconBank
    phrases: PhraseBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """Draws in the theme of one window, and enters what it drew into the ledger.

    Attributes:
        canvas, ledger: on which, and where labels go.
        rng: every choice comes from it.
        kit: fonts, icons and phrases.
        theme: of the window.
        pack: the icon pack that the program uses.
        window: title of the window.
    """

    canvas: Canvas
    ledger: Ledger
    rng: random.Random
    kit: Kit
    theme: Theme
    pack: str
    window: str

    def chance(self, share: float) -> bool:
        """True as often as the share says."""
        return self.rng.random() < share

    def text(
        self,
        x: int,
        y: int,
        text: str,
        style: TextStyle,
        colour: Colour,
        *,
        width_px: int = 10_000,
        opacity: float = 1.0,
    ) -> PixelBox | None:
        """Write a line that starts at x and whose line begins at y, cut with an ellipsis if it is too wide.

        Returns:
            The tight box of what can be seen, or None if nothing was written.
        """
        shown = style.fitted(text, width_px)
        if not shown:
            return None
        if not self.canvas.shows((x - 2, y - 2, x + style.width_px(shown) + 4, y + 2 * style.line_px)):
            return None
        ink = draw_text(shown, style)
        self.canvas.blend(x + ink.left, y + ink.top, ink.alpha, colour, opacity=opacity)
        if ink.box is None:
            return None
        x1, y1, x2, y2 = ink.box
        return x + x1, y + y1, x + x2, y + y2

    def label(
        self,
        x: int,
        y: int,
        text: str,
        style: TextStyle,
        colour: Colour,
        *,
        width_px: int = 10_000,
        kind: ElementKind = ElementKind.TEXT,
    ) -> PixelBox | None:
        """Write a line as ``text`` does, and enter it as an element of its own."""
        box = self.text(x, y, text, style, colour, width_px=width_px)
        if box is not None:
            self.enter(kind, box, name=text, text=style.fitted(text, width_px), ink=box)
        return box

    def icon(  # noqa: PLR0917 - place, icon and looks, as for text
        self, x: int, y: int, side_px: int, icon: BankIcon, colour: Colour, ground: Colour, *, opacity: float = 1.0
    ) -> None:
        """Draw an icon: tinted if it has one colour, or little ink like the ground's; else as it is."""
        if side_px < 1 or not self.canvas.shows((x, y, x + side_px, y + side_px)):
            return  # a button may be too low for any icon
        pixels = self.kit.icons.pixels(icon, side_px)
        if pixels.ndim == 2:
            self.canvas.blend(x, y, pixels, colour, opacity=opacity)
            return
        weights = pixels[..., 3].astype(np.float32)
        is_outline = float(weights.mean()) < _OUTLINE_COVERAGE * 255
        means = (pixels[..., :3] * weights[..., None]).sum(axis=(0, 1)) / max(1.0, float(weights.sum()))
        mean: Colour = (int(means[0]), int(means[1]), int(means[2]))
        if is_outline and contrast(mean, ground) < _LEAST_ICON_CONTRAST:
            self.canvas.blend(x, y, pixels[..., 3], colour, opacity=opacity)
        else:
            self.canvas.paste(x, y, pixels, opacity=opacity)

    def icon_for(self, command: Command) -> BankIcon | None:
        """The pack's icon for what a program offers, None if nothing is known to stand for it."""
        return self.kit.icons.named(self.pack, command.icons)

    def some_icon(self) -> BankIcon | None:
        """Any icon of the pack that may be drawn; None if none turned up."""
        icons = self.kit.icons.packs[self.pack]
        for _ in range(_N_TRIES):
            icon = self.rng.choice(icons)
            if self.kit.phrases.is_icon_allowed(icon.names):
                return icon
        return None

    def enter(
        self,
        kind: ElementKind,
        box: PixelBox,
        *,
        name: str,
        text: str = "",
        icon: BankIcon | None = None,
        label: str = "",
        ink: PixelBox | None = None,
    ) -> None:
        """Enter an element into the ledger; ``ink`` is the box of its text, None if no text of it was painted."""
        x1, y1, x2, y2 = box
        if x1 >= x2 or y1 >= y2:
            return
        element = LabelledElement(
            bbox=(x1, y1, x2, y2),
            kind=kind,
            name=name,
            text=text,
            text_bbox=ink,
            icons=icon.names if icon else (),
            label=label,
            window=self.window,
        )
        self.ledger.add(self.canvas, element, ink=ink)
