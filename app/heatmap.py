"""The one drawing of a grounding: heat, where the pointer looked, the target's ring, numbered candidates, a label.

The overlay and the pictures written by ``--heatmap`` and the run log come from here. ``render_heat`` makes the slow
layer, which changes only with the scores; ``paint_marks`` draws what lies above it and is cheap enough for every frame.
What is *kept* is clear and warm where it is likely, what is dropped lies in fog, where the pointer *looked* is a cool
dashed outline: no two look alike.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QImageWriter,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
)

from app.label_place import Detail, place_label
from app.legend import LOOKED_SHARE
from model.grounder import Candidate, Grounding, PatchScores

MAX_BADGES = 9

_LOOKED = QColor(0, 178, 214)
_RING = QColor(255, 255, 255)
_HALO = QColor(255, 86, 60)
_INK = QColor(16, 18, 30)
_LOOKED_SUPERSAMPLING = 6
_LABEL_MAX_WIDTH = 420.0
_LABEL_GAP = 13.0
# The point is marked in elements higher than this; in smaller ones the mark would hide the very text that is meant.
_MIN_MARKED_HEIGHT = 44.0
_MARKS_MARGIN = 64.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawing:
    """What is shown over one picture; positions in its pixels.

    Attributes:
        width_px, height_px: size of the picture.
        scored: patch scores and keep mask, or None for no heat.
        pointer_probs: [n_rows, n_cols] float32 on the grid of ``scored``, or None for no outline.
        candidates: places that may be meant, best first; numbered if there are several.
        chosen_idx: the candidate with the ring, or None for no ring.
        label: name of the step, "" for none.
        detail: how busy the picture is, so that the label covers little; None if that is not known.
    """

    width_px: int
    height_px: int
    scored: PatchScores | None = None
    pointer_probs: NDArray[np.float32] | None = None
    candidates: tuple[Candidate, ...] = ()
    chosen_idx: int | None = None
    label: str = ""
    detail: Detail | None = None

    @classmethod
    def of_grounding(cls, grounding: Grounding, *, label: str = "", has_all_candidates: bool = False) -> "Drawing":
        """The answer of a model; the other candidates are numbered if asked for, or if it was not found."""
        is_numbered = has_all_candidates or grounding.is_rejected
        candidates = grounding.candidates[:MAX_BADGES] if is_numbered else grounding.candidates[:1]
        if grounding.point is not None and not candidates:
            candidates = (Candidate(x=grounding.point[0], y=grounding.point[1], score=grounding.score),)
        return cls(
            width_px=grounding.grid.width_px,
            height_px=grounding.grid.height_px,
            scored=grounding.scored,
            pointer_probs=grounding.pointer_probs,
            candidates=candidates,
            chosen_idx=None if grounding.is_rejected else 0,
            label=label,
        )

    def with_choice(self, idx: int) -> "Drawing":
        """The same with another candidate ringed."""
        return replace(self, chosen_idx=idx)


def render_heat(drawing: Drawing, width: int, height: int, *, unit: float = 1.0) -> QImage:
    """The slow layer as a translucent picture: heat of kept patches, fog over dropped ones, outline of the pointer.

    Args:
        drawing: what to show.
        width: width of the result in device pixels.
        height: height of the result in device pixels.
        unit: device pixels per logical point, for the width of lines.
    """
    if drawing.scored is None:
        image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        return image
    from app.heat_colours import heat_image

    image = heat_image(drawing.scored, width, height)
    outline = _looked_outline(drawing, width / drawing.width_px, height / drawing.height_px)
    if not outline.isEmpty():
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _stroke(painter, outline, (_faded(_RING, 0.55), 3.6 * unit))
        dashes = QPen(_LOOKED, 1.8 * unit, Qt.PenStyle.CustomDashLine, Qt.PenCapStyle.RoundCap)
        dashes.setDashPattern([3.0, 3.0])
        painter.setPen(dashes)
        painter.drawPath(outline)
        painter.end()
    return image


def paint_marks(painter: QPainter, target: QRectF, drawing: Drawing, *, unit: float = 1.0) -> None:
    """Draw ring, badges and label.

    Args:
        painter: where to draw.
        target: where the whole picture lies in the painter's coordinates.
        drawing: what to show.
        unit: length of a logical point in the painter's coordinates.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    boxes = [_box_on(target, drawing, candidate, unit) for candidate in drawing.candidates]
    is_numbered = len(boxes) > 1 or drawing.chosen_idx is None
    for idx, box in enumerate(boxes):
        if idx != drawing.chosen_idx:
            _paint_outline(painter, box, unit)
    if drawing.chosen_idx is not None:
        chosen = drawing.candidates[drawing.chosen_idx]
        box = boxes[drawing.chosen_idx]
        is_point_marked = chosen.bbox is None or box.height() > _MIN_MARKED_HEIGHT * unit
        point = _point_on(target, drawing, chosen)
        _paint_ring(painter, box, point, unit, is_point_marked=is_point_marked)
    if is_numbered:
        for idx, box in enumerate(boxes[:MAX_BADGES]):
            _paint_badge(painter, box, target, idx + 1, unit, is_chosen=idx == drawing.chosen_idx)
    if drawing.label and boxes:
        _paint_label(painter, boxes, target, drawing, unit)
    painter.restore()


