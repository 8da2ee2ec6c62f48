"""Both stages on drawn screens: a tiny network finds buttons on screens that it has never seen. Short version."""

from dataclasses import replace
from pathlib import Path

from model.training.focusui_run import LAST
from model.training.recipes import read_recipe
from model.training.run_state import read_log
from model.training.toy_screens import ToyScreens
from tests.model.training.runs import Steps, open_run

_N_HELD_OUT = 60
_N_COLOURS = 4
_CHANCE = 1 / _N_COLOURS


def _drawn(n_screens: int, seed: int) -> ToyScreens:
    return ToyScreens(n_screens, seed=seed, n_colours=_N_COLOURS)


def _measured(run: Path, name: str) -> tuple[float, float]:
    """Before and after."""
    before, after = (row[name] for row in read_log(run) if name in row)
    return before, after


def test_both_stages_learn_what_holds_on_screens_never_seen(tmp_path: Path) -> None:
    """GIVEN a random network WHEN the stages are run THEN each is far above chance on screens of another seed."""
    held_out = _drawn(_N_HELD_OUT, seed=1)
    first = replace(read_recipe("toy-stage1"), checked_every=1000)
    open_run(first, tmp_path / "1", _drawn(560, seed=0), steps=Steps(), held_out=held_out).train()
    before, after = _measured(tmp_path / "1", "held_out_scored")
    assert before < 2 * _CHANCE
    assert after > 0.8, "the patch scorer"

    second = replace(read_recipe("toy-stage2"), n_epochs=1, learning_rate=3e-3, checked_every=1000)
    begun = tmp_path / "1" / LAST
    open_run(second, tmp_path / "2", _drawn(1200, seed=0), steps=Steps(), model=begun, held_out=held_out).train()
    before, after = _measured(tmp_path / "2", "held_out_pointed")
    assert before < 2 * _CHANCE
    assert after > 2 * _CHANCE, "the pointer"
