from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from model.focusui.checkpoint import Checkpoint, load_checkpoint
from tests.model.focusui.kin import plain_qwen
from tests.reference import screenshot


@pytest.fixture(scope="session", params=["qwen2_vl", "qwen2_5_vl", "qwen3_vl"])
def plain_folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plain Qwen model of each kind."""
    return plain_qwen(request.param, tmp_path_factory.mktemp("plain") / request.param)


@pytest.fixture
def plain(plain_folder: Path) -> Checkpoint:
    return load_checkpoint(plain_folder, dtype=torch.float32)


@pytest.fixture(scope="session")
def screen() -> np.ndarray:
    with Image.open(screenshot("editor_640x400")) as picture:
        return np.asarray(picture.convert("RGB").resize((224, 112)))
