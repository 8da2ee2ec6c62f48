import shutil
from collections import namedtuple
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from model.errors import ExportError
from model.focusui.onnx_export import export_onnx

CHECKPOINT = Path(__file__).parents[2] / "reference" / "qwen2_5_vl" / "checkpoint"


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ExportError, match="not an empty folder"):
        export_onnx(CHECKPOINT, tmp_path)
    with pytest.raises(ExportError, match="not an empty folder"):
        export_onnx(CHECKPOINT, tmp_path / "mine.txt")
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_a_broken_off_export_leaves_nothing(tmp_path: Path) -> None:
    def stop(_file_name: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_onnx(CHECKPOINT, tmp_path / "out", on_step=stop)
    assert list(tmp_path.iterdir()) == []


def test_too_little_room_is_told_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage(1, 1, 0))
    with pytest.raises(ExportError, match="not enough room"):
        export_onnx(CHECKPOINT, tmp_path / "a" / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_plain_model_has_nothing_that_points(tmp_path: Path) -> None:
    plain = Path(shutil.copytree(CHECKPOINT, tmp_path / "plain"))
    heads = ("patch_scorer.", "multi_patch_pointer_head.")
    weights = load_file(plain / "model.safetensors")
    kept: dict[str, torch.Tensor] = {name: one for name, one in weights.items() if not name.startswith(heads)}
    save_file(kept, plain / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ExportError, match="without a pointer head"):
        export_onnx(plain, tmp_path / "out")
