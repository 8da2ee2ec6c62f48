"""Runs of ``foveal eval``: in parts, stopped and gone on with, compared, and asked for wrongly."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from app.commands._errors import UsageError
from app.exit_status import ExitStatus
from model.errors import InputError
from tests.app.commands.conftest import RunCommand, UseGrounder, ctrl_c_after
from tests.fakes.constant_grounder import ConstantGrounder
from tests.fakes.fake_grounder import FakeGrounder
from tests.model.evaluation.miniatures import WRITERS, write_miniature
from tests.reference import checkpoint_folder


def test_shards_put_together_are_the_whole_and_a_stopped_run_goes_on(
    run_command: RunCommand, grounder: FakeGrounder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_miniature("osworld-g", tmp_path / "data")
    whole, merged = tmp_path / "whole.json", tmp_path / "merged.json"
    asked = ("eval", "osworld-g", "--data", data, "--keep", "1.0,0.5")
    assert run_command(*asked, "--json", whole) == ExitStatus.DONE
    parts = [tmp_path / f"{i}.jsonl" for i in (1, 2)]
    for i, part in enumerate(parts, start=1):
        assert run_command(*asked, "--shard", f"{i}/2", "--answers", part) == ExitStatus.DONE
    n_asked = len(grounder.asked)
    lines = parts[0].read_text().splitlines(keepends=True)
    assert [len(part.read_text().splitlines()) for part in parts] == [8, 8]
    parts[0].write_text("".join(lines[:3]) + lines[3][:20])  # killed while it wrote
    assert run_command(*asked, "--shard", "1/2", "--answers", parts[0]) == ExitStatus.DONE
    assert len(grounder.asked) == n_asked + 5
    assert run_command(*asked, "--shard", "1/2", "--answers", parts[0]) == ExitStatus.DONE
    assert len(grounder.asked) == n_asked + 5, "nothing is left to ask"
    table, page = tmp_path / "t.csv", tmp_path / "p.html"
    written = ("--json", merged, "--csv", table, "--html", page, "--data", data)
    assert run_command("eval", "report", *parts, *written) == ExitStatus.DONE
    assert "osworld-g" in capsys.readouterr().out

    def without_costs(path: Path) -> list[dict[str, Any]]:
        settings = json.loads(path.read_text())["settings"]
        return [
            {
                key: value
                for key, value in setting.items()
                if key not in {"look_ms", "find_ms", "look_bytes", "find_bytes"}
            }
            for setting in settings
        ]

    assert without_costs(merged) == without_costs(whole)
    with table.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["hits"] for row in rows if row["group"] == "all"] == ["1.0", "1.0"]
    assert "OSWorld-G" in page.read_text()


def test_answers_of_other_weights_are_asked_anew(
    run_command: RunCommand, grounder: FakeGrounder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, answers = write_miniature("jsonl", tmp_path / "data"), tmp_path / "answers.jsonl"
    asked = ("eval", "jsonl", "--data", data, "--answers", answers)
    assert run_command(*asked) == ExitStatus.DONE
    first, *rest = answers.read_text().splitlines(keepends=True)
    answers.write_text(first.replace("0" * 64, "1" * 64) + "".join(rest[:-1]))
    n_asked = len(grounder.asked)
    assert run_command(*asked) == ExitStatus.DONE
    assert "1 answers are of other weights" in capsys.readouterr().err
    assert len(grounder.asked) == n_asked + 2
    assert run_command(*asked) == ExitStatus.DONE
    assert len(grounder.asked) == n_asked + 2


def test_ctrl_c_reports_what_there_is(
    run_command: RunCommand, grounder: FakeGrounder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_miniature("jsonl", tmp_path / "data")
    with ctrl_c_after(3, grounder):
        assert run_command("eval", "jsonl", "--data", data) == ExitStatus.STOPPED
    assert "100.0% 44-100 n=3" in capsys.readouterr().out
    assert grounder.is_closed


def test_compare_tests_the_items_that_both_answered(
    run_command: RunCommand, use_grounder: UseGrounder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_miniature("screenspot", tmp_path / "data")
    files = []
    for grounder, limit in ((ConstantGrounder(), 9), (FakeGrounder(), 8)):
        use_grounder(grounder)
        files.append(tmp_path / f"{limit}.jsonl")
        asked = ("eval", "screenspot", "--data", data, "--limit", limit, "--answers", files[-1])
        assert run_command(*asked) == ExitStatus.DONE
    capsys.readouterr()
    out = tmp_path / "out.json"
    assert run_command("eval", "compare", *files, "--json", out) == ExitStatus.DONE
    printed = capsys.readouterr().out
    (pair,) = json.loads(out.read_text())["pairs"]
    assert (pair["n"], pair["second"], pair["only_first"], pair["only_second"]) == (8, 1.0, 0, 4)
    assert pair["p"] == 2 / 2**4
    assert "on 8 items: +50.0 points" in printed
    assert run_command("eval", "--compare", *files) == ExitStatus.DONE
    assert capsys.readouterr().out == printed
    other = tmp_path / "other.jsonl"
    asked = ("eval", "jsonl", "--data", write_miniature("jsonl", tmp_path / "own"), "--answers", other)
    assert run_command(*asked) == ExitStatus.DONE
    with pytest.raises(InputError, match="share no setting"):
        run_command("eval", "compare", files[0], other)


def test_selectors_and_packings_of_a_checkpoint(run_command: RunCommand, tmp_path: Path) -> None:
    data, out = write_miniature("jsonl", tmp_path / "data"), tmp_path / "out.json"
    model = ("--model", checkpoint_folder("qwen3_vl"), "--keep", "1.0,0.5")
    chosen = ("--selector", "focusui,random", "--packing", "pospad,drop")
    assert run_command("eval", "jsonl", "--data", data, *model, *chosen, "--json", out) == ExitStatus.DONE
    settings = json.loads(out.read_text())["settings"]
    assert [(s["selector"], s["packing"], s["keep_fraction"]) for s in settings] == [
        ("focusui", "pospad", 1.0),
        *((selector, packing, 0.5) for selector in ("focusui", "random") for packing in ("pospad", "drop")),
    ]
    assert all(setting["hits"]["n"] == 4 and setting["look_bytes"] for setting in settings)
    with pytest.raises(InputError, match="knows the target"):
        run_command("eval", "jsonl", "--data", data, *model, "--selector", "oracle")


@pytest.mark.usefixtures("grounder")
def test_wrong_usage_is_told(run_command: RunCommand, tmp_path: Path) -> None:
    data = write_miniature("jsonl", tmp_path / "data")
    asked = ("eval", "jsonl", "--data", data)
    for options in (["--limit", "0"], ["--packing", "foam"], ["--model", "nobody"], ["--html", tmp_path / "no" / "x"]):
        with pytest.raises(UsageError):
            run_command(*asked, *options)
    for shard in ("0/2", "3/2", "2", "a/b"):
        with pytest.raises(SystemExit):
            run_command(*asked, "--shard", shard)
    with pytest.raises(UsageError, match="Nothing is asked for"):
        run_command("eval")
    with pytest.raises(InputError, match="cannot leave out patches by drop"):
        run_command(*asked, "--packing", "drop", "--keep", "0.5")
    with pytest.raises(InputError, match="no selector named"):
        run_command(*asked, "--selector", "nobody")
    for name in WRITERS:
        with pytest.raises(InputError):
            run_command("eval", name, "--data", tmp_path / "empty")
    (tmp_path / "nothing.jsonl").write_text("")
    for action in (["report", tmp_path / "nothing.jsonl"], ["compare", *[tmp_path / "nothing.jsonl"] * 2]):
        with pytest.raises((UsageError, InputError), match="no answers"):
            run_command("eval", *action)
