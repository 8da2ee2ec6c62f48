import argparse
import json
from pathlib import Path

import pytest

from agent.run_log.record import LOG_NAME
from agent.types import ClickStep
from app.commands import runs
from app.exit_status import ExitStatus
from tests.fakes.loop_bench import LoopBench


@pytest.fixture
def run_id(tmp_path: Path) -> str:
    bench = LoopBench(tmp_path)
    bench.editor()
    return bench.run(ClickStep(said="click Save", target="Save"), command="click Save").run_id


def _foveal(folder: Path, *argv: str) -> int:
    parser = argparse.ArgumentParser()
    runs.add_parser(parser.add_subparsers(required=True))
    arguments = parser.parse_args(["runs", *argv, "--folder", str(folder)])
    return int(arguments.run(arguments))


def test_list(tmp_path: Path, run_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _foveal(tmp_path, "list") == ExitStatus.DONE
    assert capsys.readouterr().out == f"{run_id}  done        click Save\n"
    _foveal(tmp_path, "list", "--json")
    assert json.loads(capsys.readouterr().out)[0]["status"] == "done"


def test_show(tmp_path: Path, run_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _foveal(tmp_path, "show", run_id) == ExitStatus.DONE
    assert "decided" in capsys.readouterr().out
    _foveal(tmp_path, "show", run_id, "--json")
    assert len(json.loads(capsys.readouterr().out)["records"]) > 5


@pytest.mark.parametrize("is_named", [True, False])
def test_verify_fails_once_something_was_changed(
    tmp_path: Path, run_id: str, capsys: pytest.CaptureFixture[str], is_named: bool
) -> None:
    which = [run_id] if is_named else []
    assert _foveal(tmp_path, "verify", *which) == ExitStatus.DONE
    assert "intact" in capsys.readouterr().out
    log = tmp_path / run_id / LOG_NAME
    log.write_text(log.read_text().replace('"done"', '"failed"'))
    assert _foveal(tmp_path, "verify", *which, "--json") == ExitStatus.FAILED
    (report,) = json.loads(capsys.readouterr().out)
    assert not report["is_intact"]
    assert "changed" in report["problems"][0]
