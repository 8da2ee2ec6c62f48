"""Draws the program's icon into assets/icons, with the code that draws it in the tray.

Run it from the project's folder: PYTHONPATH=. python packaging/draw_icons.py
"""

from pathlib import Path

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QGuiApplication, QPainter
from PySide6.QtSvg import QSvgGenerator

from app.icons import SIZES, app_icon, paint_app_icon

_SVG_SIDE = 256


def main() -> None:
    """Write foveal.svg and one PNG per size."""
    folder = Path(__file__).parents[1] / "assets" / "icons"
    folder.mkdir(exist_ok=True)
    app = QGuiApplication(["draw_icons", "-platform", "offscreen"])
    for size in SIZES:
        app_icon().pixmap(size, size).save(str(folder / f"foveal-{size}.png"))
    drawing = QSvgGenerator()
    drawing.setFileName(str(folder / "foveal.svg"))
    drawing.setTitle("Foveal")
    drawing.setSize(QSize(_SVG_SIDE, _SVG_SIDE))
    drawing.setViewBox(QRectF(0, 0, _SVG_SIDE, _SVG_SIDE))
    painter = QPainter(drawing)
    paint_app_icon(painter, _SVG_SIDE)
    painter.end()
    app.shutdown()


if __name__ == "__main__":
    main()
