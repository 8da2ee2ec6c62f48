from pathlib import Path

import pytest
import torch

from model.focusui.checkpoint import load_checkpoint
from model.focusui.prompt import DROP_MARKER, POINTER_TOKENS
from model.training.focusui_run import LAST
from model.training.new_heads import add_what_is_missing
from tests.model.focusui.kin import gui_actor_on_qwen2_5, plain_qwen
from tests.model.training.drawn import DrawnSource, draw_screens
from tests.model.training.runs import Steps, open_run, short_recipe
from tests.reference import VARIANTS, checkpoint_folder


def test_a_checkpoint_that_has_everything_stays_as_it_is() -> None:
    checkpoint = load_checkpoint(checkpoint_folder("qwen2_5_vl"), dtype=torch.float32)
    assert add_what_is_missing(checkpoint, seed=0) == ()


def test_a_missing_token_begins_as_the_mean_of_all_others(tmp_path: Path) -> None:
    checkpoint = load_checkpoint(gui_actor_on_qwen2_5(tmp_path / "actor"), dtype=torch.float32)
    before = checkpoint.network.get_input_embeddings().weight.detach().clone()
    assert add_what_is_missing(checkpoint, seed=0) == ("1 tokens", "a patch scorer")
    marker = checkpoint.tokenizer.convert_tokens_to_ids(DROP_MARKER)
    after = checkpoint.network.get_input_embeddings().weight
    assert len(after) == len(checkpoint.tokenizer) == marker + 1
    torch.testing.assert_close(after[:marker], before[:marker])
    torch.testing.assert_close(after[marker], before[:marker].mean(0))
    assert checkpoint.network.config.image_drop_end_token_id == marker


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_plain_model_can_be_taught_to_point(variant: str, tmp_path: Path) -> None:
    """GIVEN a Qwen model without heads WHEN it learns THEN it is written as FocusUI and loads as such."""
    plain, steps = plain_qwen(variant, tmp_path / "plain"), Steps()
    data = DrawnSource(draw_screens(2, seed=11, width_px=336, height_px=224))
    open_run(short_recipe(n_epochs=12), tmp_path / "run", data, steps=steps, model=plain).train()
    assert steps.told == [f"added to {plain}: a patch scorer", f"added to {plain}: a pointer head"]
    assert steps[-1].loss < 0.7 * steps[0].loss
    loaded = load_checkpoint(tmp_path / "run" / LAST, dtype=torch.float32)
    assert loaded.network.options.has_patch_scorer
    assert loaded.network.options.has_pointer_head
    assert loaded.network.config.pointer_pad_token_id == loaded.tokenizer.convert_tokens_to_ids(POINTER_TOKENS[-1])


def test_new_tokens_are_written_as_the_authors_look_for_them(tmp_path: Path) -> None:
    actor, steps = gui_actor_on_qwen2_5(tmp_path / "actor"), Steps()
    data = DrawnSource(draw_screens(2, seed=11, width_px=336, height_px=224))
    open_run(short_recipe(), tmp_path / "run", data, steps=steps, model=actor).train()
    loaded = load_checkpoint(tmp_path / "run" / LAST, dtype=torch.float32)
    assert loaded.tokenizer.convert_tokens_to_ids(DROP_MARKER) == loaded.network.config.image_drop_end_token_id
    config = (tmp_path / "run" / LAST / "tokenizer_config.json").read_text()
    assert all(token in config for token in (*POINTER_TOKENS, DROP_MARKER))
