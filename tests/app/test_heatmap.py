import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from app.heat_colours import heat_colours, heat_image
from app.heatmap import Drawing, marks_bounds, paint_marks, render_heat, save_heatmap
from model.grounder import Candidate, PatchScores
from model.patches import PatchGrid
from tests.app.fakes import TARGET, make_grounding, make_scores


def to_array(image: QImage) -> NDArray[np.uint8]:
    """[height, width, 4] BGRA, premultiplied."""
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).copy()


@given(
    width_px=st.integers(20, 300),
    height_px=st.integers(20, 300),
    cell_px=st.floats(5.0, 40.0),
    seed=st.integers(0, 99),
)
@settings(max_examples=40, deadline=None)
def test_heat_covers_the_picture_and_no_colour_exceeds_its_alpha(
    width_px: int, height_px: int, cell_px: float, seed: int
) -> None:
    grid = PatchGrid.of_squares(width_px=width_px, height_px=height_px, cell_px=cell_px)
    rng = np.random.default_rng(seed)
    scored = PatchScores(grid=grid, scores=rng.random(grid.shape, np.float32), keep_mask=rng.random(grid.shape) < 0.5)
    image = heat_image(scored, 2 * width_px, 2 * height_px)
    assert (image.width(), image.height()) == (2 * width_px, 2 * height_px)
    pixels = to_array(image)
    assert (pixels[..., :3].max(axis=2) <= pixels[..., 3]).all()


def test_heat_tells_kept_dropped_and_target_apart() -> None:
    pixels = to_array(heat_image(make_scores(), 800, 600)).astype(int)
    target, kept, dropped = pixels[115, 250], pixels[500, 100], pixels[500, 700]
    assert target[2] > target[0], "the target is warm"
    assert target[3] > 80, "heat grows with the score"
    assert not kept.any(), "what is kept without being likely is left as it is"
    assert 50 < dropped[3] < 100, "dropped patches can be read through the fog"
    assert dropped[:3].max() < 40, "dropped patches are dulled, not tinted"


def test_nothing_typed_shows_nothing() -> None:
    grid = PatchGrid.of_squares(width_px=100, height_px=100, cell_px=10.0)
    scored = PatchScores(grid=grid, scores=np.zeros(grid.shape, np.float32), keep_mask=np.ones(grid.shape, np.bool_))
    assert not to_array(heat_image(scored, 100, 100)).any()


def test_colours_get_darker_step_by_step() -> None:
    luminance = heat_colours() @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(luminance) < 1e-3).all()


@pytest.mark.parametrize(("paper", "ink"), [(255, 0), (251, 23), (29, 241), (0, 255)])
def test_text_can_be_read_under_the_hottest_heat_and_the_fog(paper: int, ink: int) -> None:
    pixels = to_array(heat_image(make_scores(), 800, 600)).astype(float)

    def luminance(over: float, cover: NDArray[np.float64]) -> float:
        mixed = (cover[:3] + over * (1 - cover[3] / 255)) / 255
        linear = np.where(mixed <= 0.04045, mixed / 12.92, ((mixed + 0.055) / 1.055) ** 2.4)
        return float(linear @ np.array([0.0722, 0.7152, 0.2126])) + 0.05

    for cover in (pixels[115, 250], pixels[500, 700]):
        shades = luminance(paper, cover), luminance(ink, cover)
        assert max(shades) / min(shades) > 4.5, "the contrast that guidelines ask of text"


def test_outline_runs_around_where_the_pointer_looked() -> None:
    drawing = Drawing.of_grounding(make_grounding())
    with_outline = to_array(render_heat(drawing, 800, 600)).astype(int)
    without = to_array(heat_image(make_scores(), 800, 600)).astype(int)
    changed = np.argwhere((with_outline != without).any(axis=2))
    assert changed.min(axis=0).tolist() == pytest.approx([TARGET[1] - 13, TARGET[0] - 13], abs=8)
    assert changed.max(axis=0).tolist() == pytest.approx([TARGET[3] + 13, TARGET[2] + 13], abs=8)


def test_marks_stay_inside_their_bounds(qapp: object) -> None:
    drawing = Drawing.of_grounding(make_grounding(n_candidates=9), label="Click Save", has_all_candidates=True)
    target = QRectF(0, 0, 800, 600)
    image = QImage(800, 600, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    paint_marks(painter, target, drawing)
    painter.end()
    rows, cols = np.nonzero(to_array(image)[..., 3])
    bounds = marks_bounds(target, drawing)
    assert bounds.contains(QRectF(cols.min(), rows.min(), np.ptp(cols) + 1, np.ptp(rows) + 1))


def test_ring_lies_around_the_target_at_any_size(qapp: object) -> None:
    drawing = Drawing.of_grounding(make_grounding())
    for factor in (1, 2):
        image = QImage(800 * factor, 600 * factor, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        paint_marks(painter, QRectF(0, 0, 800 * factor, 600 * factor), drawing, unit=factor)
        painter.end()
        pixels = to_array(image)
        row = pixels[115 * factor]
        red = np.nonzero((row[:, 2] > 240) & (row[:, 0] < 80))[0] / factor
        assert red.min() == pytest.approx(TARGET[0] - 7, abs=2)
        assert red.max() == pytest.approx(TARGET[2] + 7, abs=2)


def test_rejection_numbers_the_nearest_and_rings_none() -> None:
    drawing = Drawing.of_grounding(make_grounding(n_candidates=3, is_rejected=True))
    assert drawing.chosen_idx is None
    assert len(drawing.candidates) == 3


def test_point_without_extent_is_ringed() -> None:
    drawing = Drawing(width_px=100, height_px=100, candidates=(Candidate(x=50, y=50, score=1.0),), chosen_idx=0)
    assert marks_bounds(QRectF(0, 0, 100, 100), drawing).contains(50, 50)


def test_picture_is_written_without_a_display(tmp_path: Path) -> None:
    path = tmp_path / "heat.png"
    script = (
        "import sys, numpy as np\n"
        "from pathlib import Path\n"
        "from app.heatmap import save_heatmap\n"
        "from tests.app.fakes import make_grounding\n"
        "for _ in range(2):\n"
        "    save_heatmap(Path(sys.argv[1]), np.full((600, 800, 3), 200, np.uint8), make_grounding())\n"
        "from PySide6.QtGui import QGuiApplication\n"
        "assert QGuiApplication.instance() is None\n"
    )
    env = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "QT_QPA_PLATFORM")}
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], env=env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    with Image.open(path) as picture:
        pixels = np.array(picture.convert("RGB")).astype(int)
    assert pixels.shape == (600, 800, 3)
    assert pixels[500, 700].max() < 170, "dropped patches are dulled"


def test_unwritable_path_is_an_error(tmp_path: Path, qapp: object) -> None:
    with pytest.raises(OSError, match="cannot be written"):
        save_heatmap(tmp_path / "missing" / "x.png", np.zeros((600, 800, 3), np.uint8), make_grounding())
