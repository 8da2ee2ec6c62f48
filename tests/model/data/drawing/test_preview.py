from pathlib import Path

import pytest
from PIL import Image

from model.data.drawing.pen import Kit
from model.data.drawing.preview import preview_sheet
from model.data.drawing.screens import draw_crop
from model.data.screens import write_screen
from model.errors import InputError


def test_a_sheet_shows_the_screens_twice_as_large(kit: Kit, tmp_path: Path) -> None:
    for seed in range(4):
        drawing = draw_crop(seed, kit, side_px=100)
        write_screen(tmp_path / "set", drawing.screen, drawing.pixels)
    sheet = tmp_path / "sheet.png"
    assert preview_sheet(tmp_path / "set", sheet, n_screens=3, n_columns=2, first=1) == 3
    with Image.open(sheet) as picture:
        assert picture.size == (400, 400)


def test_a_folder_without_screens_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no screens"):
        preview_sheet(tmp_path, tmp_path / "sheet.png", n_screens=1, n_columns=1)
