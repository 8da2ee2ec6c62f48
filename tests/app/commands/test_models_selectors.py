import csv
import json
from pathlib import Path

import pytest

from app.commands._errors import UsageError
from app.exit_status import ExitStatus
from model.errors import InputError
from tests.app.commands.conftest import RunCommand
from tests.fakes.fake_grounder import FakeGrounder
from tests.reference import checkpoint_folder, screenshot

_MODEL = ("--model", checkpoint_folder("qwen3_vl"))


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """Two rows that can be used and two that cannot."""
    good = {"image": str(screenshot("editor_640x400")), "instruction": "Save", "bbox": [10, 8, 90, 40]}
    path = tmp_path / "rows.jsonl"
    lines = [good, {"image": "x"}, {**good, "bbox": [0, 0, 9000, 10]}, {**good, "instruction": "Open a file"}]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


def test_prints_a_table_and_tells_what_was_left_out(
    rows: Path, run_command: RunCommand, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    chosen = ("--selectors", "focusui,random", "--packing", "pospad,renumber", "--keep", "1.0,0.3")
    out = tmp_path / "table.csv"
    assert run_command("models", "selectors", *_MODEL, "--data", rows, *chosen, "--csv", out) == ExitStatus.DONE
    captured = capsys.readouterr()
    assert captured.err.splitlines() == [
        'Line 2 is left out: The line needs "image" and "instruction" as text.',
        "Line 3 is left out: [0.0, 0.0, 9000.0, 10.0] is no box on a picture of 640x400 pixels.",
    ]
    header, *lines = captured.out.splitlines()
    assert header.split() == ["selector", "packing", "keep", "n", "hit@1", "95", "%", "kept", "ms"]
    assert [line.split()[:4] for line in lines] == [
        [selector, packing, keep, "2"]
        for selector in ("focusui", "random")
        for keep in ("1", "0.3")
        for packing in ("pospad", "renumber")
    ]
    with out.open(encoding="utf-8", newline="") as written:
        table = list(csv.DictReader(written))
    assert [row["selector"] for row in table] == [line.split()[0] for line in lines]
    assert float(table[0]["target_kept"]) == 1.0


def test_prints_json(rows: Path, run_command: RunCommand, capsys: pytest.CaptureFixture[str]) -> None:
    chosen = ("--selectors", "fastv", "--keep", "0.5", "--seed", "7", "--json")
    assert run_command("models", "selectors", *_MODEL, "--data", rows, *chosen) == ExitStatus.DONE
    answer = json.loads(capsys.readouterr().out)
    assert (answer["schema"], answer["seed"], answer["rows_left_out"]) == (1, 7, 2)
    assert [row["packing"] for row in answer["settings"]] == ["pospad", "drop", "renumber"]
    assert all(row["n"] == 2 and row["low"] <= row["hit@1"] <= row["high"] for row in answer["settings"])


def test_what_cannot_be_done_is_told_before_anything_runs(rows: Path, run_command: RunCommand, tmp_path: Path) -> None:
    use = ("models", "selectors", *_MODEL, "--data", rows)
    with pytest.raises(InputError, match='no selector named "best"'):
        run_command(*use, "--selectors", "best")
    with pytest.raises(UsageError, match='no packing named "tight"'):
        run_command(*use, "--packing", "tight")
    with pytest.raises(UsageError, match="no folder"):
        run_command(*use, "--csv", tmp_path / "none" / "table.csv")
    with pytest.raises(SystemExit):
        run_command(*use, "--keep", "0.5,1.5")


def test_a_file_without_a_usable_row_is_wrong_usage(run_command: RunCommand, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text("nonsense\n", encoding="utf-8")
    with pytest.raises(UsageError, match="No row"):
        run_command("models", "selectors", *_MODEL, "--data", tmp_path / "rows.jsonl")


def test_models_without_visual_tokens_are_refused(rows: Path, run_command: RunCommand, grounder: FakeGrounder) -> None:
    with pytest.raises(UsageError, match="no visual tokens"):
        run_command("models", "selectors", "--model", "ocr", "--data", rows)
    assert grounder.is_closed


def test_help_names_the_choices(run_command: RunCommand, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run_command("models", "selectors", "--help")
    assert ended.value.code == 0
    assert "pospad, drop and renumber" in " ".join(capsys.readouterr().out.split())
