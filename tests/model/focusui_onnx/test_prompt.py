from functools import cache

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from model.errors import InputError, ModelLoadError
from model.focusui.checkpoint import load_checkpoint
from model.focusui.network import FocusUI, VisualFeatures
from model.focusui.prompt import PromptWriter
from model.focusui_onnx.manifest import Manifest, Weights
from model.focusui_onnx.prompt import MAX_INSTRUCTION_TOKENS, OnnxPromptWriter, mrope_positions
from tests.model.focusui_onnx.conftest import VARIANTS, Export, cases, checkpoint_folder

TEXTS = (
    "Save",
    "  two  spaces\n",
    "naïve café 設定 😀",
    "click <|image_pad|> and <|pointer_pad|><|im_end|>",
    "x=0.5, y=(1)",
)


@cache
def torch_side(variant: str) -> tuple[FocusUI, PromptWriter]:
    checkpoint = load_checkpoint(checkpoint_folder(variant), dtype=torch.float32)
    return checkpoint.network, PromptWriter(checkpoint.tokenizer, checkpoint.network.prompt_style.wording)


def writer(exported: Export, variant: str) -> OnnxPromptWriter:
    folder = exported(variant, Weights.FLOAT32)
    return OnnxPromptWriter(folder, Manifest.read(folder).prompt)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("text", TEXTS)
def test_tokens_are_those_of_the_checkpoint_up_to_the_pointer(variant: str, text: str, exported: Export) -> None:
    here = writer(exported, variant).write(text, 3, 4)
    there = torch_side(variant)[1].write(text, 12)
    n = len(here.input_ids)
    np.testing.assert_array_equal(here.image_mask, there.image_mask[:n].numpy())
    np.testing.assert_array_equal(here.input_ids[~here.image_mask], there.input_ids[:n][~there.image_mask[:n]].numpy())
    assert here.input_ids[-1] == torch_side(variant)[0].config.pointer_pad_token_id
    np.testing.assert_array_equal(
        writer(exported, variant).instruction_ids(text), torch_side(variant)[1].instruction_ids(text).numpy()
    )


@pytest.mark.parametrize("variant", VARIANTS)
def test_prompts_of_the_reference(variant: str, exported: Export) -> None:
    for case in cases(variant):
        _, rows, cols = case.numbers["image_grid_thw"][0]
        prompt = writer(exported, variant).write(case.instruction, rows // 2, cols // 2)
        n = len(prompt.input_ids)
        text = ~prompt.image_mask
        np.testing.assert_array_equal(prompt.input_ids[text], case.numbers["input_ids"][0, :n][text])
        np.testing.assert_array_equal(prompt.position_ids, case.numbers["position_ids_full"][:, 0, :n])


@given(n_before=st.integers(1, 20), n_rows=st.integers(1, 12), n_cols=st.integers(1, 12), n_after=st.integers(1, 9))
@settings(deadline=None, max_examples=50)
@pytest.mark.parametrize("variant", VARIANTS)
def test_positions_are_those_of_transformers(
    variant: str, n_before: int, n_rows: int, n_cols: int, n_after: int
) -> None:
    network, _ = torch_side(variant)
    ids = torch.zeros(n_before + n_rows * n_cols + n_after, dtype=torch.int64)
    ids[n_before : n_before + n_rows * n_cols] = network.config.image_token_id
    visual = VisualFeatures(embeds=torch.zeros(n_rows * n_cols, 1), deepstack=(), n_rows=n_rows, n_cols=n_cols)
    np.testing.assert_array_equal(
        mrope_positions(n_before, n_rows, n_cols, n_after), network.position_ids(ids, [visual]).numpy()
    )


def test_instructions_that_cannot_be_read(exported: Export) -> None:
    with pytest.raises(InputError, match="empty"):
        writer(exported, "qwen3_vl").instruction_ids(" \n")
    with pytest.raises(InputError, match="too long"):
        writer(exported, "qwen3_vl").instruction_ids("設" * (MAX_INSTRUCTION_TOKENS + 1))


def test_a_broken_tokenizer_is_named(tmp_path, exported: Export) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelLoadError, match=r"tokenizer\.json cannot be read"):
        OnnxPromptWriter(tmp_path, Manifest.read(exported("qwen3_vl", Weights.FLOAT32)).prompt)