def marks_bounds(target: QRectF, drawing: Drawing) -> QRectF:
    """A rectangle that holds everything ``paint_marks`` draws at unit 1; empty if it draws nothing."""
    bounds = QRectF()
    for candidate in drawing.candidates:
        bounds = bounds.united(_box_on(target, drawing, candidate, 1.0))
    if bounds.isEmpty():
        return bounds
    side = _LABEL_MAX_WIDTH if drawing.label else _MARKS_MARGIN
    return bounds.adjusted(-side, -_MARKS_MARGIN, side, _MARKS_MARGIN).intersected(target)


def save_heatmap(path: Path, image: NDArray[np.uint8], grounding: Grounding) -> None:
    """Write a picture with the drawing over it as PNG. Works without a display.

    Args:
        path: file to write.
        image: [height, width, 3] uint8 RGB, the picture that was grounded.
        grounding: the answer.

    Raises:
        OSError: the file cannot be written.
    """
    height, width = image.shape[:2]
    drawing = replace(Drawing.of_grounding(grounding, label=grounding.instruction), detail=Detail.of(image))
    unit = max(1.0, height / 1100)
    with lent_fonts():
        picture = picture_of(image)
        heat = render_heat(drawing, width, height, unit=unit)
        painter = QPainter(picture)
        painter.drawImage(0, 0, heat)
        paint_marks(painter, QRectF(0, 0, width, height), drawing, unit=unit)
        painter.end()
        if not QImageWriter(str(path), b"png").write(picture):
            raise OSError(f"{path} cannot be written")


def picture_of(image: NDArray[np.uint8]) -> QImage:
    """[height, width, 3] uint8 RGB as a picture of Qt's that owns its memory."""
    pixels = np.ascontiguousarray(image)
    height, width = pixels.shape[:2]
    view = QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB888)
    return view.convertToFormat(QImage.Format.Format_RGB32)


@contextmanager
def lent_fonts() -> Iterator[None]:
    """Text needs an application object, and nothing else does: lend one where there is none."""
    if QGuiApplication.instance() is not None:
        yield
        return
    os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")
    lent = QGuiApplication(["foveal", "-platform", "offscreen"])
    try:
        yield
    finally:
        lent.shutdown()


# ---------------------------------------------------------------------------------------- parts


def _looked_outline(drawing: Drawing, scale_x: float, scale_y: float) -> QPainterPath:
    """Smooth outline of where the pointer looked; empty if it looked nowhere."""
    path = QPainterPath()
    probs = drawing.pointer_probs
    if probs is None or drawing.scored is None or not probs.any():
        return path
    import cv2

    n = _LOOKED_SUPERSAMPLING
    rows, cols = np.nonzero(probs > LOOKED_SHARE * probs.max())
    top, left = max(int(rows.min()) - 1, 0), max(int(cols.min()) - 1, 0)
    part = probs[top : rows.max() + 2, left : cols.max() + 2]
    fine = cv2.resize(part, (part.shape[1] * n, part.shape[0] * n), interpolation=cv2.INTER_LINEAR)
    mask = np.pad((fine > LOOKED_SHARE * probs.max()).astype(np.uint8), n)
    # One cell of air: where pointer and element agree, the outline runs around the ring instead of under it.
    grown = cv2.dilate(mask, np.ones((2 * n - 1, 2 * n - 1), np.uint8))
    contours, _ = cv2.findContours(grown, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    grid = drawing.scored.grid
    for contour in contours:
        points = _rounded(contour[:, 0, :].astype(np.float32) + 0.5 - n)
        xs = (left + points[:, 0] / n) * grid.cell_width_px * scale_x
        ys = (top + points[:, 1] / n) * grid.cell_height_px * scale_y
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]))
        path.closeSubpath()
    return path


