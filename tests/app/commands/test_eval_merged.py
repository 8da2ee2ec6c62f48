"""Files of answers put together and compared: what belongs together, and what is missing."""

import json
from pathlib import Path

import pytest

from app.commands._errors import UsageError
from app.exit_status import ExitStatus
from model.errors import InputError
from model.grounder import Grounding, Look
from tests.app.commands.conftest import RunCommand
from tests.fakes.fake_grounder import FakeGrounder
from tests.model.evaluation.miniatures import BOXES, write_miniature


def test_compare_tests_the_settings_of_one_file(
    run_command: RunCommand, grounder: FakeGrounder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    real_find = grounder.find

    def find(look: Look, instruction: str, *, keep_fraction: float | None = None) -> Grounding:
        return real_find(look, instruction if keep_fraction == 1.0 else "nothing", keep_fraction=keep_fraction)

    grounder.find = find  # type: ignore[method-assign] # with fewer patches it finds nothing
    data, answers = write_miniature("screenspot", tmp_path / "data"), tmp_path / "answers.jsonl"
    asked = ("eval", "screenspot", "--data", data, "--answers", answers)
    assert run_command(*asked) == ExitStatus.DONE
    with pytest.raises(InputError, match="alone"):
        run_command("eval", "compare", answers)
    assert run_command(*asked, "--keep", "1.0,0.7,0.5") == ExitStatus.DONE
    capsys.readouterr()
    assert run_command("eval", "compare", answers) == ExitStatus.DONE
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(" on 9 items: -100.0 points ")[0] for line in lines] == [
        "ocr 1 100.0%, ocr 0.7 0.0%",
        "ocr 1 100.0%, ocr 0.5 0.0%",
    ]
    with pytest.raises(UsageError, match="More than two"):
        run_command("eval", "compare", answers, answers, answers)
    for misplaced in (["--json", tmp_path / "x.json"], ["--compare", answers, answers]):
        with pytest.raises(UsageError, match="goes without an action"):
            run_command("eval", *misplaced, *asked[1:])


def test_a_report_tells_what_is_missing_and_what_was_left_out(
    run_command: RunCommand, grounder: FakeGrounder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = write_miniature("osworld-g", tmp_path / "data"), tmp_path / "out.json"
    part, other = tmp_path / "1.jsonl", tmp_path / "other.jsonl"
    asked = ("eval", "osworld-g", "--data", data, "--keep", "1.0,0.5", "--shard", "1/2", "--answers", part)
    assert run_command(*asked) == ExitStatus.DONE
    capsys.readouterr()
    assert run_command("eval", "report", part, "--data", data, "--json", out) == ExitStatus.DONE
    told = capsys.readouterr().err
    assert "ocr 1: 4 of 8 items have no answer." in told
    assert "ocr 0.5: 4 of 8 items have no answer." in told
    assert "3 rows are left out" in told
    assert len(json.loads(out.read_text())["left_out"]["rows"]) == 3
    grown = json.loads((data / "OSWorld-G.json").read_text())
    grown[0]["instruction"] = "the red one, please"
    (data / "OSWorld-G.json").write_text(json.dumps(grown))
    assert run_command("eval", "report", part, "--data", data, "--json", out) == ExitStatus.DONE
    assert "2 answers are about other rows" in capsys.readouterr().err
    assert {setting["hits"]["n"] for setting in json.loads(out.read_text())["settings"]} == {3}
    own = write_miniature("jsonl", tmp_path / "own")
    assert run_command("eval", "jsonl", "--data", own, "--answers", other) == ExitStatus.DONE
    assert run_command("eval", "report", part, other) == ExitStatus.DONE
    with pytest.raises(UsageError, match="osworld-g and jsonl"):
        run_command("eval", "report", part, other, "--data", data)
    another = own.with_name("another.jsonl")
    another.write_text(json.dumps({"image": "a.png", "instruction": "red", "bbox": BOXES["a"]["red"]}))
    with pytest.raises(InputError, match="None of these answers"):
        run_command("eval", "report", other, "--data", another)


def test_answers_of_different_weights_are_not_put_together(
    run_command: RunCommand, grounder: FakeGrounder, tmp_path: Path
) -> None:
    data, parts = write_miniature("osworld-g", tmp_path / "data"), [tmp_path / f"{i}.jsonl" for i in (1, 2)]
    for i, part in enumerate(parts, start=1):
        asked = ("eval", "osworld-g", "--data", data, "--shard", f"{i}/2", "--answers", part)
        assert run_command(*asked) == ExitStatus.DONE
    mixed = tmp_path / "mixed.jsonl"
    mixed.write_text(parts[0].read_text() + parts[1].read_text().replace("0" * 64, "1" * 64))
    for action in (["report", mixed], ["compare", mixed, mixed]):
        with pytest.raises(InputError, match="2 different weights"):
            run_command("eval", *action)
    mixed.write_text(mixed.read_text() + parts[1].read_text())  # asked anew: the last answer counts
    assert run_command("eval", "report", mixed) == ExitStatus.DONE


@pytest.mark.usefixtures("grounder")
def test_the_short_way_to_compare_is_the_same(
    run_command: RunCommand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, answers = write_miniature("screenspot", tmp_path / "data"), tmp_path / "answers.jsonl"
    assert run_command("eval", "screenspot", "--data", data, "--answers", answers) == ExitStatus.DONE
    told = []
    for way in ("compare", "--compare"):
        capsys.readouterr()
        out = tmp_path / f"{way}.json"
        assert run_command("eval", way, answers, answers, "--json", out) == ExitStatus.DONE
        told.append((capsys.readouterr().out, json.loads(out.read_text())))
    assert told[0] == told[1]
    assert told[0][1]["pairs"][0]["n"] == 9


@pytest.mark.usefixtures("grounder")
def test_results_name_the_weights(run_command: RunCommand, tmp_path: Path) -> None:
    data, out, page = write_miniature("jsonl", tmp_path / "data"), tmp_path / "out.json", tmp_path / "page.html"
    assert run_command("eval", "jsonl", "--data", data, "--json", out, "--html", page) == ExitStatus.DONE
    assert [setting["digest"] for setting in json.loads(out.read_text())["settings"]] == ["0" * 64]
    assert f"<td>{'0' * 12}</td>" in page.read_text()
