import json

import pytest

from app.commands._errors import UsageError
from tests.app.commands.conftest import RunCommand


def test_list_marks_the_default(run_command: RunCommand, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command("models", "list") == 0
    assert capsys.readouterr().out.startswith("* ocr ")


def test_list_and_info_as_json_agree(run_command: RunCommand, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command("models", "list", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert run_command("models", "info", "ocr", "--json") == 0
    assert json.loads(capsys.readouterr().out) in listed
    assert [card["name"] for card in listed if card["is_default"]] == ["ocr"]


def test_info_in_words(run_command: RunCommand, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command("models", "info", "ocr") == 0
    text = capsys.readouterr().out
    assert "licence:     Apache-2.0" in text
    assert "size:        55 MB" in text


def test_unknown_name_is_told(run_command: RunCommand) -> None:
    with pytest.raises(UsageError, match='named "gpt"'):
        run_command("models", "info", "gpt")


def test_an_action_is_needed(run_command: RunCommand) -> None:
    with pytest.raises(SystemExit) as caught:
        run_command("models")
    assert caught.value.code == 2
