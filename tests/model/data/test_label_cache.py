import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model.data import label_cache
from model.data.boxes import BoxNorm
from model.data.label_cache import LabelCache
from model.data.labels import VisualGrid, patch_labels, picture_saliency
from tests.model.training.drawn import draw_screens

_GRID = VisualGrid(width_px=644, height_px=392, cell_px=28, merge_size=2)
_BOXES = (BoxNorm(0.1, 0.2, 0.4, 0.3), BoxNorm(0.5, 0.5, 0.9, 0.8))


@pytest.fixture
def picture() -> Image.Image:
    return draw_screens(1, seed=3)[0].picture


@pytest.fixture
def n_made(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How often a saliency was computed."""
    made = 0
    real = picture_saliency

    def counted(*args: object) -> object:
        nonlocal made
        made += 1
        return real(*args)  # type: ignore[arg-type] # passed on as they are

    monkeypatch.setattr(label_cache, "picture_saliency", counted)
    return lambda: made


def _entries(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_labels_are_those_that_are_made_anew(tmp_path: Path, picture: Image.Image, n_made: Callable[[], int]) -> None:
    """GIVEN two boxes on one picture, asked for twice THEN one saliency is made and every bit is the same."""
    for cache in (LabelCache(tmp_path / "labels"), LabelCache(tmp_path / "labels")):
        for box in _BOXES:
            kept, made = cache.patch_labels(picture, box, _GRID), patch_labels(picture, box, _GRID)
            np.testing.assert_array_equal(kept.merged, made.merged)
            np.testing.assert_array_equal(kept.fused, made.fused)
            assert kept.merged.dtype == np.float32
    assert n_made() == 1
    (entry,) = _entries(tmp_path)
    assert 0 < cache.size_bytes() == entry.stat().st_size <= 4 * _GRID.n_visual


def test_another_picture_mode_or_grid_is_another_entry(
    tmp_path: Path, picture: Image.Image, n_made: Callable[[], int]
) -> None:
    cache = LabelCache(tmp_path)
    other = picture.copy()
    other.putpixel((5, 5), (1, 2, 3))
    grey = picture.convert("L")
    palette = Image.frombytes("P", grey.size, grey.tobytes())  # the same bytes, but resized in another way
    coarse = VisualGrid(width_px=640, height_px=384, cell_px=32, merge_size=2)
    on_grid = (picture, other, picture.convert("RGBA"), grey, palette)
    for shown, grid in (*((one, _GRID) for one in on_grid), (picture, coarse)):
        for _ in range(2):
            kept = cache.patch_labels(shown, _BOXES[0], grid)
            np.testing.assert_array_equal(kept.merged, patch_labels(shown, _BOXES[0], grid).merged)
    assert n_made() == 6
    assert len(_entries(tmp_path)) == 6


def test_an_older_version_is_not_used(
    tmp_path: Path, picture: Image.Image, n_made: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    LabelCache(tmp_path).patch_labels(picture, _BOXES[0], _GRID)
    monkeypatch.setattr(label_cache, "VERSION", label_cache.VERSION + 1)
    LabelCache(tmp_path).patch_labels(picture, _BOXES[0], _GRID)
    assert n_made() == 2


@pytest.mark.parametrize("damage", ["cut", "bit", "empty", "short"])
def test_a_damaged_entry_is_made_anew(
    tmp_path: Path, picture: Image.Image, n_made: Callable[[], int], damage: str
) -> None:
    cache = LabelCache(tmp_path)
    expected = cache.patch_labels(picture, _BOXES[0], _GRID).merged
    (entry,) = _entries(tmp_path)
    whole = entry.read_bytes()
    broken = bytearray(whole)
    broken[len(broken) // 2] ^= 64
    small = VisualGrid(width_px=28, height_px=28, cell_px=28, merge_size=2)
    LabelCache(tmp_path / "other").patch_labels(picture, _BOXES[0], small)
    (other,) = _entries(tmp_path / "other")
    damaged = {"cut": whole[:-3], "bit": bytes(broken), "empty": b"", "short": other.read_bytes()}[damage]
    entry.write_bytes(damaged)
    n_before = n_made()
    np.testing.assert_array_equal(cache.patch_labels(picture, _BOXES[0], _GRID).merged, expected)
    assert n_made() == n_before + 1
    assert entry.read_bytes() == whole, "and kept again"


def test_where_nothing_can_be_written_labels_are_made_each_time(
    tmp_path: Path, picture: Image.Image, n_made: Callable[[], int], caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "labels").write_text("a file is in the way")
    cache = LabelCache(tmp_path / "labels")
    with caplog.at_level(logging.WARNING):
        for box in _BOXES:
            np.testing.assert_array_equal(
                cache.patch_labels(picture, box, _GRID).merged, patch_labels(picture, box, _GRID).merged
            )
    assert n_made() == 2
    assert len(caplog.records) == 1


def test_a_write_that_was_cut_off_leaves_no_entry(
    tmp_path: Path, picture: Image.Image, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def killed(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(Path, "replace", killed)
    LabelCache(tmp_path).patch_labels(picture, _BOXES[0], _GRID)
    assert all(path.name.endswith(".part") for path in _entries(tmp_path))
    assert LabelCache(tmp_path).size_bytes() == 0
    assert caplog.records
