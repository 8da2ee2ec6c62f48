"""Drawn screenshots: windows with a few buttons that carry words, and a record about one of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from model.data.boxes import BoxNorm
from model.data.records import TrainingRecord, parse_record

_WORDS = (
    "Save", "Open", "Close", "Print", "Send", "Delete", "Copy", "Paste", "Search", "Help", "Back", "Next",
    "Undo", "Redo", "Share", "Export", "Import", "Reload", "Zoom", "Filter", "Sort", "Rename", "Lock", "Exit",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnScreen:
    """A screenshot and what is asked about it.

    Attributes:
        picture: RGB.
        instruction: names one button.
        box: of that button.
    """

    picture: Image.Image
    instruction: str
    box: BoxNorm


def draw_screens(n_screens: int, *, seed: int, width_px: int = 640, height_px: int = 400) -> list[DrawnScreen]:
    """Screens with up to five buttons each; the same seed draws the same."""
    rng = np.random.default_rng(seed)
    return [_draw_screen(rng, width_px, height_px) for _ in range(n_screens)]


def pixels_of(screen: DrawnScreen) -> NDArray[np.uint8]:
    """[height, width, 3] uint8, read-only, as a grounder takes it."""
    pixels = np.array(screen.picture)
    pixels.setflags(write=False)
    return pixels


def record_of(
    screen: DrawnScreen, *, name: str, action: str = "pyautogui.click(x={x:.4f}, y={y:.4f})"
) -> TrainingRecord:
    """A training record whose answer is the action at the middle of the button.

    Without a space behind ``<image>``: the prompt of the product has none.
    """
    box = screen.box
    middle = action.format(x=(box.x1_norm + box.x2_norm) / 2, y=(box.y1_norm + box.y2_norm) / 2)
    edges = [box.x1_norm, box.y1_norm, box.x2_norm, box.y2_norm]
    conversations = [
        {"from": "human", "value": f"<image>{screen.instruction}"},
        {"from": "gpt", "value": middle, "bbox_gt": edges},
    ]
    return parse_record({"image": f"{name}.png", "conversations": conversations}, name=name)


def _draw_screen(rng: np.random.Generator, width_px: int, height_px: int) -> DrawnScreen:
    background, surface, ink = (_colour(rng, *span) for span in ((200, 250), (90, 190), (0, 60)))
    picture = Image.new("RGB", (width_px, height_px), background)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, width_px, 26), fill=surface)
    slots = rng.permutation([(x, y) for y in range(50, height_px - 40, 60) for x in range(20, width_px - 130, 155)])[:5]
    words = rng.choice(_WORDS, len(slots), replace=False).tolist()
    boxes = []
    for (x, y), word in zip(slots.tolist(), words, strict=True):
        width, height = int(rng.integers(80, 120)), int(rng.integers(28, 38))
        draw.rounded_rectangle((x, y, x + width, y + height), 5, fill=surface, outline=ink)
        draw.text((x + width / 2, y + height / 2), word, ink, ImageFont.load_default(16), anchor="mm")
        boxes.append((x, y, x + width, y + height))
    return DrawnScreen(
        picture=picture,
        instruction=f"Click the {words[0]} button",
        box=BoxNorm.from_pixels(*boxes[0], width_px=width_px, height_px=height_px),
    )


def _colour(rng: np.random.Generator, low: int, high: int) -> tuple[int, int, int]:
    red, green, blue = rng.integers(low, high, 3).tolist()
    return red, green, blue


class DrawnSource:
    """Drawn screens as a source of records."""

    def __init__(self, screens: list[DrawnScreen]) -> None:
        self._screens = screens

    def __len__(self) -> int:
        return len(self._screens)

    def record(self, index: int) -> TrainingRecord:
        return record_of(self._screens[index], name=f"{index}")

    def picture(self, index: int) -> Image.Image:
        return self._screens[index].picture

    def size_px(self, index: int) -> tuple[int, int]:
        return self._screens[index].picture.size
