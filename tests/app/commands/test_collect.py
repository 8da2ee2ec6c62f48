from pathlib import Path

import pytest
from PIL import Image

from app.commands._errors import UsageError
from model.data.screens import read_screens
from tests.app.commands.conftest import RunCommand
from tests.model.data.drawing.conftest import bank_folder, packs_folder

__all__ = ["bank_folder", "packs_folder"]


def test_a_set_is_drawn_and_shown(
    run_command: RunCommand, bank_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strings, out, sheet = tmp_path / "strings.txt", tmp_path / "set", tmp_path / "sheet.png"
    strings.write_text("Open\nSave all\n", encoding="utf-8")
    kit = ("--icons", bank_folder, "--strings", strings)
    assert run_command("collect", "drawn", out, *kit, "--n", 3, "--seed", 7, "--width", 320, "--height", 200) == 0
    assert capsys.readouterr().out.startswith("3 pictures with ")
    screens = list(read_screens(out))
    assert [screen.picture for screen in screens] == ["drawn-7.png", "drawn-8.png", "drawn-9.png"]
    assert (screens[0].width_px, screens[0].height_px) == (320, 200)
    assert run_command("collect", "preview", out, sheet, "--n", 2) == 0
    with Image.open(sheet) as picture:
        assert picture.size == (1280, 400)
    with pytest.raises(UsageError, match="holds screens already"):
        run_command("collect", "drawn", out, *kit)


def test_crops_are_square(run_command: RunCommand, bank_folder: Path, tmp_path: Path) -> None:
    strings = tmp_path / "strings.txt"
    strings.write_text("Open\n", encoding="utf-8")
    kit = ("--icons", bank_folder, "--strings", strings)
    assert run_command("collect", "drawn", tmp_path / "set", *kit, "--n", 1, "--crops", 128) == 0
    assert {(screen.width_px, screen.height_px) for screen in read_screens(tmp_path / "set")} == {(128, 128)}


def test_packs_are_listed_with_their_licences(run_command: RunCommand, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command("collect", "icons", "--list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.split() == ["lucide-static", "ISC"] for line in lines)


def test_wrong_use_is_told(run_command: RunCommand, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No folder"):
        run_command("collect", "icons")
    with pytest.raises(UsageError, match="nothing to draw"):
        run_command("collect", "drawn", tmp_path, "--icons", tmp_path, "--strings", tmp_path, "--n", 0)
    with pytest.raises(UsageError, match="at least one"):
        run_command("collect", "preview", tmp_path, tmp_path / "sheet.png", "--n", 0)
