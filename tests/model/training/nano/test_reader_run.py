"""The line reader learns what a trained encoder's cells say, and a stopped run goes on."""

import random
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from model.nano.alphabet import classes_of
from model.nano.encoding import Encoded
from model.nano.laying import MARGIN
from model.nano.network import NanoNetwork
from model.nano.shape import N_FEATURES
from model.training.nano.line_data import SPARE, SeenLine, screen_lines, seen_lines
from model.training.nano.reader_run import ReaderRun
from model.training.nano.recipe import ReaderRecipe
from model.training.nano.targets import Line
from tests.model.data.drawing.conftest import bank_folder, packs_folder
from tests.model.training.nano.button_row import NAMES, button_row

__all__ = ["bank_folder", "packs_folder"]

WIDE = SPARE + MARGIN


@pytest.fixture
def network() -> NanoNetwork:
    return NanoNetwork().eval()


def _legible(text: str, rng: np.random.Generator) -> SeenLine:
    """Each cell shows one letter, as a feature of its own."""
    classes = tuple(classes_of(text))
    cells = rng.normal(0, 0.1, (len(classes) + 2 * WIDE, N_FEATURES)).astype(np.float16)
    cells[np.arange(len(classes)) + WIDE, classes] = 4
    return SeenLine(cells=cells, classes=classes)


def test_it_learns_to_read_and_goes_on(network: NanoNetwork, tmp_path: Path) -> None:
    rng, shuffled = np.random.default_rng(0), random.Random(0)
    lines = [_legible("".join(shuffled.choices("abcdefgh", k=6)), rng) for _ in range(40)]
    losses: list[float] = []
    for n_steps in (60, 120):
        run = ReaderRun.opened(ReaderRecipe(n_steps=n_steps, n_warmup=5, averaging=0.9), tmp_path, network, n_threads=1)
        assert run.learning.step == n_steps - 60
        run.learning.run(
            lambda run=run: run.take_step(lines, shuffled), lambda told: losses.append(told.losses["read"])
        )
    assert losses[-1] < 0.5 * losses[0]


def test_cells_of_a_line_are_those_around_it() -> None:
    features = np.random.default_rng(1).normal(size=(8, 16, N_FEATURES)).astype(np.float32)
    (seen,) = seen_lines(features, [Line(row=3, first=0, end=5, classes=(1, 2))])
    assert seen.cells.shape == (5 + 2 * WIDE, N_FEATURES)
    assert not seen.cells[:WIDE].any(), "beyond the edge there is nothing"
    np.testing.assert_allclose(seen.cells[WIDE:], features[3, : 5 + WIDE], atol=0.01)


def test_drawn_and_collected_lines_are_learned_together(
    network: NanoNetwork, bank_folder: Path, tmp_path: Path
) -> None:
    strings = tmp_path / "strings.txt"
    strings.write_text("Open\nSave all\nPrint preview\n", encoding="utf-8")
    rng = np.random.default_rng(0)
    found = [_legible("Save", rng), _legible("Open file", rng)]
    run = ReaderRun.opened(ReaderRecipe(n_steps=3, n_drawn=1), tmp_path, network, n_threads=1)
    run.train(found, bank_folder, strings, n_workers=0)
    assert run.learning.step == 3
    assert (tmp_path / "reader.pt").is_file()


def test_screens_are_looked_at_once(tmp_path: Path) -> None:
    folder, cache = tmp_path / "screens", tmp_path / "lines"
    folder.mkdir()
    button_row(folder)
    looks: list[tuple[int, ...]] = []

    class Eyes:
        def encode(self, image: NDArray[np.uint8]) -> Encoded:
            looks.append(image.shape)
            features = np.ones((20, 40, N_FEATURES), np.float32)
            return Encoded(features=features, maps=np.zeros((20, 40, 1), np.float32))

    first = screen_lines(Eyes(), cache, (folder,), on_progress=lambda _: None)
    again = screen_lines(Eyes(), cache, (folder,), on_progress=lambda _: None)
    assert len(looks) == 1
    assert [line.classes for line in first] == [tuple(classes_of(name)) for name in NAMES]
    assert [line.classes for line in again] == [line.classes for line in first]
    np.testing.assert_array_equal(again[0].cells, first[0].cells)
