"""Checkpoints that are whole in other ways, and those that are not: what is wrong is named."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from model.errors import ModelLoadError
from model.focusui.checkpoint import load_checkpoint
from model.focusui.grounder import FocusUIGrounder
from model.pictures import load_picture
from model.selection import n_kept
from tests.model.focusui.kin import copy_reference, edit_json, edit_weights
from tests.reference import checkpoint_folder, screenshot

_NORM = "model.norm.weight"
_HEAD = "multi_patch_pointer_head.layer_norm.bias"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_reference("qwen2_5_vl", tmp_path / "checkpoint")


def _refused(folder: Path) -> ModelLoadError:
    with pytest.raises(ModelLoadError) as caught:
        load_checkpoint(folder, dtype=torch.float32)
    assert caught.value.hint
    assert str(folder) in caught.value.message
    return caught.value


def _without(name: str) -> Callable[[dict[str, Tensor]], object]:
    return lambda weights: weights.pop(name)


@pytest.mark.parametrize(
    ("edit", "verb", "name"),
    [
        (_without(_NORM), "lacks", "language_model.norm.weight"),
        (_without(_HEAD), "lacks", _HEAD),
        (_without("patch_scorer.text_enhancer.mlp.0.bias"), "lacks", "patch_scorer.text_enhancer.mlp.0.bias"),
        (lambda weights: weights.update({"model.layers.9.extra": torch.zeros(1)}), "unknown", "layers.9.extra"),
        (lambda weights: weights.update({_NORM: torch.zeros(32)}), "wrong shape", "language_model.norm.weight"),
        (lambda weights: weights.update({_HEAD: torch.zeros(7)}), "wrong shape", _HEAD),
    ],
    ids=["missing", "missing-head", "missing-scorer", "unexpected", "misshapen", "misshapen-head"],
)
def test_wrong_weights_are_named(
    folder: Path, edit: Callable[[dict[str, Tensor]], object], verb: str, name: str
) -> None:
    edit_weights(folder, edit)
    message = _refused(folder).message
    assert verb in message
    assert name in message


def test_many_wrong_weights_are_counted(folder: Path) -> None:
    def drop_layer(weights: dict[str, Tensor]) -> None:
        for name in [name for name in weights if name.startswith("model.layers.")]:
            del weights[name]

    edit_weights(folder, drop_layer)
    assert _refused(folder).message.endswith("more.")


def test_truncated_weights_are_told(folder: Path) -> None:
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-1000])
    assert "cannot be read" in _refused(folder).message


def test_a_folder_without_weights_is_told(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    assert "no weights" in _refused(folder).message


def test_a_folder_without_configuration_is_told(folder: Path) -> None:
    (folder / "config.json").unlink()
    assert "config.json" in _refused(folder).message


def test_another_kind_of_model_is_told(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "bert"}')
    assert '"bert"' in _refused(folder).message


def test_a_kind_of_model_that_nobody_knows_is_told(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "no-such-model"}')
    assert "no-such-model" in _refused(folder).message


def test_a_folder_without_tokenizer_is_told(folder: Path) -> None:
    for name in ("tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt", "added_tokens.json"):
        (folder / name).unlink()
    (folder / "special_tokens_map.json").unlink()
    assert "<|image_pad|>" in _refused(folder).message


def test_a_tokenizer_without_the_pointer_is_told(folder: Path) -> None:
    def rename(values: dict[str, list[dict[str, str]]]) -> None:
        for token in values["added_tokens"]:
            token["content"] = token["content"].replace("pointer_pad", "pointer_gone")

    edit_json(folder / "tokenizer.json", rename)
    edit_json(folder / "tokenizer_config.json", lambda values: values.pop("added_tokens_decoder"))
    edit_json(folder / "tokenizer_config.json", lambda values: values.pop("additional_special_tokens"))
    (folder / "special_tokens_map.json").unlink()
    (folder / "added_tokens.json").unlink()
    assert "<|pointer_pad|>" in _refused(folder).message


@pytest.fixture
def shards(tmp_path: Path) -> Path:
    source = checkpoint_folder("qwen2_5_vl")
    folder = tmp_path / "shards"
    load_checkpoint(source, dtype=torch.float32).network.save_pretrained(folder, max_shard_size="300KB")
    for file in source.iterdir():
        if file.name not in {"config.json", "model.safetensors"}:
            shutil.copy(file, folder)
    assert len(list(folder.glob("model-*.safetensors"))) > 3
    return folder


def test_shards_are_the_same_model(shards: Path) -> None:
    whole = load_checkpoint(checkpoint_folder("qwen2_5_vl"), dtype=torch.float32).network.state_dict()
    sharded = load_checkpoint(shards, dtype=torch.float32).network.state_dict()
    assert whole.keys() == sharded.keys()
    assert all(torch.equal(whole[name], sharded[name]) for name in whole)


def test_a_missing_shard_is_named(shards: Path) -> None:
    gone = sorted(shards.glob("model-*.safetensors"))[1]
    gone.unlink()
    assert gone.name in _refused(shards).message


def test_an_output_layer_saved_beside_a_tied_embedding_is_no_error(folder: Path) -> None:
    edit_weights(
        folder, lambda weights: weights.update({"lm_head.weight": weights["model.embed_tokens.weight"].clone()})
    )
    network = load_checkpoint(folder, dtype=torch.float32).network
    assert torch.equal(network.lm_head.weight, network.get_input_embeddings().weight)


@pytest.mark.parametrize("variant", ["qwen2_5_vl", "qwen3_vl"])
def test_in_bfloat16_scores_tie_and_the_selection_stays_exact(variant: str) -> None:
    folder = checkpoint_folder(variant)
    grounder = FocusUIGrounder(load_checkpoint(folder, dtype=torch.bfloat16), name="half", folder=folder)
    look = grounder.look(load_picture(screenshot("editor_640x400")))
    for keep_fraction in (0.7, 0.1):
        first = grounder.find(look, "Click the Save button", keep_fraction=keep_fraction)
        again = grounder.find(look, "Click the Save button", keep_fraction=keep_fraction)
        scores, kept = first.scored.scores, first.scored.keep_mask
        assert len(np.unique(scores)) < scores.size
        assert first.n_kept == n_kept(scores.size, keep_fraction)
        assert scores[kept].min() >= scores[~kept].max()
        np.testing.assert_array_equal(kept, again.scored.keep_mask)
        assert first.point == again.point
