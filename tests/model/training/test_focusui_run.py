import json
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from model.data.records import TrainingRecord
from model.errors import InputError, RecordError, TrainingError
from model.focusui.load import load_focusui
from model.training.focusui_run import BEST, LAST, REPORT
from model.training.recipe import Learns
from model.training.run_state import read_log
from model.weight_mode import WeightMode
from tests.model.training.drawn import DrawnScreen, DrawnSource, draw_screens, pixels_of
from tests.model.training.runs import SCORER_ALONE, Steps, losses, open_run, short_recipe
from tests.reference import VARIANTS, checkpoint_folder

_SEED = 11


def _small_screens(n: int = 2) -> list[DrawnScreen]:
    return draw_screens(n, seed=_SEED, width_px=336, height_px=224)


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_was_learned_by_heart_is_found_by_the_product(variant: str, tmp_path: Path) -> None:
    """GIVEN two screens learned by heart WHEN loaded like any model THEN both targets are found."""
    steps, screens = Steps(), _small_screens()
    run = open_run(short_recipe(n_epochs=40), tmp_path, DrawnSource(screens), steps=steps, variant=variant)
    state = run.train()
    assert state.n_steps == run.n_steps == len(steps) == 40
    assert all({"scorer", "pointer", "lm", "keep_fraction", "target_kept"} == step.parts.keys() for step in steps)
    grounder = load_focusui(tmp_path / LAST, name="learned by heart", weights=WeightMode.FLOAT32)
    for screen in screens:
        look = grounder.look(pixels_of(screen))
        for keep_fraction in (1.0, 0.3):
            found = grounder.find(look, screen.instruction, keep_fraction=keep_fraction)
            assert found.point is not None
            x_px, y_px = found.point
            assert screen.box.contains(x_px / screen.picture.width, y_px / screen.picture.height), keep_fraction


def test_the_first_stage_changes_the_patch_scorer_alone(tmp_path: Path) -> None:
    steps = Steps()
    recipe = short_recipe(learns=Learns.SCORER, objective_options=SCORER_ALONE, n_epochs=8)
    open_run(recipe, tmp_path, DrawnSource(_small_screens()), steps=steps, variant="qwen3_vl").train()
    before = load_file(checkpoint_folder("qwen3_vl") / "model.safetensors")
    after = load_file(tmp_path / LAST / "model.safetensors")
    changed = {name for name, value in after.items() if not torch.equal(value, before[name])}
    assert changed == {name for name in before if name.startswith("patch_scorer.")}
    assert steps[-1].parts["scorer"] < steps[0].parts["scorer"]
    assert steps[0].parts.keys() == {"scorer", "keep_fraction", "target_kept"}


def test_the_learning_rate_rises_and_falls_to_nothing(tmp_path: Path) -> None:
    steps = Steps()
    recipe = short_recipe(learns=Learns.SCORER, objective_options=SCORER_ALONE, n_epochs=20, warm_up_share=0.2)
    open_run(recipe, tmp_path, DrawnSource(_small_screens()), steps=steps).train()
    rates = [step.learning_rate for step in steps]
    assert max(rates) == rates[3] == rates[4] == 3e-3
    assert rates[:4] == sorted(rates[:4])
    assert rates[4:] == sorted(rates[4:], reverse=True)
    assert 0.0 < rates[-1] < 3e-5


def test_stopped_and_gone_on_with_is_unbroken(tmp_path: Path) -> None:
    whole, broken = Steps(), Steps()
    data, recipe = DrawnSource(_small_screens(4)), short_recipe(n_epochs=3)
    open_run(recipe, tmp_path / "whole", data, steps=whole).train()
    broken.stops_after = 3
    state = open_run(recipe, tmp_path / "broken", data, steps=broken).train()
    assert state.n_steps == 3
    assert not (tmp_path / "broken" / LAST).exists()
    with pytest.raises(InputError, match="holds a run already") as caught:
        open_run(recipe, tmp_path / "broken", data, steps=broken)
    assert "--resume" in caught.value.hint
    torch.manual_seed(99)  # nothing that was drawn before matters
    open_run(recipe, tmp_path / "broken", data, steps=broken, is_resumed=True).train()
    assert losses(broken) == losses(whole)
    assert _weights(tmp_path / "broken") == _weights(tmp_path / "whole")
    rows = [[row["loss"] for row in read_log(tmp_path / name)] for name in ("broken", "whole")]
    assert rows[0] == rows[1]
    assert len(rows[0]) == 6


