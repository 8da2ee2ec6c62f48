import json
from pathlib import Path

import pytest

from app.commands._errors import UsageError
from app.exit_status import ExitStatus
from model.data.screens import Source
from model.errors import InputError
from tests.app.commands.conftest import RunCommand, ctrl_c_after
from tests.fakes.fake_grounder import FakeGrounder
from tests.model.evaluation.development.colours import write_colours


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    write_colours(folder, {"glade": Source.DESKTOP, "uikit": Source.WEB, "zim": Source.DESKTOP})
    return folder


def test_the_table_is_printed_and_written(
    run_command: RunCommand, grounder: FakeGrounder, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = data.parent / "table.json"
    assert run_command("eval", "dev", "--data", data, "--keep", "1.0,0.5", "--json", out) == ExitStatus.DONE
    printed = capsys.readouterr()
    assert printed.out.split("\n")[0].split() == ["ocr", "1", "ocr", "0.5"]
    assert "1 screens for training are left alone" in printed.err
    told = json.loads(out.read_text())
    assert [row["keep_fraction"] for row in told["settings"]] == [1.0, 0.5]
    assert told["n_screens"] == 2
    assert grounder.is_closed


def test_it_goes_on_where_it_was_stopped(
    run_command: RunCommand, grounder: FakeGrounder, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = data.parent / "answers.jsonl"
    asked = ("eval", "dev", "--data", data, "--limit", 4, "--answers", answers)
    with ctrl_c_after(5, grounder):
        assert run_command(*asked) == ExitStatus.STOPPED
    stopped = capsys.readouterr()
    assert "found" in stopped.out, "what there is so far"
    assert len(answers.read_text().splitlines()) == len(grounder.asked) == 5
    assert run_command(*asked) == ExitStatus.DONE
    assert len(answers.read_text().splitlines()) == len(grounder.asked) > 5
    with ctrl_c_after(0, grounder):
        assert run_command(*asked) == ExitStatus.DONE, "nothing is left to ask"


def test_answers_of_other_weights_or_about_other_questions_are_asked_anew(
    run_command: RunCommand, grounder: FakeGrounder, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers, out = data.parent / "answers.jsonl", data.parent / "table.json"
    asked = ("eval", "dev", "--data", data, "--limit", 4, "--answers", answers, "--json", out)
    assert run_command(*asked) == ExitStatus.DONE
    n_asked = len(grounder.asked)
    told = json.loads(out.read_text())
    rows = [json.loads(line) for line in answers.read_text().splitlines()]
    rows[0]["digest"] = "1" * 64
    del rows[1]["digest"], rows[1]["boxes"]  # as it was written once
    rows[2]["width_px"] += 1
    rows[3]["boxes"] = [[0.0, 0.0, 1.0, 1.0]]
    answers.write_text("".join(json.dumps(row | {"is_hit": False}) + "\n" for row in rows))
    del grounder.asked[:]
    capsys.readouterr()
    assert run_command(*asked) == ExitStatus.DONE
    assert sorted(grounder.asked) == sorted(row["instruction"] for row in rows[:4])
    said = capsys.readouterr().err
    assert "3 answers are about rows that have changed" in said
    assert "1 answers are of other weights" in said
    again = json.loads(out.read_text())
    assert again["settings"][0]["found"]["n"] == told["settings"][0]["found"]["n"], "each question counts once"
    assert len(answers.read_text().splitlines()) == n_asked + 4
    run_command(*asked)
    assert len(grounder.asked) == 4, "now they are known"


def test_development_answers_of_different_weights_are_not_compared(
    run_command: RunCommand, grounder: FakeGrounder, data: Path
) -> None:
    answers = data.parent / "answers.jsonl"
    assert run_command("eval", "dev", "--data", data, "--limit", 4, "--answers", answers) == ExitStatus.DONE
    first, *rest = answers.read_text().splitlines(keepends=True)
    answers.write_text(first.replace("0" * 64, "1" * 64) + "".join(rest))
    with pytest.raises(InputError, match="the development set are of 2 different weights"):
        run_command("eval", "compare", answers, answers)


def test_wrong_usage_is_told(run_command: RunCommand, data: Path) -> None:
    for options in (["--limit", "0"], ["--n-screens", "0"], ["--packing", "foam"], ["--model", "nobody"]):
        with pytest.raises(UsageError):
            run_command("eval", "dev", "--data", data, *options)
    with pytest.raises(UsageError, match="no folder"):
        run_command("eval", "dev", "--data", data, "--json", data / "nowhere" / "out.json")
    with pytest.raises(InputError):
        run_command("eval", "dev", "--data", data.parent)
