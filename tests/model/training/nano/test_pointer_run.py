"""The pointer's training: samples say what is meant, and a pointer trained on a few finds them."""

from pathlib import Path

import numpy as np
import pytest
import torch

from model.nano.cells import N_EVIDENCE
from model.training.nano.pointer_data import Asker
from model.training.nano.pointer_run import PointerRun
from model.training.nano.pointer_samples import PointerScreen, read_asked, write_asked
from model.training.nano.recipe import PointerRecipe
from model.training.nano.trained import trained_pointing
from model.training.progress import Progress
from tests.model.nano.conftest import folder, network, pointing
from tests.model.training.nano.button_row import button_row

__all__ = ["folder", "network", "pointing"]


@pytest.fixture(scope="module")
def asked(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> list[PointerScreen]:
    path = tmp_path_factory.mktemp("screens")
    screen = button_row(path)
    pool = ("Frobnicate", "Undo", "Insert table")
    about = Asker(folder, pool, n_each=12, seed=0).about(path, screen)
    return [] if about is None else [about]


def test_samples_say_which_cells_are_meant(asked: list[PointerScreen]) -> None:
    (screen,) = asked
    assert screen.asked
    assert any(not sample.is_target.any() for sample in screen.asked)  # something that is not there
    for sample in screen.asked:
        assert sample.evidence.shape == (len(screen.cells), N_EVIDENCE)
        assert (sample.overlap[sample.is_target] > 0).all()
        if sample.is_target.any():
            rows, cols = screen.cells[sample.is_target].T
            assert set(rows.tolist()) <= {4, 5}
            points = (cols + 0.5 + sample.offsets[sample.is_target, 0]) * 16
            assert ((points > 10) & (points < 308)).all()


def test_it_learns_what_it_is_shown(asked: list[PointerScreen], tmp_path: Path) -> None:
    told: list[Progress] = []
    recipe = PointerRecipe(n_steps=60, n_batch=4, n_warmup=3, evidence_dropout=0.0)
    PointerRun.opened(recipe, tmp_path, n_threads=1).train(asked, on_progress=told.append)
    assert told[-1].losses["pointer"] < 0.6 * told[0].losses["pointer"]
    assert trained_pointing(tmp_path).pointer is not None


def test_a_resumed_run_gives_the_same_weights(asked: list[PointerScreen], tmp_path: Path) -> None:
    recipe = PointerRecipe(n_steps=4, n_batch=2)
    PointerRun.opened(recipe, tmp_path / "whole", n_threads=1).train(asked)
    broken = PointerRun.opened(recipe, tmp_path / "broken", n_threads=1)

    def stop(losses: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("model.training.nano.learning.LOGGED_EVERY", 2)
        with pytest.raises(KeyboardInterrupt):
            broken.train(asked, on_progress=stop)
    broken.learning.save()
    resumed = PointerRun.opened(recipe, tmp_path / "broken", n_threads=1)
    assert resumed.learning.step == 2
    resumed.train(asked)
    whole, parts = (trained_pointing(tmp_path / name).state_dict() for name in ("whole", "broken"))
    assert all(torch.equal(whole[key], parts[key]) for key in whole)


def test_what_was_asked_is_kept(asked: list[PointerScreen], tmp_path: Path) -> None:
    write_asked(tmp_path / "a.npz", asked)
    (before,), (after,) = asked, read_asked(tmp_path / "a.npz")
    assert after.shape == before.shape
    np.testing.assert_array_equal(after.views, before.views)
    for one, other in zip(before.asked, after.asked, strict=True):
        for name in ("question", "words", "evidence", "overlap", "is_target", "offsets"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    write_asked(tmp_path / "none.npz", [])
    assert read_asked(tmp_path / "none.npz") == []
