import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.model.store.hub_server import HubServer, running_hub

REPOSITORY = "yyyang/FocusUI-3B"
CHECKPOINT = Path(__file__).parents[2] / "reference" / "qwen2_5_vl" / "checkpoint"


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A repository as it is published: a checkpoint, and what no one needs."""
    folder = tmp_path / "published"
    shutil.copytree(CHECKPOINT, folder)
    (folder / "pytorch_model.bin").write_bytes(b"pickle")
    (folder / "README.md").write_text("# FocusUI")
    (folder / "teaser.png").write_bytes(b"png")
    (folder / "trainer_state.json").write_text("{}")
    return folder


@pytest.fixture
def hub(published: Path) -> Iterator[HubServer]:
    with running_hub(REPOSITORY, published) as server:
        yield server
