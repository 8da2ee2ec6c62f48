"""The glyph network learns names of icons, and a stopped run goes on."""

from pathlib import Path

import numpy as np
import pytest

from model.nano.glyphs import GLYPH_PX
from model.ocr.meaning import TextEncoder
from model.training.nano.glyph_data import GlyphBatches, Glyphs, found_glyphs
from model.training.nano.glyph_run import GlyphRun
from model.training.nano.names import NameTable, bank_names
from model.training.nano.recipe import GlyphRecipe
from tests.model.data.drawing.conftest import bank_folder, packs_folder
from tests.model.training.nano.button_row import button_row

__all__ = ["bank_folder", "packs_folder"]

NONE = Glyphs(pixels=np.zeros((0, GLYPH_PX, GLYPH_PX, 3), np.float32), names=())


@pytest.fixture(scope="module")
def table(bank_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> NameTable:
    return bank_names(bank_folder, TextEncoder().embed, folder=tmp_path_factory.mktemp("names"))


def test_glyphs_are_drawn_from_a_seed(bank_folder: Path) -> None:
    one, same, other = (next(iter(GlyphBatches(bank_folder, NONE, n_batch=12, seed=seed))) for seed in (1, 1, 2))
    assert one.pixels.shape == (12, GLYPH_PX, GLYPH_PX, 3)
    assert np.abs(one.pixels).max() <= 1
    np.testing.assert_array_equal(one.pixels, same.pixels)
    assert one.names == same.names
    assert one.names != other.names


def test_it_learns_and_goes_on(bank_folder: Path, table: NameTable, tmp_path: Path) -> None:
    losses: list[float] = []
    for n_steps in (20, 40):
        recipe = GlyphRecipe(n_steps=n_steps, n_batch=24, n_warmup=5, n_other_names=16)
        run = GlyphRun.opened(recipe, tmp_path, table, n_threads=1)
        assert run.learning.step == n_steps - 20
        run.train(bank_folder, NONE, n_workers=0, on_progress=lambda told: losses.append(told.losses["mean"]))
    assert losses[1] < 0.9 * losses[0]


def test_screens_without_icons_give_none(tmp_path: Path) -> None:
    button_row(tmp_path)
    assert found_glyphs((tmp_path,)).names == ()
