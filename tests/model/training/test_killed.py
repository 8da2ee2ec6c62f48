"""A run that is killed at any moment goes on as if nothing had been."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from model.training.focusui_run import LAST
from model.training.run_state import read_log
from tests.model.training.drawn import DrawnSource, draw_screens
from tests.model.training.runs import Steps, losses, open_run, short_recipe

_RECIPE = {"n_epochs": 4, "saved_every": 2}
_N_STEPS = 8


def _start(**asked: Any) -> int:
    return subprocess.run(
        [sys.executable, "-m", "tests.model.training.worker", json.dumps([asked])], check=False
    ).returncode


@pytest.mark.parametrize(
    ("moment", "n_kept"),
    [({"kill_after": 5, "n_workers": 1}, 4), ({"kill_while_saving": 6}, 4), ({"kill_after": 1}, 0)],
    ids=["between steps", "while saving", "before anything was saved"],
)
def test_killed_and_gone_on_with_is_bitwise_unbroken(moment: dict[str, int], n_kept: int, tmp_path: Path) -> None:
    """GIVEN a run killed with SIGKILL WHEN it is gone on with THEN losses and weights are those of an unbroken one."""
    recipe, data = short_recipe(**_RECIPE), DrawnSource(draw_screens(4, seed=11, width_px=336, height_px=224))
    whole, rest = Steps(), Steps()
    open_run(recipe, tmp_path / "whole", data, steps=whole).train()
    assert len(whole) == _N_STEPS

    assert _start(out=str(tmp_path / "killed"), recipe=_RECIPE, **moment) == -signal.SIGKILL
    open_run(recipe, tmp_path / "killed", data, steps=rest, is_resumed=True).train()

    assert [step.n_steps for step in rest] == list(range(n_kept + 1, _N_STEPS + 1))
    assert losses(rest) == losses(whole)[n_kept:]
    logged = [[row["loss"] for row in read_log(tmp_path / name)] for name in ("killed", "whole")]
    assert logged[0] == logged[1]
    weights = [(tmp_path / name / LAST / "model.safetensors").read_bytes() for name in ("killed", "whole")]
    assert weights[0] == weights[1]
