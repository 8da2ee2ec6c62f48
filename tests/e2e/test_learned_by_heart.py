"""Eight screenshots learned by heart are found through the whole product, at every keep fraction."""

import json
from pathlib import Path

import pytest
import torch

from app.cli import main
from model.training.focusui_run import LAST
from tests.model.training.drawn import DrawnScreen, DrawnSource, draw_screens
from tests.model.training.runs import Steps, open_run, short_recipe
from tests.reference import VARIANTS

_SEED = 11
_N_EPOCHS = 40


def _learn_by_heart(variant: str, screens: list[DrawnScreen], folder: Path) -> Path:
    """Train a tiny random checkpoint on the screens; where it is saved in the published layout."""
    recipe = short_recipe(n_epochs=_N_EPOCHS)
    open_run(recipe, folder, DrawnSource(screens), steps=Steps(), variant=variant).train()
    return folder / LAST


@pytest.mark.e2e
@pytest.mark.parametrize("variant", VARIANTS)
def test_all_eight_targets_are_found(variant: str, tmp_path: Path) -> None:
    """GIVEN a checkpoint trained for a minute WHEN ``foveal ground --model DIR`` is asked THEN each target is hit."""
    torch.set_num_threads(1)
    screens = draw_screens(8, seed=_SEED)
    model = _learn_by_heart(variant, screens, tmp_path / "run")
    rows = []
    for idx, screen in enumerate(screens):
        screen.picture.save(tmp_path / f"{idx}.png")
        rows.append({"id": idx, "image": f"{idx}.png", "instruction": screen.instruction})
    questions = tmp_path / "questions.jsonl"
    questions.write_text("".join(json.dumps(row) + "\n" for row in rows))
    for keep_fraction in ("1.0", "0.3"):
        answers = tmp_path / f"answers-{keep_fraction}.jsonl"
        asked = ["--batch", str(questions), "--out", str(answers)]
        assert main(["ground", *asked, "--model", str(model), "--keep", keep_fraction]) == 0
        found = [json.loads(line) for line in answers.read_text().splitlines()]
        for screen, answer in zip(screens, found, strict=True):
            x_norm, y_norm = answer["x"] / screen.picture.width, answer["y"] / screen.picture.height
            assert screen.box.contains(x_norm, y_norm), (keep_fraction, screen.instruction)
