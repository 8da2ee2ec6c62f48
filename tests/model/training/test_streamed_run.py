"""Runs that learn from a stream: real rows, read by ``datasets``."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from model.errors import InputError
from model.training.focusui_run import LAST, REPORT
from model.training.run_state import read_log
from model.training.team.alone import Alone
from tests.model.training.drawn import draw_screens
from tests.model.training.runs import Steps, losses, open_run, short_recipe
from tests.model.training.streamed import open_rows, row_of, write_parquet
from tests.model.training.together import run_on_two

_RECIPE = {"n_epochs": None, "n_steps": 9, "saved_every": 2}


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two files of 13 rows: one picture is cut off, one box has no extent."""
    screens = draw_screens(13, seed=11, width_px=336, height_px=224)
    rows = [row_of(screen) for screen in screens]
    rows[2]["conversations"][1]["bbox_gt"] = [0.5, 0.5, 0.5, 0.6]
    rows[7]["image"]["bytes"] = rows[7]["image"]["bytes"][:-300]
    return write_parquet(tmp_path_factory.mktemp("rows"), rows, n_rows=[10, 3])


def _weights(run: Path) -> bytes:
    return (run / LAST / "model.safetensors").read_bytes()


def _losses(run: Path) -> list[float]:
    return [row["loss"] for row in read_log(run)]


def test_killed_and_gone_on_with_is_bitwise_unbroken(rows: list[str], tmp_path: Path) -> None:
    """GIVEN a run over a stream, killed in its second pass WHEN it goes on THEN it is the unbroken run, bit by bit."""
    recipe, whole, rest = short_recipe(**_RECIPE), Steps(), Steps()
    state = open_run(recipe, tmp_path / "whole", open_rows(rows, Alone()), steps=whole).train()
    assert len(whole) == 9
    assert [place.n_passes for place in state.places] == [1]

    asked = {"out": str(tmp_path / "killed"), "recipe": _RECIPE, "stream": rows, "kill_after": 7, "n_workers": 1}
    command = [sys.executable, "-m", "tests.model.training.worker", json.dumps([asked])]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    open_run(recipe, tmp_path / "killed", open_rows(rows, Alone()), steps=rest, is_resumed=True).train()

    assert [step.n_steps for step in rest] == [7, 8, 9]
    assert losses(rest) == losses(whole)[6:]
    assert _losses(tmp_path / "killed") == _losses(tmp_path / "whole")
    assert _weights(tmp_path / "killed") == _weights(tmp_path / "whole")


def test_a_stream_that_broke_off_is_gone_on_with(rows: list[str], tmp_path: Path) -> None:
    """GIVEN a second file that cannot be read at first WHEN it is there again THEN the run goes on unbroken."""
    copies = [tmp_path / Path(path).name for path in rows]
    for copy, path in zip(copies, rows, strict=True):
        copy.write_bytes(Path(path).read_bytes())
    paths, recipe = [str(copy) for copy in copies], short_recipe(**_RECIPE)
    open_run(recipe, tmp_path / "whole", open_rows(paths, Alone()), steps=Steps()).train()

    whole = copies[1].read_bytes()
    copies[1].write_bytes(b"x" * 100)
    with pytest.raises(InputError, match="broke off in the 5 rows after row 10") as caught:
        open_run(recipe, tmp_path / "broken", open_rows(paths, Alone()), steps=Steps()).train()
    assert "--resume" in caught.value.hint
    copies[1].write_bytes(whole)
    open_run(recipe, tmp_path / "broken", open_rows(paths, Alone()), steps=Steps(), is_resumed=True).train()
    assert _losses(tmp_path / "broken") == _losses(tmp_path / "whole")
    assert _weights(tmp_path / "broken") == _weights(tmp_path / "whole")


def test_bad_rows_are_counted_listed_and_left_out(rows: list[str], tmp_path: Path) -> None:
    steps = Steps()
    recipe = short_recipe(n_epochs=None, n_steps=7)
    state = open_run(recipe, tmp_path, open_rows(rows, Alone()), steps=steps).train()
    # 12 of 13 can be told to be good by their headers, in batches of at most two within blocks of five.
    assert [step.n_samples for step in steps] == [2, 2, 2, 2, 1, 2, 1]
    bad = {entry.index: entry.reason for entry in state.unusable}
    assert bad.keys() == {2, 7}
    assert "row 3: bbox_gt has no extent" in bad[2]
    assert "row 8 is damaged" in bad[7]
    assert any("1 records were left out" in told for told in steps.told)
    assert "<p>2 records while it learned:</p>" in (tmp_path / REPORT).read_text()


def test_two_processes_go_through_a_pass_together(rows: list[str], tmp_path: Path) -> None:
    """GIVEN a file for each process WHEN stopped where the shorter one has come to its end THEN it goes on unbroken.

    Of twelve rows that look good one process has nine and the other three; in a step of three each has one or two.
    """
    shared: dict[str, Any] = {
        "recipe": {"n_epochs": None, "n_steps": 8, "batch_size": 1, "accumulation": 3},
        "stream": rows,
    }
    broken = shared | {"out": str(tmp_path / "broken")}
    run_on_two(
        [
            shared | {"out": str(tmp_path / "whole")},
            broken | {"stop_after": 4},
            broken | {"is_resumed": True},
        ]
    )
    assert [row["n_samples"] for row in read_log(tmp_path / "whole")] == [3, 3, 2, 1, 2, 1, 3, 3]
    assert _losses(tmp_path / "broken") == _losses(tmp_path / "whole")
    assert _weights(tmp_path / "broken") == _weights(tmp_path / "whole")
    state = json.loads((tmp_path / "whole" / "state" / "run.json").read_text())
    assert len(state["places"]) == 2
    assert len({entry["reason"] for entry in state["unusable"]}) == 2

    with pytest.raises(InputError, match="another number of processes"):
        open_run(
            short_recipe(**shared["recipe"]),
            tmp_path / "whole",
            open_rows(rows, Alone()),
            steps=Steps(),
            is_resumed=True,
        )


def test_another_stream_does_not_go_on(rows: list[str], tmp_path: Path) -> None:
    steps = Steps()
    steps.stops_after = 1
    recipe = short_recipe(**_RECIPE)
    open_run(recipe, tmp_path, open_rows(rows, Alone()), steps=steps).train()
    with pytest.raises(InputError, match="began with another data"):
        open_run(recipe, tmp_path, open_rows(rows[:1], Alone()), steps=steps, is_resumed=True)


def test_epochs_are_refused_before_anything_is_loaded(rows: list[str], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nobody knows how long"):
        open_run(
            short_recipe(n_epochs=2), tmp_path, open_rows(rows, Alone()), steps=Steps(), model=tmp_path / "no model"
        )
