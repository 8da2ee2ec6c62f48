import json
import shutil
from pathlib import Path

import pytest

from model.errors import ModelLoadError
from model.focusui.checkpoint import read_image_spec, read_options
from model.focusui_onnx.manifest import MANIFEST, Manifest, Weights
from tests.model.focusui_onnx.conftest import VARIANTS, Export, checkpoint_folder


@pytest.fixture
def folder(exported: Export, tmp_path: Path) -> Path:
    """A copy that a test may break."""
    return Path(shutil.copytree(exported("qwen3_vl", Weights.FLOAT32), tmp_path / "model"))


def rewrite(folder: Path, **values: object) -> None:
    (folder / MANIFEST).write_text(json.dumps(json.loads((folder / MANIFEST).read_text()) | values))


@pytest.mark.parametrize("variant", VARIANTS)
def test_it_says_what_the_checkpoint_says(variant: str, exported: Export) -> None:
    manifest = Manifest.read(exported(variant, Weights.FLOAT32))
    assert manifest.options == read_options(checkpoint_folder(variant))
    assert manifest.image == read_image_spec(checkpoint_folder(variant))
    assert manifest.weights is Weights.FLOAT32
    assert len(manifest.source_digest) == 64
    assert sorted(manifest.file_names) == sorted(file.name for file in exported(variant, Weights.FLOAT32).iterdir())


def test_towers_differ(exported: Export) -> None:
    qwen_2_5, qwen_3 = (Manifest.read(exported(variant, Weights.FLOAT32)).tower for variant in VARIANTS)
    assert (qwen_2_5.window_cells, qwen_2_5.table_side, qwen_2_5.n_deepstack_levels) == (4, None, 0)
    assert (qwen_3.window_cells, qwen_3.table_side, qwen_3.n_deepstack_levels) == (None, 12, 2)


def test_written_and_read(folder: Path) -> None:
    manifest = Manifest.read(folder)
    manifest.write(folder)
    assert Manifest.read(folder) == manifest


def test_a_folder_without_one(tmp_path: Path) -> None:
    with pytest.raises(ModelLoadError, match="not an exported model"):
        Manifest.read(tmp_path)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"schema": 2}, "another version"),
        ({"weights": "int3"}, "int3"),
        ({"tower": {}}, "cannot be read"),
        ({"colour": 1}, "unknown fields colour"),
        ({"image": {"patch_px": 1}}, "cannot be read"),
        ({"prompt": 3}, "cannot be read"),
    ],
)
def test_one_that_is_not_understood(folder: Path, values: dict[str, object], message: str) -> None:
    rewrite(folder, **values)
    with pytest.raises(ModelLoadError, match=message):
        Manifest.read(folder)


def test_one_that_is_no_json(folder: Path) -> None:
    (folder / MANIFEST).write_text("[1,")
    with pytest.raises(ModelLoadError, match="cannot be read"):
        Manifest.read(folder)


def test_missing_files_are_named(folder: Path) -> None:
    (folder / "decoder.onnx.data").unlink()
    (folder / "embeddings.npy").unlink()
    with pytest.raises(ModelLoadError, match=r"lacks embeddings\.npy, decoder\.onnx\.data"):
        Manifest.read(folder)
