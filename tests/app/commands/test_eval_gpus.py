"""One benchmark on several GPUs: processes that share the pictures."""

import json
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import NoReturn

import pytest

from app.commands._errors import UsageError
from app.exit_status import ExitStatus
from model.errors import ModelError
from tests.app.commands.conftest import RunCommand
from tests.fakes.fake_grounder import FakeGrounder
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


def test_ctrl_c_prints_what_the_processes_had_answered(
    run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """GIVEN answers of other weights WHEN stopped after one of two processes THEN there is a table of these weights."""
    data, answers, out = write_miniature("osworld-g", tmp_path / "data"), tmp_path / "a.jsonl", tmp_path / "out.json"
    asked = ("eval", "osworld-g", "--data", data, "--model", "nano", "--keep", "0.5", "--answers", answers)
    assert run_command(*asked, "--limit", "1") == ExitStatus.DONE
    (only,) = answers.read_text().splitlines()
    answers.write_text(json.dumps(json.loads(only) | {"digest": "1" * 64}) + "\n")
    join = SpawnProcess.join
    pressed: list[bool] = []

    def join_and_press(self: SpawnProcess, timeout: float | None = None) -> None:
        join(self, timeout)
        if not pressed:
            pressed.append(True)
            raise KeyboardInterrupt

    def measure_here(*_: object) -> NoReturn:
        raise AssertionError("nothing is asked any more")

    monkeypatch.setattr(SpawnProcess, "join", join_and_press)
    monkeypatch.setattr("model.evaluation.benchmarks.measure.measure_picture", measure_here)
    capfd.readouterr()
    assert run_command(*asked, "--gpus", "0,1", "--json", out) == ExitStatus.STOPPED
    said = capfd.readouterr()
    assert said.err.count("Stopped; this is what there is so far.") == 1
    assert said.out.startswith("osworld-g")
    digests = [json.loads(line)["digest"] for line in answers.read_text().splitlines()]
    (setting,) = json.loads(out.read_text())["settings"]
    assert setting["hits"]["n"] == sum(digest != "1" * 64 for digest in digests) >= 4


def test_what_failed_in_a_process_is_not_asked_again_by_the_one_that_reports(
    run_command: RunCommand, grounder: FakeGrounder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, answers, out = write_miniature("jsonl", tmp_path / "data"), tmp_path / "a.jsonl", tmp_path / "out.json"
    asked = ("eval", "jsonl", "--data", data, "--answers", answers, "--json", out)
    assert run_command(*asked) == ExitStatus.DONE
    first, *rest = answers.read_text().splitlines(keepends=True)
    failed = json.loads(first) | {"failure": "out of memory", "is_hit": False}
    del grounder.asked[:]

    def answered_elsewhere(*_: object) -> None:
        answers.write_text("".join([*rest, json.dumps(failed) + "\n"]))

    monkeypatch.setattr("app.commands.eval.benchmark.ask_on_gpus", answered_elsewhere)
    assert run_command(*asked, "--gpus", "0,1") == ExitStatus.DONE
    assert not grounder.asked
    (setting,) = json.loads(out.read_text())["settings"]
    assert (setting["hits"]["share"], setting["failed"]["reasons"]) == (0.75, {"out of memory": 1})