def _rounded(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """[n, 2] closed polygon, with the corners of cells averaged away."""
    reach = min(_LOOKED_SUPERSAMPLING // 2, (len(points) - 1) // 2)
    shifted = [np.roll(points, shift, axis=0) for shift in range(-reach, reach + 1)]
    mean: NDArray[np.float32] = np.mean(shifted, axis=0, dtype=np.float32)
    return mean


def _point_on(target: QRectF, drawing: Drawing, candidate: Candidate) -> QPointF:
    return QPointF(
        target.left() + candidate.x * target.width() / drawing.width_px,
        target.top() + candidate.y * target.height() / drawing.height_px,
    )


def _box_on(target: QRectF, drawing: Drawing, candidate: Candidate, unit: float) -> QRectF:
    """Outline of a candidate with some air around it; a circle's square where no extent is known."""
    if candidate.bbox is None:
        center, radius = _point_on(target, drawing, candidate), 18 * unit
        return QRectF(center.x() - radius, center.y() - radius, 2 * radius, 2 * radius)
    scale_x, scale_y = target.width() / drawing.width_px, target.height() / drawing.height_px
    x1, y1, x2, y2 = candidate.bbox
    box = QRectF(target.left() + x1 * scale_x, target.top() + y1 * scale_y, (x2 - x1) * scale_x, (y2 - y1) * scale_y)
    air = 6 * unit
    return box.adjusted(-air, -air, air, air)


def _round_box(box: QRectF, unit: float) -> QPainterPath:
    path = QPainterPath()
    radius = min(box.width() / 2, box.height() / 2, 11 * unit)
    path.addRoundedRect(box, radius, radius)
    return path


def _paint_ring(painter: QPainter, box: QRectF, point: QPointF, unit: float, *, is_point_marked: bool) -> None:
    ring = _round_box(box, unit)
    for width, alpha in ((16, 0.08), (12, 0.14)):
        _stroke(painter, ring, (_faded(_HALO, alpha), width * unit))
    _stroke(painter, ring, (_RING, 5.5 * unit), (_HALO, 2.8 * unit))
    if is_point_marked:
        painter.setPen(QPen(_RING, 1.4 * unit))
        painter.setBrush(_HALO)
        painter.drawEllipse(point, 4.5 * unit, 4.5 * unit)


def _paint_outline(painter: QPainter, box: QRectF, unit: float) -> None:
    _stroke(painter, _round_box(box, unit), (_faded(_INK, 0.6), 3.5 * unit), (_faded(_RING, 0.95), 1.5 * unit))


def _paint_badge(painter: QPainter, box: QRectF, target: QRectF, number: int, unit: float, *, is_chosen: bool) -> None:
    radius = 12 * unit
    x = min(max(box.left() - radius / 2, target.left() + radius + 2 * unit), target.right() - radius - 2 * unit)
    y = min(max(box.top() - radius / 2, target.top() + radius + 2 * unit), target.bottom() - radius - 2 * unit)
    center = QPointF(x, y)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_faded(_INK, 0.35))
    painter.drawEllipse(center, radius + 2.5 * unit, radius + 2.5 * unit)
    painter.setPen(QPen(_RING, 2 * unit))
    painter.setBrush(_HALO if is_chosen else _INK)
    painter.drawEllipse(center, radius, radius)
    painter.setFont(_font(14, unit, is_bold=True))
    painter.setPen(_RING)
    place = QRectF(x - radius, y - radius, 2 * radius, 2 * radius)
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(number))


def _paint_label(painter: QPainter, boxes: list[QRectF], target: QRectF, drawing: Drawing, unit: float) -> None:
    """A chip beside the ring, where it covers least."""
    font = _font(13, unit)
    metrics = QFontMetricsF(font)
    text = metrics.elidedText(drawing.label, Qt.TextElideMode.ElideMiddle, _LABEL_MAX_WIDTH * unit * 0.9)
    size = QSizeF(metrics.horizontalAdvance(text) + 22 * unit, metrics.height() + 9 * unit)
    named_idx = drawing.chosen_idx or 0
    others = [box for idx, box in enumerate(boxes) if idx != named_idx]
    chip = place_label(size, boxes[named_idx], target, gap=_LABEL_GAP * unit, others=others, detail=drawing.detail)
    painter.setPen(QPen(_faded(_RING, 0.28), unit))
    painter.setBrush(_faded(_INK, 0.92))
    painter.drawRoundedRect(chip, chip.height() / 2, chip.height() / 2)
    painter.setFont(font)
    painter.setPen(_RING)
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)


def _stroke(painter: QPainter, path: QPainterPath, *layers: tuple[QColor, float]) -> None:
    """Draw an outline several times, each over the last: (colour, width) per layer."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in layers:
        pen = QPen(colour, width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPath(path)


def _faded(colour: QColor, alpha: float) -> QColor:
    faded = QColor(colour)
    faded.setAlphaF(alpha)
    return faded


def _font(size: float, unit: float, *, is_bold: bool = False) -> QFont:
    font = QFont()
    font.setPixelSize(round(size * unit))
    font.setBold(is_bold)
    return font
