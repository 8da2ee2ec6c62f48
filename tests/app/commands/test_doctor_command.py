"""``foveal doctor``: what it prints and its exit status."""

import argparse
import json

import pytest

from agent.doctor import DoctorParts
from agent.errors import CaptureError
from app.commands import doctor
from model.errors import ModelLoadError


def refuse_capture() -> None:
    raise CaptureError("There is no display.", hint="Set DISPLAY.")


def refuse_model() -> None:
    raise ModelLoadError("A file is missing.", hint="Install anew.")


PARTS = DoctorParts(open_capture=refuse_capture, load_grounder=refuse_model, open_control=None, listen_hotkeys=tuple)


def test_the_table_names_each_check_with_its_hint(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.run_with(PARTS, is_json=False) == 1
    printed = capsys.readouterr().out
    assert "✗ Display" in printed
    assert "→ Set DISPLAY." in printed
    assert printed.rstrip().endswith("3 checks, 2 failed, 0 with a warning.")


def test_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.run_with(PARTS, is_json=True) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == 1
    assert told["ok"] is False
    assert told["checks"][0] == {
        "name": "Display",
        "status": "fail",
        "detail": "There is no display.",
        "hint": "Set DISPLAY.",
        "measures": {},
    }


def test_the_options_are_understood() -> None:
    parser = argparse.ArgumentParser()
    doctor.add_parser(parser.add_subparsers())
    args = parser.parse_args(["doctor", "--json", "--no-input"])
    assert (args.json, args.no_input, args.run) == (True, True, doctor.run)
