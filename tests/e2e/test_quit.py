"""The program ends when it is told to, also in the middle of a run, and does nothing afterwards."""

import signal
from pathlib import Path

import pytest

from app.stage import open_stage
from tests.e2e._windows import wait_until

pytestmark = pytest.mark.e2e


def test_a_polite_kill_ends_a_run_that_waits_for_its_countdown() -> None:
    with open_stage(1280, 800, {"countdown_s": 60.0}) as stage:
        stage.open_program("l3afpad")
        tray = stage.start_tray()
        stage.type("click File")
        records = stage.run_typed()
        while next(records).event != "previewed":
            pass
        tray.send_signal(signal.SIGTERM)
        wait_until(lambda: tray.poll() is not None, "the tray program has ended")
        assert tray.returncode == 0
        assert "run_finished" in {record.event for record in records}
        assert "action_sent" not in _log_of(stage.screen.home)


def _log_of(home: Path) -> str:
    (log,) = home.glob(".local/state/foveal/runs/*/run.jsonl")
    return log.read_text()