def _weights(run: Path) -> bytes:
    return (run / LAST / "model.safetensors").read_bytes()


def test_another_recipe_or_other_data_does_not_go_on(tmp_path: Path) -> None:
    steps = Steps()
    steps.stops_after = 1
    recipe, data = short_recipe(n_epochs=2), DrawnSource(_small_screens())
    open_run(recipe, tmp_path, data, steps=steps).train()
    with pytest.raises(InputError, match="began with another recipe"):
        open_run(short_recipe(n_epochs=3), tmp_path, data, steps=steps, is_resumed=True)
    with pytest.raises(InputError, match="began with another data"):
        open_run(recipe, tmp_path, DrawnSource(_small_screens(3)), steps=steps, is_resumed=True)


class _Spoiled(DrawnSource):
    """One record is too long, the picture of another has gone."""

    def record(self, index: int) -> TrainingRecord:
        if index == 0:
            raise RecordError("row 0: 9999 tokens are too many.")
        return super().record(index)

    def picture(self, index: int) -> Image.Image:
        if index == 1:
            raise RecordError("row 1: the picture has gone.")
        return super().picture(index)


def test_bad_records_are_left_out_counted_and_told(tmp_path: Path) -> None:
    steps = Steps()

    class Digestible(_Spoiled):
        """Goes bad after the run was opened."""

        is_opened = False

        def record(self, index: int) -> TrainingRecord:
            return super().record(index) if self.is_opened else DrawnSource.record(self, index)

    data = Digestible(_small_screens(4))
    run = open_run(short_recipe(n_epochs=2, batch_size=4), tmp_path, data, steps=steps)
    data.is_opened = True
    state = run.train()
    assert {entry.reason for entry in state.unusable} == {
        "row 0: 9999 tokens are too many.", "row 1: the picture has gone.",
    }  # fmt: skip
    # The picture was only found to be missing when it was read: its place in the mean stays empty.
    assert [step.n_samples for step in steps] == [3, 3]
    assert "2 records were left out" in steps.told[0]
    assert len(json.loads((tmp_path / "state" / "run.json").read_text())["unusable"]) == 2
    assert "the picture has gone" in (tmp_path / REPORT).read_text()


def test_a_loss_that_is_no_number_ends_the_run_before_it_spoils_the_weights(tmp_path: Path) -> None:
    steps = Steps()
    run = open_run(short_recipe(n_epochs=2), tmp_path, DrawnSource(_small_screens()), steps=steps)
    with torch.no_grad():
        run.learner.network.patch_scorer.vision_enhancer.mlp[0].weight[0, 0] = torch.nan
    with pytest.raises(TrainingError, match="In step 1 the loss is not a number"):
        run.train()
    assert not steps


def test_the_best_is_kept_and_the_report_shows_it_all(tmp_path: Path) -> None:
    steps, data = Steps(), DrawnSource(_small_screens())
    recipe = short_recipe(n_epochs=4, checked_every=2)
    state = open_run(recipe, tmp_path, data, steps=steps, held_out=DrawnSource(_small_screens(3))).train()
    assert state.best is not None
    assert state.best.n_steps in (2, 4)
    assert (tmp_path / BEST / "model.safetensors").is_file()
    measured = [row["step"] for row in read_log(tmp_path) if "held_out_pointed" in row]
    assert measured == [0, 2, 4]
    report = (tmp_path / REPORT).read_text()
    assert report.count("<figure>") == 3
    assert report.count("<svg") >= 8
    assert "http" not in report, "nothing is loaded from elsewhere"
    for said in ("learning_rate", "revision", "Click the", "held out: point in the box", "visual tokens kept"):
        assert said in report
