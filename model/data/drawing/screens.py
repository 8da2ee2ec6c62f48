"""Whole screens and crops of screens, drawn from a seed: the same seed and kit give the same picture and labels.

A crop is not cut out of a finished screen: the desktop is laid out around it, and what lies outside is not painted.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.data.boxes import PixelBox
from model.data.drawing.canvas import Canvas
from model.data.drawing.colours import mix, random_colour
from model.data.drawing.contents.pages import icon_grid, photograph
from model.data.drawing.fonts import find_fonts
from model.data.drawing.icons.bank import IconBank
from model.data.drawing.ledger import Ledger
from model.data.drawing.pen import Kit, Pen
from model.data.drawing.phrases import PhraseBook
from model.data.drawing.sheets import icon_rows, key_rows
from model.data.drawing.themes import SCALES, random_theme
from model.data.drawing.windows import dialog, open_menu, panel, window
from model.data.intents import LEXICON, load_intents
from model.data.screens import LabelledScreen, Source
from model.errors import InputError

PROGRAM = "drawn"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawing:
    """A drawn picture, [height, width, 3] uint8 RGB, and everything that can be seen on it."""

    pixels: NDArray[np.uint8]
    screen: LabelledScreen


def load_kit(
    icons: Path, strings: Path, *, lexicon: Path = LEXICON, fonts: tuple[Path, ...] = (), is_judging: bool = False
) -> Kit:
    """Gather what drawings are made from.

    Args:
        icons: folder of an icon bank.
        strings: file of interface strings, one a line.
        lexicon: folder of intents.
        fonts: folders of fonts, () for those of the system.
        is_judging: whether to draw with the icon packs that are kept for judging instead of the others.

    Raises:
        InputError: the bank, the strings or the fonts are missing or damaged.
    """
    try:
        lines = strings.read_text(encoding="utf-8").splitlines()
    except OSError as exc:
        raise InputError(
            f"The interface strings {strings} cannot be read.", hint="Make them with `foveal collect strings FILE`."
        ) from exc
    phrases = PhraseBook(filter(None, lines), load_intents(lexicon))
    return Kit(fonts=find_fonts(fonts), icons=IconBank(icons, is_judging=is_judging), phrases=phrases)


def draw_screen(seed: int, kit: Kit, *, width_px: int, height_px: int) -> Drawing:
    """Draw a screen with a desktop, overlapping windows and dialogs.

    Args:
        seed: everything follows from it.
        kit: fonts, icons and phrases.
        width_px: of the picture.
        height_px: of the picture.
    """
    rng = random.Random(seed)  # noqa: S311 - pictures, not secrets
    canvas, ledger = Canvas(width_px, height_px), Ledger()
    scale = rng.choice(SCALES)
    desk = _pen(canvas, ledger, rng, kit, scale)
    _desktop(desk, (0, 0, width_px, height_px))
    pen = desk
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3))):
        pen = _pen(canvas, ledger, rng, kit, scale)
        window(pen, _place(rng, width_px, height_px, least=0.55))
    if rng.random() < 0.3:
        pen = _pen(canvas, ledger, rng, kit, scale) if rng.random() < 0.3 else _retitled(pen)
        dialog(pen, _place(rng, width_px, height_px, least=0.25, most=0.6))
    elif rng.random() < 0.12:
        open_menu(pen, rng.randrange(width_px), rng.randrange(height_px))
    if rng.random() < 0.3:
        height = desk.theme.control + desk.theme.px(6)
        top = rng.choice((0, height_px - height))
        panel(desk, (0, top, width_px, top + height))
    return _finished(seed, desk, pen)


def draw_crop(seed: int, kit: Kit, *, side_px: int) -> Drawing:
    """Draw a square as if it were cut out of a screen: windows and rows reach over its edges.

    Args:
        seed: everything follows from it.
        kit: fonts, icons and phrases.
        side_px: of the picture.
    """
    rng = random.Random(seed)  # noqa: S311 - pictures, not secrets
    canvas, ledger = Canvas(side_px, side_px), Ledger()
    scale = rng.choice(SCALES)
    desk = pen = _pen(canvas, ledger, rng, kit, scale)
    # Most crops show the inside of one window; some an edge of it, or one window over another.
    canvas.fill(canvas.clip, random_colour(rng, saturation=(0.0, 0.6), value=(0.1, 0.9)))
    if rng.random() < 0.35:
        _desktop(desk, (-side_px // 2, -side_px // 2, 2 * side_px, 2 * side_px))
    for _ in range(rng.choice((1, 1, 1, 2))):
        pen = _pen(canvas, ledger, rng, kit, scale)
        width, height = (round(side_px * rng.uniform(0.8, 2.2)) for _ in range(2))
        left = rng.randint(min(0, side_px - width), max(0, side_px - width))
        top = rng.choice((rng.randint(-2, side_px // 8), rng.randint(min(0, side_px - height), side_px // 4)))
        window(pen, (left, top, left + width, top + height))
    if rng.random() < 0.12:
        left, top = (rng.randint(-side_px // 4, side_px // 2) for _ in range(2))
        dialog(
            _retitled(pen),
            (left, top, left + rng.randint(side_px // 2, side_px), top + rng.randint(side_px // 3, side_px)),
        )
    elif rng.random() < 0.12:
        open_menu(pen, rng.randint(-40, side_px // 2), rng.randint(-40, side_px // 2))
    return _finished(seed, desk, pen)


def draw_icons(seed: int, kit: Kit, *, side_px: int) -> Drawing:
    """Draw a square full of icons of many packs and sizes: a screen shows few, and there are tens of thousands.

    Args:
        seed: everything follows from it.
        kit: fonts, icons and phrases.
        side_px: of the picture.
    """
    return _sheet(seed, kit, icon_rows, side_px=side_px)


def draw_keys(seed: int, kit: Kit, *, side_px: int) -> Drawing:
    """Draw a square full of keys with signs: letters, digits and operators that stand alone.

    Args:
        seed: everything follows from it.
        kit: fonts, icons and phrases.
        side_px: of the picture.
    """
    return _sheet(seed, kit, key_rows, side_px=side_px)


def _sheet(seed: int, kit: Kit, rows: Callable[[Pen, int, int], int], *, side_px: int) -> Drawing:
    """Rows from the top to the foot, every few of them of another program."""
    rng = random.Random(seed)  # noqa: S311 - pictures, not secrets
    canvas, ledger = Canvas(side_px, side_px), Ledger()
    desk = pen = _pen(canvas, ledger, rng, kit, 1.0)
    top = 0
    while top < side_px:
        pen = _pen(canvas, ledger, rng, kit, 1.0)
        top = rows(pen, top, side_px)
    return _finished(seed, desk, pen)


def _finished(seed: int, desk: Pen, last: Pen) -> Drawing:
    pixels = desk.canvas.pixels
    height_px, width_px = pixels.shape[:2]
    elements = desk.ledger.visible(desk.canvas)
    screen = LabelledScreen(
        picture=f"drawn-{seed}.png",
        width_px=width_px,
        height_px=height_px,
        source=Source.DRAWN,
        program=PROGRAM,
        theme=last.theme.name,
        scale=last.theme.scale,
        elements=elements,
    )
    return Drawing(pixels=pixels, screen=screen)


def _pen(canvas: Canvas, ledger: Ledger, rng: random.Random, kit: Kit, scale: float) -> Pen:
    theme = random_theme(rng, kit.fonts, scale)
    pack = rng.choice(tuple(kit.icons.packs))
    return Pen(canvas=canvas, ledger=ledger, rng=rng, kit=kit, theme=theme, pack=pack, window=_title(rng, kit.phrases))


def _retitled(pen: Pen) -> Pen:
    """A dialog of the same program."""
    return Pen(
        canvas=pen.canvas,
        ledger=pen.ledger,
        rng=pen.rng,
        kit=pen.kit,
        theme=pen.theme,
        pack=pen.pack,
        window=pen.kit.phrases.label(pen.rng),
    )


def _title(rng: random.Random, phrases: PhraseBook) -> str:
    program = phrases.words(rng, 1)
    return rng.choice((program, f"{phrases.file_name(rng)} - {program}", f"{phrases.label(rng)} — {program}"))


def _desktop(pen: Pen, box: PixelBox) -> None:
    x1, y1, x2, y2 = box
    rng = pen.rng
    if rng.random() < 0.5:
        colour = random_colour(rng, saturation=(0.0, 0.8), value=(0.1, 0.8))
        other = mix(colour, random_colour(rng, saturation=(0.0, 0.8), value=(0.1, 0.9)), 0.4)
        n_steps = 32
        for step in range(n_steps):
            top, bottom = (y1 + (y2 - y1) * edge // n_steps for edge in (step, step + 1))
            pen.canvas.fill((x1, top, x2, bottom), mix(colour, other, step / n_steps))
        if rng.random() < 0.4:
            icon_grid(pen, (x1, y1, x1 + (x2 - x1) // 4, y2), mix(colour, other, 0.5))
    else:
        pen.canvas.paste(x1, y1, photograph(rng, x2 - x1, y2 - y1))


def _place(rng: random.Random, width_px: int, height_px: int, *, least: float, most: float = 1.0) -> PixelBox:
    width, height = (round(side * rng.uniform(least, most)) for side in (width_px, height_px))
    left, top = rng.randint(-width // 20, width_px - width), rng.randint(0, height_px - height)
    return left, top, left + width, top + height
