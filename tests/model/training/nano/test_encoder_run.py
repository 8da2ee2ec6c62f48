"""The encoder's training: it learns, it can be stopped and gone on with, and what it leaves can be exported."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
import torch

from model.data.drawing.pen import Kit
from model.errors import InputError
from model.nano.encoding import NanoSession
from model.nano.files import MANIFEST
from model.training.nano.batches import batch_of, recoloured
from model.training.nano.crops import drawn_crops, icon_crops
from model.training.nano.encoder_run import EncoderRun
from model.training.nano.exporting import export_run
from model.training.nano.glyph_run import GlyphRun
from model.training.nano.names import NameTable
from model.training.nano.reader_run import ReaderRun
from model.training.nano.recipe import GlyphRecipe, ReaderRecipe, Recipe
from tests.model.data.drawing.conftest import bank_folder, kit, packs_folder

__all__ = ["bank_folder", "kit", "packs_folder"]

SIDE = 96


def _recipe(bank_folder: Path, folder: Path, **changes: int) -> Recipe:
    strings = folder / "strings.txt"
    strings.write_text("Open\nSave all\nPrint preview\n", encoding="utf-8")
    settings = {"n_batch": 2, "n_pool": 4, "n_workers": 0, "n_steps": 4, "n_other_names": 2} | changes
    return Recipe(icons=bank_folder, strings=strings, side_px=SIDE, **settings)


def _table(kit: Kit) -> NameTable:
    names = sorted({name for icon in kit.icons.icons for name in icon.names})
    vectors = np.random.default_rng(0).normal(size=(len(names), 384))
    return NameTable(names, vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def test_it_learns_what_it_is_shown(kit: Kit, bank_folder: Path, tmp_path: Path) -> None:
    run = EncoderRun.opened(_recipe(bank_folder, tmp_path, n_steps=60, n_warmup=5), tmp_path, _table(kit), n_threads=1)
    crops = [
        *(next(drawn_crops(kit, side_px=SIDE, seed=seed)) for seed in (3, 8)),
        next(icon_crops(kit, side_px=SIDE, seed=1)),
    ]
    batch, rng = batch_of(crops), random.Random(0)
    assert any(target.lines for target in batch.targets)
    assert any(target.icons for target in batch.targets)
    run.model.train()
    losses = []
    for run.learning.step in range(24):
        losses.append(run.take_step(batch, rng))
    for name in ("kind", "box", "text", "read"):
        assert losses[-1][name] < 0.8 * losses[0][name], name


def test_it_goes_on_where_it_was_stopped(kit: Kit, bank_folder: Path, tmp_path: Path) -> None:
    seen: list[int] = []
    first = EncoderRun.opened(_recipe(bank_folder, tmp_path, n_steps=2), tmp_path / "run", _table(kit), n_threads=1)
    first.train()
    second = EncoderRun.opened(_recipe(bank_folder, tmp_path, n_steps=3), tmp_path / "run", _table(kit), n_threads=1)
    assert second.learning.step == 2
    for one, other in zip(first.model.parameters(), second.model.parameters(), strict=True):
        torch.testing.assert_close(one, other)
    second.train(on_progress=lambda progress: seen.append(progress.step))
    assert second.learning.step == 3


def test_a_run_is_exported(kit: Kit, bank_folder: Path, tmp_path: Path) -> None:
    run = EncoderRun.opened(_recipe(bank_folder, tmp_path, n_steps=1), tmp_path / "run", _table(kit), n_threads=1)
    run.train()
    ReaderRun.opened(ReaderRecipe(), tmp_path / "run", run.model.network, n_threads=1).learning.save()
    GlyphRun.opened(GlyphRecipe(), tmp_path / "run", _table(kit), n_threads=1).learning.save()
    files = export_run(tmp_path / "run", tmp_path / "graphs")
    assert {file.name for file in files} == {"encoder.onnx", "reading.onnx", "meaning.onnx"}
    manifest = json.loads((tmp_path / "graphs" / MANIFEST).read_text("utf-8"))
    assert manifest["encoder_steps"] == 1
    assert manifest["seed"] == 0
    assert len(manifest["data"]) == 32
    image = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
    pixels = torch.from_numpy(image).permute(2, 0, 1)[None].float() / 127.5 - 1
    with torch.no_grad():
        features, _ = run.learning.average.module.eval().network.encoder(pixels)
    encoded = NanoSession(tmp_path / "graphs").encode(image)
    np.testing.assert_allclose(encoded.features, features[0].permute(1, 2, 0).numpy(), atol=1e-3)


def test_without_a_run_there_is_nothing_to_export(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no checkpoint") as caught:
        export_run(tmp_path, tmp_path / "graphs")
    assert "foveal train encoder" in caught.value.hint


def test_other_colours_show_the_same_shapes() -> None:
    rng = np.random.default_rng(0)
    pixels = np.full((32, 32, 3), 250, np.uint8)
    pixels[8:24, 8:24] = (10, 60, 120)
    for _ in range(40):
        changed = recoloured(pixels, rng).astype(int)
        assert changed.shape == pixels.shape
        assert np.abs(changed[16, 16] - changed[2, 2]).max() > 40
