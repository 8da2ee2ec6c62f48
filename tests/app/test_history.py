import stat
from pathlib import Path

import pytest

from app.history import CommandHistory


def test_arrow_keys_walk_through_earlier_commands_and_back_to_the_draft() -> None:
    history = CommandHistory(None)
    for command in ("one", "two", "one"):
        history.add(command)
    assert history.entries == ("two", "one")
    assert history.older("dra") == "one"
    assert history.older("one") == "two"
    assert history.older("two") == "two"
    assert history.newer("two") == "one"
    assert history.newer("one") == "dra"
    assert history.newer("dra") == "dra"


def test_history_survives_a_restart_and_only_the_person_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "state" / "history.json"
    CommandHistory(path).add("click “Grüße”")
    assert CommandHistory(path).entries == ("click “Grüße”",)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_broken_history_is_an_empty_one(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "history.json"
    for text in ("{", "{}", "[1, 2]"):
        path.write_text(text)
        assert CommandHistory(path).entries == ()
    assert "could not be read" in caplog.text


def test_history_is_bounded() -> None:
    history = CommandHistory(None)
    for n in range(300):
        history.add(str(n))
    assert len(history.entries) == 200
    assert history.entries[-1] == "299"
