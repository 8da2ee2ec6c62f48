import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from model.errors import InputError, LookExpiredError, ModelError, ModelLoadError
from model.focusui.checkpoint import load_checkpoint, read_options
from model.focusui.grounder import FocusUIGrounder
from model.focusui.options import DeepStackLevels
from model.focusui_onnx.grounder import OnnxFocusUIGrounder
from model.focusui_onnx.load import load_onnx_focusui
from model.focusui_onnx.manifest import Graph, Manifest, Weights
from model.focusui_onnx.sessions import Device
from model.grounder import Grounder
from tests.model.focusui_onnx.conftest import Export, cases, checkpoint_folder, in_torch


@pytest.fixture
def grounder(exported: Export) -> OnnxFocusUIGrounder:
    return load_onnx_focusui(exported("qwen3_vl", Weights.FLOAT32), name="tiny", device=Device.CPU)


@pytest.fixture
def folder(exported: Export, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(exported("qwen3_vl", Weights.FLOAT32), tmp_path / "model"))


def screen(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (96, 128, 3), np.uint8)


def test_it_says_who_answers(grounder: Grounder) -> None:
    found = grounder.find(grounder.look(screen()), "Save")
    assert (found.model.name, found.model.device, len(found.model.digest)) == ("tiny", "cpu", 64)
    assert grounder.read(grounder.look(screen())) == ()


def test_a_screen_is_encoded_once(grounder: Grounder) -> None:
    first, again = grounder.look(screen()), grounder.look(screen())
    assert (first.is_cached, again.is_cached) == (False, True)
    assert first.look_id == again.look_id


def test_old_looks_expire(grounder: Grounder) -> None:
    looks = [grounder.look(screen(seed)) for seed in range(5)]
    with pytest.raises(LookExpiredError):
        grounder.find(looks[0], "Save")
    assert grounder.score(looks[1], "Save").keep_mask.any()


def test_patch_scores_while_typing(grounder: Grounder) -> None:
    look = grounder.look(screen())
    nothing_typed = grounder.score(look, " ")
    assert not nothing_typed.scores.any()
    assert nothing_typed.keep_mask.all()
    typed, there = (one.score(one.look(screen()), "Sa") for one in (grounder, in_torch("qwen3_vl")))
    np.testing.assert_allclose(typed.scores, there.scores, atol=1e-5)
    np.testing.assert_array_equal(typed.keep_mask, there.keep_mask)


def test_what_each_word_lights(grounder: OnnxFocusUIGrounder) -> None:
    text = " Open the  naïve 設定 menu"
    here, there = (one.score_words(one.look(screen()), text) for one in (grounder, in_torch("qwen3_vl")))
    assert [(word.word, word.share) for word in here] == [(word.word, word.share) for word in there]
    for word, expected in zip(here, there, strict=True):
        np.testing.assert_allclose(word.scores, expected.scores, atol=1e-5)


def test_what_cannot_be_asked(grounder: Grounder) -> None:
    look = grounder.look(screen())
    for instruction, keep_fraction, message in (("", None, "empty"), ("a", 0.0, "fraction"), ("a", 1.5, "fraction")):
        with pytest.raises(InputError, match=message):
            grounder.find(look, instruction, keep_fraction=keep_fraction)
    with pytest.raises(InputError, match="long and thin"):
        grounder.look(np.zeros((8, 2000, 3), np.uint8))
    with pytest.raises(InputError, match="not a colour picture"):
        grounder.look(np.zeros((80, 80), np.uint8))


def test_after_closing_looks_are_gone(grounder: Grounder) -> None:
    look = grounder.look(screen())
    grounder.close()
    with pytest.raises(LookExpiredError):
        grounder.find(look, "Save")


def test_equal_scores_go_by_raster_order(folder: Path) -> None:
    grounder = load_onnx_focusui(folder, name="tiny", device=Device.CPU)
    scored = grounder._scored(grounder.look(screen()).grid, np.zeros(12, np.float32), 0.25)
    np.testing.assert_array_equal(scored.keep_mask.ravel(), np.arange(12) < 3)


