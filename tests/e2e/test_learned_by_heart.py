"""Eight screenshots learned by heart are found through the whole product, at every keep fraction."""

import json
from pathlib import Path

import pytest
import torch

from app.cli import main
from model.focusui.checkpoint import load_checkpoint, save_checkpoint
from model.training.fit import FitOptions, fit
from model.training.losses import EVERYTHING
from tests.model.training import recorded
from tests.model.training.drawn import DrawnScreen, draw_screens, record_of
from tests.reference import VARIANTS, checkpoint_folder

_SEED = 11
_N_STEPS = 160


def _learn_by_heart(variant: str, screens: list[DrawnScreen], folder: Path) -> None:
    """Train a tiny random checkpoint on the screens and save it in the published layout."""
    checkpoint = load_checkpoint(checkpoint_folder(variant), dtype=torch.float32)
    builder = recorded.builder(checkpoint)
    samples = [builder.build(record_of(screen, name=f"{idx}"), screen.picture) for idx, screen in enumerate(screens)]
    torch.manual_seed(_SEED)  # dropout
    fit(
        checkpoint.network,
        samples,
        FitOptions(n_steps=_N_STEPS, learning_rate=3e-3, batch_size=2, weights=EVERYTHING),
        generator=torch.Generator().manual_seed(_SEED),
        on_step=lambda _step: None,
    )
    save_checkpoint(checkpoint, folder, source=checkpoint_folder(variant))


@pytest.mark.e2e
@pytest.mark.parametrize("variant", VARIANTS)
def test_all_eight_targets_are_found(variant: str, tmp_path: Path) -> None:
    """GIVEN a checkpoint trained for a minute WHEN ``foveal ground --model DIR`` is asked THEN each target is hit."""
    torch.set_num_threads(1)
    screens = draw_screens(8, seed=_SEED)
    _learn_by_heart(variant, screens, tmp_path / "model")
    rows = []
    for idx, screen in enumerate(screens):
        screen.picture.save(tmp_path / f"{idx}.png")
        rows.append({"id": idx, "image": f"{idx}.png", "instruction": screen.instruction})
    questions = tmp_path / "questions.jsonl"
    questions.write_text("".join(json.dumps(row) + "\n" for row in rows))
    for keep_fraction in ("1.0", "0.3"):
        answers = tmp_path / f"answers-{keep_fraction}.jsonl"
        asked = ["--batch", str(questions), "--out", str(answers)]
        assert main(["ground", *asked, "--model", str(tmp_path / "model"), "--keep", keep_fraction]) == 0
        found = [json.loads(line) for line in answers.read_text().splitlines()]
        for screen, answer in zip(screens, found, strict=True):
            x_norm, y_norm = answer["x"] / screen.picture.width, answer["y"] / screen.picture.height
            assert screen.box.contains(x_norm, y_norm), (keep_fraction, screen.instruction)
