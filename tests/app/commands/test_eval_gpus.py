"""One benchmark on several GPUs: processes that share the pictures."""

import json
from pathlib import Path
from typing import NoReturn

import pytest

from app.commands._errors import UsageError
from app.exit_status import ExitStatus
from model.errors import ModelError
from tests.app.commands.conftest import RunCommand
from tests.model.evaluation.miniatures import write_miniature


def test_several_gpus_share_the_pictures(
    run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """GIVEN processes, without GPUs here WHEN asked THEN they answer all, and what was answered before is not asked."""
    data, answers, out = write_miniature("osworld-g", tmp_path / "data"), tmp_path / "a.jsonl", tmp_path / "out.json"
    asked = ("eval", "osworld-g", "--data", data, "--model", "nano", "--keep", "0.5")
    assert run_command(*asked, "--limit", "4", "--answers", answers) == ExitStatus.DONE
    before = answers.read_text()
    answers.with_name("a.jsonl.2").write_text(before.splitlines(keepends=True)[0] + '{"cut sho')  # killed once

    def measure_here(*_: object) -> NoReturn:
        raise AssertionError("the processes have asked everything")

    monkeypatch.setattr("model.evaluation.benchmarks.measure.measure_picture", measure_here)
    assert run_command(*asked, "--answers", answers, "--gpus", "0,1", "--json", out) == ExitStatus.DONE
    assert sorted(path.name for path in tmp_path.glob("a.jsonl*")) == ["a.jsonl"]
    assert answers.read_text().startswith(before)
    assert len(answers.read_text().splitlines()) == 4 + 1 + 4
    (setting,) = json.loads(out.read_text())["settings"]
    assert setting["hits"]["n"] == 8
    with pytest.raises(UsageError, match="gather their answers"):
        run_command(*asked, "--gpus", "0,1")
    answers.write_text('{"broken": 1}\n')
    capfd.readouterr()
    with pytest.raises(ModelError, match="2 of 2 processes failed"):
        run_command(*asked, "--answers", answers, "--gpus", "0,1")
    assert "GPU 1: " in capfd.readouterr().err
