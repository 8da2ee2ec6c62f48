"""Both stages on drawn screens: a tiny network finds buttons on screens that it has never seen. Short version."""

from dataclasses import replace
from pathlib import Path

from model.training.focusui_run import LAST
from model.training.recipes import read_recipe
from model.training.run_state import read_log
from model.training.toy_screens import ToyScreens
from tests.model.training.runs import Steps, open_run

_N_HELD_OUT = 60
_CHANCE = 0.2
"""One of five buttons."""


def _measured(run: Path, name: str) -> list[float]:
    return [row[name] for row in read_log(run) if name in row]


def test_both_stages_learn_what_holds_on_screens_never_seen(tmp_path: Path) -> None:
    """GIVEN a random network WHEN the stages are run THEN each is far above chance on screens of another seed."""
    held_out = ToyScreens(_N_HELD_OUT, seed=1)
    first = replace(read_recipe("toy-stage1"), checked_every=1000)
    open_run(first, tmp_path / "1", ToyScreens(960, seed=0), steps=Steps(), held_out=held_out).train()
    before, after = _measured(tmp_path / "1", "held_out_scored")
    assert before < 2 * _CHANCE
    assert after > 4 * _CHANCE, "the patch scorer"

    second = replace(read_recipe("toy-stage2"), n_epochs=2, learning_rate=3e-3, checked_every=1000)
    data, begun = ToyScreens(640, seed=0), tmp_path / "1" / LAST
    open_run(second, tmp_path / "2", data, steps=Steps(), model=begun, held_out=held_out).train()
    before, after = _measured(tmp_path / "2", "held_out_pointed")
    assert before < 2 * _CHANCE
    assert after > 2.5 * _CHANCE, "the pointer"
    print(_measured(tmp_path / "1", "held_out_scored"), _measured(tmp_path / "2", "held_out_pointed"), after)
