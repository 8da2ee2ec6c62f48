import json
from pathlib import Path

import pytest

from app.commands._errors import UsageError
from model.errors import InputError
from model.focusui.strategy import FindTimesFile
from tests.app.commands.conftest import RunCommand
from tests.reference import checkpoint_folder, screenshot

SMALL = ("models", "bench", "--device", "cpu", "--repeats", "1", "--keep", "1.0,0.3")


def test_measures_random_weights_and_remembers(
    run_command: RunCommand, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    out = tmp_path / "rows.json"
    status = run_command(*SMALL, "--size", "224x160,160x224", "--remember", "--json", str(out))
    assert status == 0
    text = capsys.readouterr().out
    assert text.startswith("random weights, shape tiny")
    assert text.count("authors' style") == 4
    assert "memory: not measured on a CPU" in text
    result = json.loads(out.read_text())
    assert len(result["rows"]) == 10
    assert {row["size"] for row in result["rows"]} == {"224x160", "160x224"}
    (times,) = FindTimesFile().read(result["key"])  # both sizes have as many cells
    assert times.pruned_ms.keys() == {1.0, 0.3}


def test_measures_a_checkpoint_and_the_harm_of_leaving_out_flat_parts(
    run_command: RunCommand, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = str(screenshot("editor_640x400"))
    folder = str(checkpoint_folder("qwen3_vl"))
    assert run_command(*SMALL, "--model", folder, "--screen", picture, "--skip-flat", "--flat-cells", "12") == 0
    text = capsys.readouterr().out
    assert "flat parts skipped" in text
    assert "cells on average" in text


@pytest.mark.parametrize(
    "wrong",
    [
        ("--keep", "half"),
        ("--keep", "0.5,1.5"),
        ("--size", "1920"),
        ("--size", "0x200"),
        ("--repeats", "0"),
        ("--skip-flat", "--flat-cells", "1"),
    ],
)
def test_wrong_use_is_told(run_command: RunCommand, wrong: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        run_command("models", "bench", "--shape", "tiny", *wrong)


@pytest.mark.parametrize("device", ["gpu", "cuda:99"])
def test_a_device_that_is_not_there(run_command: RunCommand, device: str) -> None:
    with pytest.raises(InputError, match=f'no device "{device}"'):
        run_command("models", "bench", "--shape", "tiny", "--size", "224x160", "--device", device)