def test_all_deepstack_levels_where_the_checkpoint_wants_them(folder: Path) -> None:
    case = cases("qwen3_vl")[0]

    def attention(levels: DeepStackLevels, keep_fraction: float) -> np.ndarray:
        manifest = Manifest.read(folder)
        replace(manifest, options=replace(manifest.options, deepstack=levels)).write(folder)
        grounder = load_onnx_focusui(folder, name="tiny", device=Device.CPU)
        return grounder.find(grounder.look(case.image), case.instruction, keep_fraction=keep_fraction).pointer_probs

    first, everything = (attention(levels, 0.5) for levels in DeepStackLevels)
    assert np.abs(first - everything).max() > 1e-6
    np.testing.assert_array_equal(*(attention(levels, 1.0) for levels in DeepStackLevels))
    there = in_torch("qwen3_vl")
    options = there._network.options
    there._network.set_options(replace(options, deepstack=DeepStackLevels.ALL))
    try:
        in_all = there.find(there.look(case.image), case.instruction, keep_fraction=0.5)
    finally:
        there._network.set_options(options)
    np.testing.assert_allclose(everything, in_all.pointer_probs, atol=1e-5)


def test_a_model_that_knows_no_marker_drops_nothing(folder: Path) -> None:
    manifest = Manifest.read(folder)
    replace(manifest, prompt=replace(manifest.prompt, drop_marker=None)).write(folder)
    grounder = load_onnx_focusui(folder, name="tiny", device=Device.CPU)
    look = grounder.look(screen())
    assert grounder.find(look, "Save", keep_fraction=1.0).point is not None
    with pytest.raises(InputError, match="not made to drop patches"):
        grounder.find(look, "Save", keep_fraction=0.5)


def test_broken_files_are_named(folder: Path) -> None:
    (folder / "embeddings.npy").write_bytes(b"none")
    with pytest.raises(ModelLoadError, match=r"embeddings\.npy cannot be read"):
        load_onnx_focusui(folder, name="tiny", device=Device.CPU)
    (folder / "pointer.onnx").write_bytes(b"none")
    with pytest.raises(ModelLoadError, match=r"pointer\.onnx cannot be loaded"):
        load_onnx_focusui(folder, name="tiny", device=Device.CPU)


def test_a_graph_that_gives_up_is_told(grounder: OnnxFocusUIGrounder) -> None:
    with pytest.raises(ModelError, match=r"gave up in vision\.onnx"):
        grounder._network._run("vision", {"pixel_values": np.zeros((4, 3), np.float32)})


def test_cuda_that_is_not_there(exported: Export, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: ["CPUExecutionProvider"])
    with pytest.raises(ModelLoadError, match="built without CUDA"):
        load_onnx_focusui(exported("qwen3_vl", Weights.FLOAT32), name="tiny", device=Device.CUDA)
    assert load_onnx_focusui(exported("qwen3_vl", Weights.FLOAT32), name="tiny").info.device == "cpu"


def test_no_torch_and_no_transformers(exported: Export) -> None:
    folder = exported("qwen3_vl", Weights.FLOAT32)
    program = (
        "import sys, pathlib, numpy as np; from model.focusui_onnx.load import load_onnx_focusui; "
        f"g = load_onnx_focusui(pathlib.Path({str(folder)!r}), name='tiny'); "
        "g.find(g.look(np.zeros((96, 96, 3), np.uint8)), 'Save'); "
        "sys.exit(bool({'torch', 'transformers', 'onnx'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_the_digest_is_that_of_the_source(exported: Export) -> None:
    manifest = Manifest.read(exported("qwen3_vl", Weights.FLOAT32))
    assert manifest.source_digest == in_torch("qwen3_vl").info.digest


def test_without_a_scorer_the_ui_graph_selects(folder: Path, tmp_path: Path) -> None:
    """As GUI-Actor's checkpoints do; the graphs that remain are the same."""
    bare = Path(shutil.copytree(checkpoint_folder("qwen3_vl"), tmp_path / "bare"))
    weights = load_file(bare / "model.safetensors")
    kept = {name: one for name, one in weights.items() if not name.startswith("patch_scorer.")}
    save_file(kept, bare / "model.safetensors", metadata={"format": "pt"})
    manifest = Manifest.read(folder)
    replace(manifest, options=read_options(bare)).write(folder)
    for graph in (Graph.SCORER_VISUAL, Graph.SCORER_TEXT):
        (folder / graph.file_name).unlink()
    there = FocusUIGrounder(load_checkpoint(bare, dtype=torch.float32), name="bare", folder=bare)
    here = load_onnx_focusui(folder, name="bare", device=Device.CPU)
    case = cases("qwen3_vl")[0]
    with pytest.raises(ModelError, match="does not score the words"):
        here.score_words(here.look(case.image), case.instruction)
    found, expected = (one.find(one.look(case.image), case.instruction) for one in (here, there))
    assert found.n_kept == found.grid.n_cells
    np.testing.assert_array_equal(found.scored.scores, expected.scored.scores)
    np.testing.assert_allclose(found.pointer_probs, expected.pointer_probs, atol=1e-5)
