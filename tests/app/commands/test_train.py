"""``foveal train``: from nothing to graphs that the program loads."""

from pathlib import Path

import pytest
from PIL import Image

from model.errors import InputError
from model.nano.files import ALL
from tests.app.commands.conftest import RunCommand
from tests.model.data.drawing.conftest import bank_folder, packs_folder
from tests.model.nano.conftest import ask_weights
from tests.model.training.nano.button_row import button_row

__all__ = ["bank_folder", "packs_folder"]


def test_from_nothing_to_what_the_program_loads(
    run_command: RunCommand, bank_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strings, run, screens, graphs = (tmp_path / name for name in ("strings.txt", "run", "screens", "graphs"))
    strings.write_text("Open\nSave all\n", encoding="utf-8")
    button_row(screens)
    icons, shown = ("--icons", bank_folder), ("--screens", screens)
    few = ("--steps", 1, "--workers", 0, "--threads", 1)
    assert run_command("train", "encoder", run, *icons, "--strings", strings, *few) == 0
    assert "1 steps are in" in capsys.readouterr().out
    with pytest.raises(InputError, match="no checkpoint") as caught:
        run_command("train", "export", run, graphs)
    assert "foveal train reader" in caught.value.hint
    assert run_command("train", "reader", run, *icons, "--strings", strings, *shown, *few) == 0
    assert run_command("train", "glyphs", run, *icons, *few) == 0
    ask_weights().write(run / "asks.npz")
    capsys.readouterr()
    pointer = ("train", "pointer", run, *shown, "--each", 6, "--workers", 1, "--threads", 1)
    assert run_command(*pointer, "--steps", 1) == 0
    said = capsys.readouterr()
    assert "1 screens to learn from" in said.err
    assert "1 steps are in" in said.out
    (kept,) = run.glob("asked-*/*.npz")
    written_ns = kept.stat().st_mtime_ns
    assert run_command(*pointer, "--steps", 2) == 0
    assert kept.stat().st_mtime_ns == written_ns, "what was asked is kept"
    capsys.readouterr()
    assert run_command("train", "export", run, graphs) == 0
    written = {line.rpartition("/")[2] for line in capsys.readouterr().out.splitlines()}
    assert written == {*ALL}


def test_without_a_bank_the_way_to_one_is_told(run_command: RunCommand, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not an icon bank") as caught:
        run_command("train", "encoder", tmp_path / "run", "--icons", tmp_path, "--strings", tmp_path / "none.txt")
    assert "foveal collect icons" in caught.value.hint


def test_a_pointer_needs_an_encoder(run_command: RunCommand, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no checkpoint") as caught:
        run_command("train", "pointer", tmp_path, "--screens", tmp_path)
    assert "foveal train encoder" in caught.value.hint


def test_losses_are_drawn(run_command: RunCommand, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    steps = range(20, 420, 20)
    (tmp_path / "encoder.jsonl").write_text(
        "".join(f'{{"step": {step}, "seconds_a_step": 0.5, "kind": {100 / step}, "read": 0.0}}\n' for step in steps)
    )
    (tmp_path / "pointer.jsonl").write_text('{"step": 20, "pointer": 3.5}\n')
    assert run_command("train", "curves", tmp_path, tmp_path / "curves.png") == 0
    assert "3 losses" in capsys.readouterr().out
    with Image.open(tmp_path / "curves.png") as picture:
        assert picture.width > picture.height
        assert len(picture.getcolors(1 << 16) or []) >= 5


def test_curves_of_nothing_are_an_error(run_command: RunCommand, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Nothing was logged"):
        run_command("train", "curves", tmp_path, tmp_path / "curves.png")
