"""GUI-Actor's checkpoints: the same classes, no patch scorer, no drop marker."""

from pathlib import Path

import numpy as np
import pytest
import torch

from model.focusui.checkpoint import Checkpoint, load_checkpoint
from model.focusui.grounder import FocusUIGrounder
from model.focusui.image_input import patchify, resized
from model.focusui.network import FocusUIQwen2_5VL, FocusUIQwen2VL
from model.focusui.prompt import PromptWriter
from model.pictures import load_picture
from model.selection import n_kept
from model.uigraph import ui_graph
from tests.model.focusui.kin import gui_actor_on_qwen2, gui_actor_on_qwen2_5
from tests.reference import ROOT, screenshot

_MAKERS = {"qwen2_vl": gui_actor_on_qwen2, "qwen2_5_vl": gui_actor_on_qwen2_5}
_INSTRUCTION = "Click the Save button in the dialog"


@pytest.fixture(scope="module", params=_MAKERS)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _MAKERS[request.param](tmp_path_factory.mktemp("actor") / request.param)


@pytest.fixture(scope="module")
def checkpoint(folder: Path) -> Checkpoint:
    return load_checkpoint(folder, dtype=torch.float32)


@pytest.fixture
def grounder(checkpoint: Checkpoint, folder: Path) -> FocusUIGrounder:
    return FocusUIGrounder(checkpoint, name="actor", folder=folder)


@pytest.fixture(scope="module")
def screen() -> np.ndarray:
    return load_picture(screenshot("editor_640x400"))


def test_both_backbones_load_with_what_they_have(checkpoint: Checkpoint, folder: Path) -> None:
    options = checkpoint.network.options
    assert isinstance(checkpoint.network, FocusUIQwen2VL if folder.name == "qwen2_vl" else FocusUIQwen2_5VL)
    assert (options.has_patch_scorer, options.has_pointer_head) == (False, True)
    assert options.keep_fraction == 1.0
    assert checkpoint.image_spec.max_pixels == (12_845_056 if folder.name == "qwen2_vl" else 5_720_064)


def test_each_backbone_has_the_system_message_it_was_trained_with(checkpoint: Checkpoint, folder: Path) -> None:
    writer = PromptWriter(checkpoint.tokenizer, checkpoint.network.prompt_style.wording)
    said = checkpoint.tokenizer.decode(writer.write("Save", 1).input_ids)
    assert ("perform a series of pyautogui actions" in said) == (folder.name == "qwen2_vl")
    assert ("indicate the click location" in said) == (folder.name == "qwen2_5_vl")
    assert said.endswith(
        "<|vision_start|><|image_pad|><|vision_end|>Save<|im_end|>\n"
        "<|im_start|>assistant<|recipient|>os\npyautogui.click(<|pointer_start|><|pointer_pad|><|pointer_end|>)"
    )


@pytest.mark.parametrize("case", ["editor_640x400", "odd_777x513"])
def test_keeping_all_points_where_the_authors_code_points_without_selection(
    case: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = gui_actor_on_qwen2_5(tmp_path_factory.mktemp("case") / "actor")
    checkpoint = load_checkpoint(folder, dtype=torch.float32)
    expected = np.load(ROOT / "qwen2_5_vl" / "cases" / f"{case}.npz")
    inputs = patchify(resized(load_picture(screenshot(case)), checkpoint.image_spec), checkpoint.image_spec)
    network = checkpoint.network
    with torch.inference_mode():
        visuals = network.encode_images(inputs.pixel_values, inputs.grid_thw)
        packed = network.pack(torch.from_numpy(expected["input_ids"][0]), visuals)
        probs = network.point(packed)
    np.testing.assert_allclose(probs.numpy(), expected["noselect/attn_full"][0], atol=1e-5)


def test_the_ui_graph_selects(grounder: FocusUIGrounder, checkpoint: Checkpoint, screen: np.ndarray) -> None:
    look = grounder.look(screen)
    saliency = ui_graph(resized(screen, checkpoint.image_spec), checkpoint.image_spec.cell_px).weights
    for keep_fraction in (0.3, 0.05):
        grounding = grounder.find(look, _INSTRUCTION, keep_fraction=keep_fraction)
        assert grounding.n_kept == n_kept(look.grid.n_cells, keep_fraction)
        kept = grounding.scored.keep_mask
        assert saliency[kept].min() >= saliency[~kept].max()
        assert grounding.pointer_probs[~kept].max() == 0
        assert grounding.pointer_probs.sum() == pytest.approx(1, abs=1e-5)


def test_all_is_kept_where_nobody_says_otherwise(grounder: FocusUIGrounder, screen: np.ndarray) -> None:
    assert grounder.find(grounder.look(screen), _INSTRUCTION).scored.keep_mask.all()


def test_dropped_runs_leave_nothing_and_the_rest_keeps_its_positions(
    checkpoint: Checkpoint, screen: np.ndarray
) -> None:
    network, spec = checkpoint.network, checkpoint.image_spec
    inputs = patchify(resized(screen, spec), spec)
    visuals = network.encode_images(inputs.pixel_values, inputs.grid_thw)
    n_visual = len(visuals[0].embeds)
    prompt = PromptWriter(checkpoint.tokenizer, network.prompt_style.wording).write(_INSTRUCTION, n_visual)
    keep_mask = torch.rand(n_visual, generator=torch.Generator().manual_seed(1)) < 0.4
    whole = network.pack(prompt.input_ids, visuals)
    packed = network.pack(prompt.input_ids, visuals, keep_mask)
    assert len(packed.index) == len(prompt.input_ids) - int((~keep_mask).sum())
    assert int(packed.visual_mask.sum()) == int(keep_mask.sum())
    assert torch.equal(packed.input_ids, prompt.input_ids[packed.index])
    assert torch.equal(packed.position_ids, whole.position_ids[:, packed.index])
    assert torch.equal(packed.embeds, whole.embeds[packed.index])


def test_it_cannot_score_without_a_scorer_but_shows_the_ui_graph(grounder: FocusUIGrounder, screen: np.ndarray) -> None:
    look = grounder.look(screen)
    np.testing.assert_array_equal(grounder.score(look, "Save").scores, grounder.score(look, "anything else").scores)
