from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from app.icons import SIZES, ShellState, app_icon, state_icon

pytestmark = pytest.mark.gui

ICONS = Path(__file__).parents[2] / "assets" / "icons"


@pytest.mark.parametrize("size", SIZES)
def test_icon_files_are_what_the_program_draws(size: int, qapp: QApplication) -> None:
    drawn = app_icon().pixmap(size, size).toImage().convertToFormat(QImage.Format.Format_ARGB32)
    stored = QImage(str(ICONS / f"foveal-{size}.png")).convertToFormat(QImage.Format.Format_ARGB32)
    assert stored == drawn, "run packaging/draw_icons.py"


def test_every_state_looks_different_even_at_the_smallest_size(qapp: QApplication) -> None:
    pictures = [state_icon(state).pixmap(16, 16).toImage() for state in ShellState]
    pictures.append(state_icon(ShellState.IDLE, is_remote=True).pixmap(16, 16).toImage())
    assert all(a != b for i, a in enumerate(pictures) for b in pictures[:i])


@pytest.mark.parametrize("panel", ["#ffffff", "#000000"])
@pytest.mark.parametrize("size", [16, 22, 64])
def test_sign_stands_out_on_any_panel(panel: str, size: int, qapp: QApplication) -> None:
    picture = app_icon().pixmap(size, size).toImage()
    middle = picture.pixelColor(size // 2, size // 2)
    edge = picture.pixelColor(size // 2, round(size * 0.06))
    assert abs(middle.lightnessF() - edge.lightnessF()) > 0.3
    assert edge.alphaF() > 0.9
    assert middle != QColor(panel)
