import importlib.util
from pathlib import Path

import pytest

from app.commands import models_export
from app.commands._errors import UsageError
from model.errors import ExportError
from model.focusui_onnx.manifest import Manifest, Weights
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


def test_a_checkpoint_that_is_not_there(run_command: RunCommand, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no folder"):
        run_command("models", "export", tmp_path / "none", tmp_path / "out")


def test_packages_that_are_not_installed(
    run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(models_export, "find_spec", lambda name: None if name == "onnxscript" else real(name))
    with pytest.raises(ExportError, match="not installed: onnxscript") as caught:
        run_command("models", "export", CHECKPOINT, tmp_path / "out")
    assert "foveal[export]" in caught.value.hint
