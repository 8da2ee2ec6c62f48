"""The picture that ``--words`` writes: the answer above, and below it a small heatmap for each word."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QImageWriter, QPainter

from app.heat_colours import heat_image
from app.heatmap import Drawing, lent_fonts, paint_marks, picture_of, render_heat
from app.label_place import Detail
from model.grounder import Grounding, PatchScores, WordScore

MAX_PANELS = 24

_MIN_IN_ROW = 3
_MAX_IN_ROW = 5
_PAPER = QColor(24, 26, 36)
_INK = QColor(240, 241, 246)
_FAINT_INK = QColor(160, 165, 184)
_DIMMED = QColor(255, 255, 255, 90)
_MIN_UNIT = 0.6
_MIN_WIDTH = 480
_TINY = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Where things lie, in pixels of the result; lengths are multiples of ``unit``, a point at usual size.

    Attributes:
        unit: pixels of a point.
        n_in_row: panels side by side.
        width: of the result.
        picture: size of the picture, (width, height).
    """

    unit: float
    n_in_row: int
    width: int
    picture: tuple[int, int]

    @classmethod
    def for_panels(cls, n_panels: int, picture: tuple[int, int]) -> "_Layout":
        """Room for so many panels below a picture."""
        width = max(picture[0], _MIN_WIDTH)
        n_in_row = min(max(n_panels, _MIN_IN_ROW), _MAX_IN_ROW)
        return cls(unit=max(_MIN_UNIT, width / 1600), n_in_row=n_in_row, width=width, picture=picture)

    @property
    def gap(self) -> float:
        return 14 * self.unit

    @property
    def caption(self) -> float:
        return 24 * self.unit

    @property
    def column(self) -> float:
        return (self.width - self.gap) / self.n_in_row - self.gap

    @property
    def panel_size(self) -> tuple[float, float]:
        """The picture's shape, no larger than a square as wide as a column."""
        shrink = self.column / max(self.picture)
        return max(self.picture[0] * shrink, 1.0), max(self.picture[1] * shrink, 1.0)

    def height(self, n_panels: int) -> int:
        """Of picture and panels."""
        n_rows = -(-n_panels // self.n_in_row)
        return round(self.picture[1] + self.gap + n_rows * (self.caption + self.panel_size[1] + self.gap))

    def cell(self, idx: int) -> QRectF:
        """Where a caption lies and, below it, its panel."""
        row, col = divmod(idx, self.n_in_row)
        height = self.caption + self.panel_size[1]
        top = self.picture[1] + self.gap + row * (height + self.gap)
        return QRectF(self.gap + col * (self.column + self.gap), top, self.column, height)

    def panel(self, idx: int) -> QRectF:
        """Where a small heatmap lies."""
        cell = self.cell(idx)
        return QRectF(cell.left(), cell.top() + self.caption, *self.panel_size)


def save_word_panels(path: Path, image: NDArray[np.uint8], grounding: Grounding, words: Sequence[WordScore]) -> None:
    """Write the picture as PNG. Works without a display.

    Args:
        path: file to write.
        image: [height, width, 3] uint8 RGB, the picture that was grounded.
        grounding: the answer.
        words: at least one; the first ``MAX_PANELS`` are shown.

    Raises:
        OSError: the file cannot be written.
    """
    with lent_fonts():
        drawn = draw_word_panels(image, grounding, words)
        if not QImageWriter(str(path), b"png").write(drawn):
            raise OSError(f"{path} cannot be written")


def draw_word_panels(image: NDArray[np.uint8], grounding: Grounding, words: Sequence[WordScore]) -> QImage:
    """The picture itself; see ``save_word_panels``. Needs an application object."""
    height, width = image.shape[:2]
    shown = words[:MAX_PANELS]
    layout = _Layout.for_panels(len(shown), (width, height))
    sheet = QImage(layout.width, layout.height(len(shown)), QImage.Format.Format_RGB32)
    sheet.fill(_PAPER)
    picture = picture_of(image)
    painter = QPainter(sheet)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    _paint_answer(painter, picture, replace(Drawing.of_grounding(grounding), detail=Detail.of(image)))
    small = _shrunk(picture, layout)
    for idx, word in enumerate(shown):
        panel = layout.panel(idx)
        painter.drawImage(panel, small)
        painter.fillRect(panel, _DIMMED)
        heat = PatchScores(
            grid=grounding.grid, scores=_contrast(word.scores), keep_mask=np.ones(grounding.grid.shape, np.bool_)
        )
        painter.drawImage(panel, heat_image(heat, small.width(), small.height()))
        _paint_caption(painter, layout.cell(idx), word, layout)
    painter.end()
    return sheet


def _paint_answer(painter: QPainter, picture: QImage, drawing: Drawing) -> None:
    unit = max(1.0, picture.height() / 1100)
    painter.drawImage(0, 0, picture)
    painter.drawImage(0, 0, render_heat(drawing, picture.width(), picture.height(), unit=unit))
    paint_marks(painter, QRectF(picture.rect()), drawing, unit=unit)


def _shrunk(picture: QImage, layout: _Layout) -> QImage:
    """The picture in the size of a panel, without its colours: the heat's are the only ones."""
    small = picture.scaled(
        QSizeF(*layout.panel_size).toSize(),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    return small.convertToFormat(QImage.Format.Format_Grayscale8)


def _contrast(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scores that stand out of the middling ones, stretched to [0, 1]: a word scores all patches nearly alike."""
    above = (scores - np.median(scores)).clip(0.0, None)
    return (above / max(float(above.max()), _TINY)).astype(np.float32)


def _paint_caption(painter: QPainter, box: QRectF, word: WordScore, layout: _Layout) -> None:
    """The word, and how much it weighs."""
    font = QFont()
    font.setPixelSize(max(round(14 * layout.unit), 1))
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    share = f"{word.share:.0%}"
    place = QRectF(box.left(), box.top(), box.width(), layout.caption)
    room = place.width() - metrics.horizontalAdvance(share) - 8 * layout.unit
    painter.setPen(_INK)
    text = metrics.elidedText(word.word, Qt.TextElideMode.ElideRight, room)
    painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
    painter.setPen(_FAINT_INK)
    painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, share)
