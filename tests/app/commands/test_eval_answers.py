"""Answers that are kept, and reports that are written whatever happens."""

import json
from pathlib import Path

import pytest

from app.commands._errors import UsageError
from app.exit_status import ExitStatus
from model.errors import InputError
from tests.app.commands.conftest import RunCommand
from tests.fakes.fake_grounder import FakeGrounder
from tests.model.evaluation.miniatures import BOXES, write_miniature


def test_answers_about_rows_that_changed_are_asked_anew(
    run_command: RunCommand, grounder: FakeGrounder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rows are told apart by their place unless they have ids, so a row put in front moves all others."""
    data, answers, out = write_miniature("jsonl", tmp_path / "data"), tmp_path / "answers.jsonl", tmp_path / "out.json"
    asked = ("eval", "jsonl", "--data", data, "--answers", answers, "--json", out)
    assert run_command(*asked) == ExitStatus.DONE
    added = {"image": "b.png", "instruction": "green", "bbox": BOXES["b"]["green"]}
    rows = [json.loads(line) for line in data.read_text().splitlines()]
    rows[0]["groups"] = {"kind": "renamed"}
    data.write_text("\n".join(map(json.dumps, [added, *rows])))
    del grounder.asked[:]
    assert run_command(*asked) == ExitStatus.DONE
    assert "2 answers are about rows that have changed" in capsys.readouterr().err
    assert sorted(grounder.asked) == ["green", "green", "purple", "yellow"], "the row with an id is known"
    (setting,) = json.loads(out.read_text())["settings"]
    assert (setting["hits"]["n"], setting["hits"]["share"]) == (5, 1.0)
    assert set(setting["groups"]["kind"]) == {"renamed", "nothing"}, "counted by the groups of now"
    rows[0]["bbox"] = [0, 0, 10, 10]
    data.write_text("\n".join(map(json.dumps, [added, *rows])))
    assert run_command(*asked) == ExitStatus.DONE
    (setting,) = json.loads(out.read_text())["settings"]
    assert (setting["hits"]["n"], setting["hits"]["share"]) == (5, 0.8), "red is where it was, the target is not"


def test_what_is_named_twice_counts_once(run_command: RunCommand, grounder: FakeGrounder, tmp_path: Path) -> None:
    data, out = write_miniature("jsonl", tmp_path / "data"), tmp_path / "out.json"
    twice = ("--keep", "0.5,1.0,0.5", "--model", "nano,nano", "--packing", "pospad,pospad")
    assert run_command("eval", "jsonl", "--data", data, *twice, "--json", out) == ExitStatus.DONE
    settings = json.loads(out.read_text())["settings"]
    assert [(setting["keep_fraction"], setting["hits"]["n"]) for setting in settings] == [(0.5, 4), (1.0, 4)]
    assert len(grounder.asked) == 8


def test_files_are_written_though_nobody_reads_the_table(
    run_command: RunCommand, grounder: FakeGrounder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(_text: str) -> int:
        raise BrokenPipeError

    data, out, page = write_miniature("jsonl", tmp_path / "data"), tmp_path / "out.json", tmp_path / "page.html"
    monkeypatch.setattr("sys.stdout.write", closed)
    with pytest.raises(BrokenPipeError):
        run_command("eval", "jsonl", "--data", data, "--json", out, "--html", page)
    assert out.is_file()
    assert page.is_file()


@pytest.mark.usefixtures("grounder")
def test_a_part_without_a_picture_is_told(
    run_command: RunCommand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, page = write_miniature("jsonl", tmp_path / "data"), tmp_path / "page.html"
    assert run_command("eval", "jsonl", "--data", data, "--shard", "3/3", "--html", page) == ExitStatus.DONE
    assert "nothing is asked in this one" in capsys.readouterr().err
    assert page.is_file()


@pytest.mark.usefixtures("grounder")
def test_what_cannot_be_written_or_read_is_told_before_anything_is_asked(
    run_command: RunCommand, tmp_path: Path
) -> None:
    asked = ("eval", "jsonl", "--data", write_miniature("jsonl", tmp_path / "data"))
    for option in ("--json", "--csv", "--html", "--answers"):
        with pytest.raises(UsageError, match="is a folder"):
            run_command(*asked, option, tmp_path)
    with pytest.raises(InputError, match="There is no file or folder"):
        run_command("eval", "screenspot", "--data", tmp_path / "nowhere")
