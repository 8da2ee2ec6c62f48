"""Items that a model fails on: they count as wrong, are listed, and do not end the run unless nothing else happens."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.exit_status import ExitStatus
from model.errors import InputError, ModelError
from tests.app.commands.conftest import RunCommand
from tests.fakes.fake_grounder import FakeGrounder
from tests.model.evaluation.miniatures import BOXES, write_miniature, write_screen


def _fails_on(told: Callable[..., bool], real: Callable[..., object]) -> Callable[..., object]:
    """Like the real one, but out of memory where it is told."""

    def fail(*args: object, **kwargs: object) -> object:
        if told(*args):
            raise RuntimeError("out of memory\nand a lot more")
        return real(*args, **kwargs)

    return fail


def test_an_item_that_fails_counts_as_wrong_and_is_listed_and_asked_anew(
    run_command: RunCommand,
    grounder: FakeGrounder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    data, answers, out = write_miniature("jsonl", tmp_path / "data"), tmp_path / "answers.jsonl", tmp_path / "out.json"
    page = tmp_path / "page.html"
    asked = ("eval", "jsonl", "--data", data, "--answers", answers, "--json", out, "--html", page)
    with monkeypatch.context() as patched:
        wrong = {"green", "purple"}  # purple is not there: a refusal would be right
        patched.setattr(grounder, "find", _fails_on(lambda _, instruction: instruction in wrong, grounder.find))
        assert run_command(*asked) == ExitStatus.DONE
    said = capsys.readouterr()
    assert " failed: out of memory\n" in said.err
    assert "ocr 1 failed on 2 items, which count as wrong: out of memory" in said.err
    assert [line.split()[-1] for line in said.out.splitlines() if line.startswith("failed, counted as wrong")] == ["2"]
    (setting,) = json.loads(out.read_text())["settings"]
    assert (setting["hits"]["n"], setting["hits"]["share"]) == (4, 0.5)
    assert setting["refused"] == setting["refused"] | {"n": 1, "share": 0.0}
    assert setting["failed"]["reasons"] == {"out of memory": 2}
    assert len(setting["failed"]["rows"]) == 2
    assert "ocr 1 failed, counted as wrong: 2" in page.read_text()
    assert "Failed: out of memory" in page.read_text()
    assert setting["find_ms"] > 0, "what failed took no time that says anything"
    assert run_command("eval", "report", answers, "--json", out) == ExitStatus.DONE
    assert json.loads(out.read_text())["settings"][0]["failed"]["reasons"] == {"out of memory": 2}

    del grounder.asked[:]
    assert run_command(*asked) == ExitStatus.DONE
    assert "2 items had failed and are asked anew" in capsys.readouterr().err
    assert sorted(grounder.asked) == ["green", "purple"]
    (setting,) = json.loads(out.read_text())["settings"]
    assert (setting["hits"]["n"], setting["hits"]["share"], setting["failed"]["rows"]) == (4, 1.0, [])


def _many_pictures(folder: Path, n: int) -> Path:
    """A file with an item about each of so many pictures."""
    for number in range(n):
        write_screen(folder / f"{number}.png", "a")
    rows = [{"image": f"{number}.png", "instruction": "red", "bbox": BOXES["a"]["red"]} for number in range(n)]
    (folder / "own.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return folder / "own.jsonl"


def test_ten_pictures_in_a_row_end_the_run_with_a_report_of_what_there_is(
    run_command: RunCommand, grounder: FakeGrounder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, answers, out = _many_pictures(tmp_path, 13), tmp_path / "answers.jsonl", tmp_path / "out.json"
    looked = iter(range(1, 100))
    monkeypatch.setattr(grounder, "look", _fails_on(lambda _: next(looked) > 1, grounder.look))
    with pytest.raises(ModelError, match="ocr failed on 10 pictures in a row, at last: out of memory") as caught:
        run_command("eval", "jsonl", "--data", data, "--answers", answers, "--json", out)
    assert "asks anew what failed" in caught.value.hint
    assert len(answers.read_text().splitlines()) == 11
    (setting,) = json.loads(out.read_text())["settings"]
    assert (setting["hits"]["n"], len(setting["failed"]["rows"])) == (11, 10)
    assert grounder.is_closed


def test_nine_in_a_row_do_not(
    run_command: RunCommand, grounder: FakeGrounder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, out = _many_pictures(tmp_path, 19), tmp_path / "out.json"
    looked = iter(range(1, 100))
    monkeypatch.setattr(grounder, "look", _fails_on(lambda _: next(looked) != 10, grounder.look))
    assert run_command("eval", "jsonl", "--data", data, "--json", out) == ExitStatus.DONE
    (setting,) = json.loads(out.read_text())["settings"]
    assert (setting["hits"]["n"], len(setting["failed"]["rows"])) == (19, 18)


@pytest.mark.usefixtures("grounder")
def test_a_model_that_cannot_be_asked_so_ends_the_run_at_once(run_command: RunCommand, tmp_path: Path) -> None:
    data, answers = write_miniature("jsonl", tmp_path / "data"), tmp_path / "answers.jsonl"
    with pytest.raises(InputError, match="cannot leave out patches by drop"):
        run_command("eval", "jsonl", "--data", data, "--keep", "0.5", "--packing", "drop", "--answers", answers)
    assert not answers.exists()
