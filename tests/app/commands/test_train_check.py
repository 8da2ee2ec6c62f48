import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.commands._errors import UsageError
from app.exit_status import ExitStatus
from model.errors import InputError, RecordError
from tests.app.commands.conftest import RunCommand
from tests.model.data.sources.rows import png, row, write_archive, write_list, write_pictures


def test_counts_faults_and_lengths_are_told(
    run_command: RunCommand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.png").write_bytes(png(280, 140))
    rows = [row(wish="Save"), row(wish="Save all"), row(box=[0.5, 0.5, 0.1, 0.6]), *[row("none.png")] * 4]
    path, report = write_list(tmp_path / "rows.json", rows), tmp_path / "report.jsonl"
    assert run_command("train", "check", path, "--report", report) == ExitStatus.DONE
    printed = capsys.readouterr().out
    lines = [line.split() for line in printed.splitlines()]
    assert lines[1] == ["7", "7", "2", "1", str(path)]
    assert "2 records can be learned from." in printed
    assert f"4 left out: picture missing ({path}, row 4; {path}, row 5; {path}, row 6, …)" in printed
    assert f"1 left out: box inverted ({path}, row 3)" in printed
    assert ["visual", "tokens,", "Qwen2.5-VL", "50.0", "50.0", "50.0", "50.0"] in lines
    assert ["visual", "tokens,", "Qwen3-VL", "36.0", "36.0", "36.0", "36.0"] in lines
    assert ["target,", "%", "of", "a", "side", "25.0", "25.0", "25.0", "25.0"] in lines
    assert ["instruction,", "characters", "4.0", "6.0", "7.8", "8.0"] in lines
    assert len(report.read_text().splitlines()) == 5
    assert json.loads(report.read_text().splitlines()[0])["row"] == "row 3"
    assert f"All 5 rows that were left out are in {report}" in printed


def test_pictures_elsewhere_in_pixels_decoded(
    run_command: RunCommand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = write_archive(tmp_path / "images.zip", {"a.png": png(300, 200), "cut.png": png(300, 200)[:-40]})
    in_pixels = {"box": [20, 20, 50, 50], "say": "click(x=30, y=30)"}
    path = write_list(tmp_path / "rows.jsonl", [row(**in_pixels), row("cut.png", **in_pixels)])
    options = ("--images", images, "--pixels")
    assert run_command("train", "check", path, *options) == ExitStatus.DONE
    assert "2 records can be learned from." in capsys.readouterr().out
    assert run_command("train", "check", path, *options, "--decode") == ExitStatus.DONE
    assert "1 left out: picture cannot be read" in capsys.readouterr().out


def test_it_fails_if_nothing_can_be_used(
    run_command: RunCommand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_list(tmp_path / "rows.json", [row(), row()])
    with pytest.raises(RecordError, match="None of these rows can be learned from: 2 × picture missing"):
        run_command("train", "check", path)
    assert "2 left out: picture missing" in capsys.readouterr().out, "the table is printed all the same"


def test_its_exit_status_is_that_of_every_command(tmp_path: Path) -> None:
    path = write_list(tmp_path / "rows.json", [row()])

    def status(*argv: object) -> int:
        return subprocess.run(
            [sys.executable, "-m", "app", "train", "check", *map(str, argv)],
            capture_output=True,
            check=False,
            timeout=120,
        ).returncode

    assert status(path) == ExitStatus.FAILED, "its picture is missing"
    assert status(tmp_path / "none") == ExitStatus.USAGE
    write_pictures(tmp_path, "a.png")
    assert status(path) == ExitStatus.DONE


def test_wrong_use_is_told(run_command: RunCommand, tmp_path: Path) -> None:
    write_pictures(tmp_path, "a.png")
    path = write_list(tmp_path / "rows.json", [row()])
    with pytest.raises(UsageError, match="no folder"):
        run_command("train", "check", path, "--report", tmp_path / "none" / "report.jsonl")
    with pytest.raises(InputError, match="no file or folder"):
        run_command("train", "check", tmp_path / "none")
