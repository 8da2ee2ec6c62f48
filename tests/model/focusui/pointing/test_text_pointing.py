from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from model.errors import ModelLoadError
from model.focusui.checkpoint import Checkpoint, load_checkpoint, read_options, save_checkpoint
from model.focusui.grounder import FocusUIGrounder
from model.focusui.image_input import patchify, resized
from model.focusui.options import FocusUIOptions, PointingWay
from model.focusui.pointing.base import Question
from model.focusui.pointing.generation import write_on
from model.focusui.pointing.text import TextPointing
from model.focusui.prompt import PromptWriter
from model.grounder import Grounding
from model.patches import PatchGrid
from tests.model.focusui.kin import edit_json, plain_qwen

_INSTRUCTION = "Click the Save button"


class _Dictated(nn.Module):
    """An output layer that says what it is told, whatever it is shown."""

    def __init__(self, ids: list[int], n_vocabulary: int) -> None:
        super().__init__()
        self._ids = iter(ids)
        self._n_vocabulary = n_vocabulary

    def forward(self, hidden: Tensor) -> Tensor:
        logits = torch.zeros(len(hidden), self._n_vocabulary)
        logits[:, next(self._ids)] = 30.0
        return logits


def _dictate(checkpoint: Checkpoint, text: str, *, is_finished: bool = True) -> None:
    end = [checkpoint.tokenizer.convert_tokens_to_ids("<|im_end|>")] if is_finished else []
    ids = checkpoint.tokenizer.encode(text, add_special_tokens=False) + end
    checkpoint.network.lm_head = _Dictated(ids, checkpoint.network.config.text_config.vocab_size)


def _find(checkpoint: Checkpoint, folder: Path, screen: np.ndarray, **options: float) -> Grounding:
    grounder = FocusUIGrounder(checkpoint, name="plain", folder=folder)
    return grounder.find(grounder.look(screen), _INSTRUCTION, **options)


@torch.inference_mode()
def test_it_writes_what_transformers_would_write(plain: Checkpoint, screen: np.ndarray) -> None:
    network, spec = plain.network, plain.image_spec
    inputs = patchify(resized(screen, spec), spec)
    (visual,) = network.encode_images(inputs.pixel_values, inputs.grid_thw)
    writer = PromptWriter(plain.tokenizer, TextPointing(network, plain.tokenizer).wording)
    prompt = writer.write(_INSTRUCTION, len(visual.embeds))
    written = write_on(network, network.pack(prompt.input_ids, [visual]), max_tokens=12, stop_ids=frozenset())
    ids = prompt.input_ids.unsqueeze(0)
    expected = network.generate(
        input_ids=ids,
        attention_mask=torch.ones_like(ids),
        mm_token_type_ids=(ids == network.config.image_token_id).int(),
        pixel_values=inputs.pixel_values,
        image_grid_thw=inputs.grid_thw,
        do_sample=False,
        min_new_tokens=12,
        max_new_tokens=12,
        eos_token_id=None,
    )
    assert written.ids.tolist() == expected[0, len(prompt.input_ids) :].tolist()
    assert not written.is_finished
    assert 0 < written.confidence <= 1


def test_the_prompt_is_the_stock_chat_template(plain: Checkpoint, plain_folder: Path) -> None:
    writer = PromptWriter(plain.tokenizer, TextPointing(plain.network, plain.tokenizer).wording)
    prompt = writer.write(_INSTRUCTION, 1)
    said = plain.tokenizer.decode(prompt.input_ids)
    has_system = plain_folder.name != "qwen3_vl"
    assert said.startswith("<|im_start|>system\nYou are a helpful assistant." if has_system else "<|im_start|>user\n")
    assert said.endswith("<|im_end|>\n<|im_start|>assistant\n")
    assert "pointer" not in said
    assert plain.tokenizer.decode(prompt.input_ids[prompt.spoken]) == _INSTRUCTION


