from pathlib import Path

import numpy as np
import pytest

from model.data.screens import (
    SCREENS_FILE,
    LabelledElement,
    LabelledScreen,
    Source,
    read_screens,
    screen_pixels,
    write_screen,
)
from model.errors import RecordError
from model.grounder import ElementKind


def _screen(picture: str) -> LabelledScreen:
    save = LabelledElement(
        bbox=(2.0, 3.0, 10.0, 9.5), kind=ElementKind.BUTTON, name="Save", icons=("document-save",), window="Notes – a"
    )
    return LabelledScreen(
        picture=picture,
        width_px=40,
        height_px=30,
        source=Source.DRAWN,
        program="drawn",
        theme="dark",
        scale=1.25,
        elements=(
            save,
            LabelledElement(
                bbox=(0.0, 0.0, 1.0, 1.0), kind=ElementKind.TEXT, name="", text="Öl", text_bbox=(0.0, 0.0, 1.0, 0.5)
            ),
        ),
    )


def test_what_was_written_is_read(tmp_path: Path) -> None:
    screens = [_screen("a.png"), _screen("b.png")]
    pixels = np.random.default_rng(0).integers(0, 256, (30, 40, 3), np.uint8)
    for screen in screens:
        write_screen(tmp_path / "set", screen, pixels)
    assert list(read_screens(tmp_path / "set")) == screens
    np.testing.assert_array_equal(screen_pixels(tmp_path / "set", screens[1]), pixels)


@pytest.mark.parametrize("line", ["{", "[]", '{"picture": "a.png"}'])
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / SCREENS_FILE).write_text(line + "\n")
    with pytest.raises(RecordError, match=f"{SCREENS_FILE}:1 is not a screen"):
        list(read_screens(tmp_path))


def test_an_element_has_an_extent() -> None:
    with pytest.raises(ValueError, match="needs an extent"):
        LabelledElement(bbox=(5.0, 5.0, 5.0, 9.0), kind=ElementKind.ICON, name="x")
