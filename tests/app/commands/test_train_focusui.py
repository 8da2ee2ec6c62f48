"""``foveal train focusui`` and ``foveal train recipes``."""

import json
import signal
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest

from app.commands._errors import UsageError
from model.errors import InputError, RecordError
from model.training.recipes import recipe_file, recipe_names
from model.training.run_state import read_log
from model.training.toy_screens import ToyScreens
from tests.app.commands.conftest import RunCommand
from tests.model.data.sources.rows import png
from tests.reference import checkpoint_folder

_MODEL = ("--model", checkpoint_folder("qwen2_5_vl"))
_HERE = ("--device", "cpu", "--workers", 0)


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """The first stage of the toy, a few steps of it."""
    text = recipe_file("toy-stage1").read_text()
    changes = {
        "n_screens = 1600": "n_screens = 16", "n_held_out = 200": "n_held_out = 2",
        "batch_size = 8": "batch_size = 2", "saved_every = 50": "saved_every = 3",
    }  # fmt: skip
    for was, becomes in changes.items():
        assert was in text
        text = text.replace(was, becomes)
    (tmp_path / "short.toml").write_text(text)
    return tmp_path / "short.toml"


def test_recipes_are_listed_and_printed(run_command: RunCommand, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command("train", "recipes") == 0
    listed = capsys.readouterr().out
    assert [line.split()[0] for line in listed.splitlines()] == list(recipe_names())
    assert run_command("train", "recipes", "focusui-stage2") == 0
    assert capsys.readouterr().out == recipe_file("focusui-stage2").read_text()


def test_a_run_ends_with_a_checkpoint_and_goes_on_only_if_asked(
    run_command: RunCommand, recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("train", "focusui", recipe, *_MODEL, "--out", tmp_path / "run", *_HERE)
    assert run_command(*asked) == 0
    said = capsys.readouterr()
    assert said.out == f"8 steps; the checkpoint is {tmp_path / 'run' / 'model'}\n"
    assert "after 8 steps, of 2 held out" in said.err
    assert "1/8" in said.err
    written = {path.name for path in (tmp_path / "run").iterdir()}
    assert written == {"model", "best", "state", "log.jsonl", "report.html", "tensorboard"}
    with pytest.raises(InputError, match="holds a run already"):
        run_command(*asked)
    assert run_command(*asked, "--resume") == 0
    assert "8 steps; the checkpoint is" in capsys.readouterr().out


def test_ctrl_c_saves_after_the_step(
    run_command: RunCommand,
    recipe: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from app.commands.train import focusui

    shown, handled = focusui._Shown.show_step, signal.getsignal(signal.SIGINT)

    def press_ctrl_c(self: focusui._Shown, report: object) -> None:
        shown(self, report)  # type: ignore[arg-type]
        signal.raise_signal(signal.SIGINT)

    asked = ("train", "focusui", recipe, *_MODEL, "--out", tmp_path / "run", *_HERE)
    with monkeypatch.context() as patched:
        patched.setattr(focusui._Shown, "show_step", press_ctrl_c)
        assert run_command(*asked) == 4
    assert "Stopped after step 1; the same command with --resume goes on" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGINT) is handled
    assert run_command(*asked, "--resume") == 0


def _toy_rows(folder: Path, n: int) -> list[dict[str, Any]]:
    """Rows about drawn screens, whose pictures lie in the folder."""
    screens = ToyScreens(n, seed=4)
    rows = []
    for index in range(n):
        screens.picture(index).save(folder / f"{index}.png")
        box = screens.record(index).box
        x, y = (box.x1_norm + box.x2_norm) / 2, (box.y1_norm + box.y2_norm) / 2
        said = {"from": "gpt", "value": f"pyautogui.click(x={x:.4f}, y={y:.4f})", "bbox_gt": astuple(box)}
        asked = {"from": "human", "value": f"<image> {screens.record(index).instruction}"}
        rows.append({"image": f"{index}.png", "conversations": [asked, said]})
    return rows


def _own_recipe(folder: Path, **changes: str) -> Path:
    """The first stage for one's own data, in small steps."""
    text = recipe_file("focusui-stage1").read_text()
    for was, becomes in {"accumulation = 256": "accumulation = 2", **changes}.items():
        assert was in text
        text = text.replace(was, becomes)
    (folder / "own.toml").write_text(text)
    return folder / "own.toml"


def test_ones_own_data_is_learned_from(
    run_command: RunCommand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """GIVEN records, and pictures elsewhere WHEN trained THEN they are learned from, and what is left out is told."""
    pictures = tmp_path / "elsewhere"
    pictures.mkdir()
    rows = _toy_rows(pictures, 3)
    (tmp_path / "rows.json").write_text(json.dumps([*rows, rows[0] | {"image": "gone.png"}]))
    own = (_own_recipe(tmp_path), "--data", tmp_path / "rows.json", "--held-out", tmp_path / "rows.json")
    kept = ("--labels", tmp_path / "labels", "--images", pictures)
    assert run_command("train", "focusui", *own, *kept, *_MODEL, "--out", tmp_path / "run", *_HERE) == 0
    told = capsys.readouterr().err
    assert "after 2 steps, of 3 held out" in told
    assert "1 rows cannot be used; 3 records can:" in told
    assert "1 left out: picture missing" in told
    report = (tmp_path / "run" / "report.html").read_text()
    for part in ("to learn from", "held out"):
        assert f"<li>{part}: 1 left out: picture missing (" in report
    assert sum(path.is_file() for path in (tmp_path / "labels").rglob("*")) == 3


def test_a_stream_is_learned_from(
    run_command: RunCommand, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN lines of JSON, one of them bad, and pictures in a folder WHEN streamed for some steps THEN they are."""
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    rows = _toy_rows(tmp_path, 4)
    rows[1]["image"] = "none.png"
    lines = tmp_path / "rows.jsonl"
    lines.write_text("".join(json.dumps(row) + "\n" for row in rows))
    asked = ("train", "focusui", _own_recipe(tmp_path), *_MODEL, "--out", tmp_path / "run", *_HERE)
    streamed = ("--stream", lines, "--images", tmp_path, "--block", 3)

    with pytest.raises(InputError, match="nobody knows how long an epoch of a stream is") as caught:
        run_command(*asked, *streamed)
    assert "--steps N" in caught.value.hint
    assert not (tmp_path / "run").exists()

    assert run_command(*asked, *streamed, "--steps", 3) == 0
    said = capsys.readouterr()
    assert said.out == f"3 steps; the checkpoint is {tmp_path / 'run' / 'model'}\n"
    assert "1 records were left out: There is no file" in said.err
    state = json.loads((tmp_path / "run" / "state" / "run.json").read_text())
    assert state["provenance"]["data"]["stream"] == str(lines)
    assert state["places"][0]["n_passes"] == 1


def test_a_recipe_that_counts_steps_needs_no_more(run_command: RunCommand, tmp_path: Path) -> None:
    """GIVEN three records and a recipe of four steps of two THEN they are gone through more than twice."""
    (tmp_path / "rows.json").write_text(json.dumps(_toy_rows(tmp_path, 3)))
    own = _own_recipe(tmp_path, **{"n_epochs = 1": "n_steps = 4"})
    assert run_command(
        "train", "focusui", own, "--data", tmp_path / "rows.json", *_MODEL, "--out", tmp_path / "run", *_HERE
    ) == 0  # fmt: skip
    assert [row["n_samples"] for row in read_log(tmp_path / "run")] == [2, 1, 2, 1]


@pytest.mark.parametrize(
    ("flags", "complaint"),
    [
        (("--stream", "a.parquet", "--data", "b.json"), "Either --data or --stream"),
        (("--split", "test"), "--split belongs to --stream"),
    ],
)
def test_flags_that_do_not_go_together_are_told(
    run_command: RunCommand, tmp_path: Path, flags: tuple[Any, ...], complaint: str
) -> None:
    with pytest.raises(UsageError, match=complaint):
        run_command("train", "focusui", "focusui-stage1", *flags, *_MODEL, "--out", tmp_path / "run", *_HERE)


def test_ones_own_data_may_be_in_pixels(run_command: RunCommand, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(280, 140))
    said = {"from": "gpt", "value": "click(x=60, y=60)", "bbox_gt": [40, 40, 80, 80]}
    row = {"image": "a.png", "conversations": [{"from": "human", "value": "<image> Save"}, said]}
    (tmp_path / "rows.json").write_text(json.dumps([row]))
    asked = ("train", "focusui", "focusui-stage1", "--data", tmp_path / "rows.json", *_MODEL, *_HERE)
    with pytest.raises(RecordError, match="None of these rows"):
        run_command(*asked, "--out", tmp_path / "run")
    assert run_command(*asked, "--pixels", "--out", tmp_path / "run") == 0


@pytest.mark.parametrize(
    ("option", "value"), [("--workers", "-1"), ("--workers", "two"), ("--steps", "0"), ("--block", "0")]
)
def test_wrong_numbers_are_wrong_usage(
    option: str, value: str, run_command: RunCommand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run_command("train", "focusui", "toy-stage1", *_MODEL, "--out", tmp_path / "run", option, value)
    assert f"argument {option}: " in capsys.readouterr().err


def test_a_recipe_for_ones_own_data_needs_data(run_command: RunCommand, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="draws no screens") as caught:
        run_command("train", "focusui", "focusui-stage1", *_MODEL, "--out", tmp_path / "run", *_HERE)
    assert "--data or --stream" in caught.value.hint