def test_coordinates_mean_what_each_family_means_by_them(
    plain: Checkpoint, plain_folder: Path, screen: np.ndarray
) -> None:
    height, width = screen.shape[:2] if plain_folder.name == "qwen2_5_vl" else (1000, 1000)
    answers = {
        "qwen2_vl": f"<|box_start|>({width // 4},{height // 2}),({width * 3 // 4},{height})<|box_end|>",
        "qwen2_5_vl": f'[{{"point_2d": [{width // 2}, {height * 3 // 4}], "label": "Save"}}]',
        "qwen3_vl": f'{{"point_2d": [{width // 2}, {height * 3 // 4}], "label": "Save"}}',
    }
    _dictate(plain, answers[plain_folder.name])
    grounding = _find(plain, plain_folder, screen, keep_fraction=0.5)
    assert grounding.point == pytest.approx((112, 84))
    assert grounding.score == pytest.approx(1, abs=1e-3)
    assert grounding.candidates[0].bbox == ((56, 56, 168, 112) if plain_folder.name == "qwen2_vl" else None)
    assert grounding.pointer_probs[grounding.grid.cell_at(112, 84)] == 1
    assert grounding.pointer_probs.sum() == 1
    assert grounding.n_kept == grounding.grid.n_cells // 2


@pytest.mark.parametrize("answer", ["[]", "I see no such button.", '[{"point_2d": [9999, 1]}]'])
def test_what_is_no_answer_is_rejected(plain: Checkpoint, plain_folder: Path, screen: np.ndarray, answer: str) -> None:
    _dictate(plain, answer)
    grounding = _find(plain, plain_folder, screen)
    assert grounding.is_rejected
    assert grounding.point is None
    assert grounding.score == 0
    assert grounding.candidates == ()
    assert not grounding.pointer_probs.any()


@torch.inference_mode()
def test_an_answer_that_is_cut_off_is_rejected(plain: Checkpoint, screen: np.ndarray) -> None:
    answer = "(1, 1)"
    _dictate(plain, answer + " " * 9, is_finished=False)
    pointing = TextPointing(plain.network, plain.tokenizer, max_tokens=len(answer) - 1)
    spec = plain.image_spec
    inputs = patchify(resized(screen, spec), spec)
    (visual,) = plain.network.encode_images(inputs.pixel_values, inputs.grid_thw)
    n_visual = len(visual.embeds)
    question = Question(
        visual=visual,
        grid=PatchGrid.fitted(width_px=224, height_px=112, n_rows=visual.n_rows, n_cols=visual.n_cols),
        prompt=PromptWriter(plain.tokenizer, pointing.wording).write(_INSTRUCTION, n_visual),
        keep_mask=torch.ones(n_visual, dtype=torch.bool),
    )
    assert pointing.point(question).candidates == ()


def test_plain_models_write_unless_told_otherwise(plain_folder: Path) -> None:
    assert read_options(plain_folder).pointing_way is PointingWay.TEXT
    assert read_options(plain_folder).keep_fraction == 1.0


def test_options_in_the_configuration_choose(tmp_path: Path) -> None:
    folder = plain_qwen("qwen2_5_vl", tmp_path / "plain")
    edit_json(folder / "config.json", lambda config: config.update(foveal={"pointing": "attention"}))
    options = read_options(folder)
    assert options.pointing_way is PointingWay.ATTENTION
    assert options.keep_fraction == 1.0
    checkpoint = load_checkpoint(folder, dtype=torch.float32)
    save_checkpoint(checkpoint, tmp_path / "saved", source=folder)
    assert read_options(tmp_path / "saved") == options


@pytest.mark.parametrize("said", ["head", "telepathy"])
def test_impossible_options_are_told(tmp_path: Path, said: str) -> None:
    folder = plain_qwen("qwen2_5_vl", tmp_path / "plain")
    edit_json(folder / "config.json", lambda config: config.update(foveal={"pointing": said}))
    with pytest.raises(ModelLoadError, match="cannot be read"):
        read_options(folder)


def test_options_survive_json() -> None:
    options = FocusUIOptions(pointing=PointingWay.TEXT)
    assert FocusUIOptions.from_json(options.to_json()) == options
    assert FocusUIOptions.from_json(replace(options, pointing=None).to_json()).pointing_way is PointingWay.HEAD
