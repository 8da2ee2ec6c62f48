import json
from pathlib import Path

import pytest

from tests.app.commands.conftest import RunCommand
from tests.fakes.fake_grounder import FakeGrounder


def test_elements_in_words(
    grounder: FakeGrounder, run_command: RunCommand, picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command("parse", picture) == 0
    assert capsys.readouterr().out.splitlines() == [
        "button    20,30-100,60         red",
        "button    150,30-190,50        blue",
        "button    200,150-220,160      red",
    ]
    assert grounder.is_closed


def test_elements_as_json(
    grounder: FakeGrounder, run_command: RunCommand, picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command("parse", picture, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["schema"] == 1
    assert answer["image"] == {"width": 300, "height": 200}
    assert answer["model"] == {"name": "fake", "device": "cpu"}
    assert answer["elements"][1] == {
        "kind": "button", "bbox": [150, 30, 190, 50], "text": "blue", "score": 1.0, "checked": None,
    }  # fmt: skip


def test_an_empty_screen_says_so(
    grounder: FakeGrounder, run_command: RunCommand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "white.ppm").write_bytes(b"P6\n2 1\n255\n" + b"\xff" * 6)
    assert run_command("parse", tmp_path / "white.ppm") == 0
    assert capsys.readouterr().out == "Nothing was seen.\n"
