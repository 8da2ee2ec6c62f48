"""The heatmap at 3840x2160: the layer that changes with the scores, and what is painted per frame."""

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QGuiApplication, QImage, QPainter

from app.heatmap import Drawing, paint_marks, render_heat
from model.grounder import Candidate, PatchScores
from model.patches import PatchGrid
from tests.benchmarks._measure import Benchmark, measure

_WIDTH, _HEIGHT = 3840, 2160
_BUDGET_MS = 16


def run() -> Iterator[Benchmark]:
    """Rows per size of the cells: the embedded model's and a large one's."""
    app = QGuiApplication.instance() or QGuiApplication(["bench", "-platform", "offscreen"])
    try:
        for cell_px in (8.0, 28.0):
            yield from _run_cells(cell_px)
    finally:
        app.shutdown()


def _run_cells(cell_px: float) -> Iterator[Benchmark]:
    drawing = _drawing(cell_px)
    live = Drawing(width_px=_WIDTH, height_px=_HEIGHT, scored=drawing.scored)
    cells = f"cells of {cell_px:.0f} px"
    yield measure(f"layer while typing, {cells}", lambda: render_heat(live, _WIDTH, _HEIGHT), budget=_BUDGET_MS)
    yield measure(f"layer of an answer, {cells}", lambda: render_heat(drawing, _WIDTH, _HEIGHT), budget=_BUDGET_MS)
    layer = render_heat(drawing, _WIDTH, _HEIGHT)
    screen = QImage(_WIDTH, _HEIGHT, QImage.Format.Format_ARGB32_Premultiplied)
    yield measure(
        f"frame: copy, ring, badges, label, {cells}", lambda: _paint(screen, layer, drawing), budget=_BUDGET_MS
    )


def _paint(screen: QImage, layer: QImage, drawing: Drawing) -> None:
    painter = QPainter(screen)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    painter.drawImage(0, 0, layer)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    paint_marks(painter, QRectF(0, 0, _WIDTH, _HEIGHT), drawing)
    painter.end()


def _drawing(cell_px: float) -> Drawing:
    grid = PatchGrid.of_squares(width_px=_WIDTH, height_px=_HEIGHT, cell_px=cell_px)
    rng = np.random.default_rng(0)
    scores = rng.random(grid.shape, np.float32)
    probs = np.zeros(grid.shape, np.float32)
    probs[20:23, 30:40] = 1 / 30
    candidates = tuple(
        Candidate(x=300 + 350 * n, y=400, score=0.5, bbox=(250 + 350 * n, 380, 350 + 350 * n, 420)) for n in range(9)
    )
    return Drawing(
        width_px=_WIDTH,
        height_px=_HEIGHT,
        scored=PatchScores(grid=grid, scores=scores, keep_mask=scores > 0.7),
        pointer_probs=probs,
        candidates=candidates,
        chosen_idx=0,
        label="Click Save As…",
    )
