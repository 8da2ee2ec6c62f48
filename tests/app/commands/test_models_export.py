import importlib.util
from pathlib import Path

import pytest

from app.commands._errors import UsageError
from model.focusui_onnx.manifest import Manifest, Weights
from model.registry import find_card
from tests.app.commands.conftest import RunCommand

CHECKPOINT = Path(__file__).parents[2] / "reference" / "qwen3_vl" / "checkpoint"


def test_it_writes_what_can_be_loaded(
    run_command: RunCommand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    assert run_command("models", "export", CHECKPOINT, out, "--int8") == 0
    told = capsys.readouterr()
    assert told.out == f"{out}: 2 MB\n"
    assert [line.split()[1] for line in told.err.splitlines()][:2] == ["embeddings.npy", "vision.onnx"]
    assert Manifest.read(out).weights is Weights.INT8
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]
    card = find_card(str(out))
    assert "torch" not in card.modules
    assert card.load().info.name == str(out)
    with pytest.raises(UsageError, match="no checkpoint"):
        run_command("models", "export", out, tmp_path / "again")


def test_a_checkpoint_that_is_not_there(run_command: RunCommand, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no folder"):
        run_command("models", "export", tmp_path / "none", tmp_path / "out")


def test_what_is_no_checkpoint(run_command: RunCommand, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no checkpoint"):
        run_command("models", "export", "ocr", tmp_path / "out")


def test_packages_that_are_not_installed(
    run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "onnxscript" else real(name))
    with pytest.raises(UsageError, match="onnxscript, which is not installed"):
        run_command("models", "export", CHECKPOINT, tmp_path / "out")
