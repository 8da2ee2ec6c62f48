"""The line reader learns what a trained encoder's cells say, and a stopped run goes on."""

import random
from pathlib import Path

import numpy as np
import pytest

from model.nano.alphabet import classes_of
from model.nano.laying import MARGIN
from model.nano.network import NanoEncoder
from model.nano.shape import N_FEATURES
from model.training.nano.line_data import SPARE, SeenLine, screen_lines, see_lines
from model.training.nano.reader_run import ReaderRun
from model.training.nano.recipe import ReaderRecipe
from model.training.nano.targets import Line
from tests.model.training.nano.button_row import button_row

WIDE = SPARE + MARGIN


@pytest.fixture
def encoder() -> NanoEncoder:
    return NanoEncoder().eval()


def _legible(text: str, rng: np.random.Generator) -> SeenLine:
    """Each cell shows one letter, as a feature of its own."""
    classes = tuple(classes_of(text))
    cells = rng.normal(0, 0.1, (len(classes) + 2 * WIDE, N_FEATURES)).astype(np.float16)
    cells[np.arange(len(classes)) + WIDE, classes] = 4
    return SeenLine(cells=cells, classes=classes)


def test_it_learns_to_read_and_goes_on(encoder: NanoEncoder, tmp_path: Path) -> None:
    rng, shuffled = np.random.default_rng(0), random.Random(0)
    lines = [_legible("".join(shuffled.choices("abcdefgh", k=6)), rng) for _ in range(40)]
    losses: list[float] = []
    for n_steps in (60, 120):
        run = ReaderRun.opened(ReaderRecipe(n_steps=n_steps, n_warmup=5), tmp_path, encoder, n_threads=1)
        assert run.learning.step == n_steps - 60
        run.learning.run(
            lambda run=run: run.take_step(lines, shuffled), lambda told: losses.append(told.losses["read"])
        )
    assert losses[-1] < 0.5 * losses[0]


def test_cells_of_a_line_are_those_around_it(encoder: NanoEncoder) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (64, 128, 3), np.uint8)
    line = Line(row=3, first=0, end=5, classes=(1, 2))
    (seen,) = see_lines(encoder, picture, lambda n_rows, n_columns: [line] if (n_rows, n_columns) == (8, 16) else [])
    assert seen.cells.shape == (5 + 2 * WIDE, N_FEATURES)
    assert not seen.cells[:WIDE].any(), "beyond the edge there is nothing"
    assert seen.cells[WIDE:].any(axis=1).all()


def test_screens_are_looked_at_once(encoder: NanoEncoder, tmp_path: Path) -> None:
    folder, run, checkpoint = tmp_path / "screens", tmp_path / "run", tmp_path / "encoder.pt"
    folder.mkdir()
    run.mkdir()
    button_row(folder)
    checkpoint.write_bytes(b"weights")
    first = screen_lines(encoder, run, (folder,), checkpoint, on_progress=lambda _: None)
    for picture in folder.glob("*.png"):
        picture.unlink()
    again = screen_lines(encoder, run, (folder,), checkpoint, on_progress=lambda _: None)
    assert first
    assert [line.classes for line in again] == [line.classes for line in first]
    np.testing.assert_array_equal(again[0].cells, first[0].cells)
