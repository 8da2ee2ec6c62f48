"""``foveal train``: from nothing to graphs that the program loads."""

from pathlib import Path

import pytest

from model.errors import InputError
from tests.app.commands.conftest import RunCommand
from tests.model.data.drawing.conftest import bank_folder, packs_folder

__all__ = ["bank_folder", "packs_folder"]


def test_an_encoder_is_trained_and_exported(
    run_command: RunCommand, bank_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strings, run = tmp_path / "strings.txt", tmp_path / "run"
    strings.write_text("Open\nSave all\n", encoding="utf-8")
    kit = ("--icons", bank_folder, "--strings", strings)
    assert run_command("train", "encoder", run, *kit, "--steps", 1, "--workers", 0, "--threads", 1) == 0
    assert "1 steps are in" in capsys.readouterr().out
    assert run_command("train", "export", run, tmp_path / "graphs") == 0
    said = capsys.readouterr().out
    assert [line.rpartition("/")[2] for line in said.splitlines()] == ["encoder.onnx", "reading.onnx", "meaning.onnx"]


def test_without_a_bank_the_way_to_one_is_told(run_command: RunCommand, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not an icon bank") as caught:
        run_command("train", "encoder", tmp_path / "run", "--icons", tmp_path, "--strings", tmp_path / "none.txt")
    assert "foveal collect icons" in caught.value.hint


def test_a_pointer_needs_an_encoder(run_command: RunCommand, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no checkpoint") as caught:
        run_command("train", "pointer", tmp_path, "--screens", tmp_path)
    assert "foveal train encoder" in caught.value.hint
