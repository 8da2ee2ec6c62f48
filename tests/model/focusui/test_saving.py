"""What is saved is laid out as the authors' files are, so that their code and ours load it alike."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from model.focusui.checkpoint import load_checkpoint, save_checkpoint
from model.focusui.options import CONFIG_KEY
from tests.reference import VARIANTS, checkpoint_folder


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_saved_checkpoint_has_the_published_files_names_and_keys(variant: str, tmp_path: Path) -> None:
    source = checkpoint_folder(variant)
    save_checkpoint(load_checkpoint(source, dtype=torch.float32), tmp_path, source=source)
    assert {file.name for file in tmp_path.iterdir()} == {file.name for file in source.iterdir()}
    for file in source.iterdir():
        if file.name not in ("config.json", "model.safetensors"):
            assert (tmp_path / file.name).read_bytes() == file.read_bytes(), file.name
    published, saved = (json.loads((folder / "config.json").read_text()) for folder in (source, tmp_path))
    assert saved.pop(CONFIG_KEY)["has_patch_scorer"]
    assert saved == published
    before, after = load_file(source / "model.safetensors"), load_file(tmp_path / "model.safetensors")
    assert before.keys() == after.keys()
    assert all(torch.equal(value, after[name]) for name, value in before.items())
