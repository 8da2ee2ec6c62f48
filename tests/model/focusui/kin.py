"""Tiny checkpoints in the layouts of GUI-Actor and of plain Qwen models, made from the reference ones.

Their weights are random (or those of the reference), so what they answer means nothing;
how they are loaded and run does.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import Qwen2VLConfig, Qwen2VLForConditionalGeneration

from model.focusui.prompt import DROP_MARKER
from tests.reference import checkpoint_folder

_HEADS = ("patch_scorer.", "multi_patch_pointer_head.")
_SCORER = _HEADS[:1]
_POINTER_IDS = ("pointer_start_token_id", "pointer_end_token_id", "pointer_pad_token_id", "image_drop_end_token_id")


def edit_weights(folder: Path, edit: Callable[[dict[str, Tensor]], object]) -> None:
    """Rewrite the weights of a checkpoint of one file."""
    file = folder / "model.safetensors"
    weights = load_file(file)
    edit(weights)
    save_file(weights, file, metadata={"format": "pt"})


def edit_json(file: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    """Rewrite a JSON file."""
    values = json.loads(file.read_text())
    edit(values)
    file.write_text(json.dumps(values))


def copy_reference(variant: str, folder: Path) -> Path:
    """A FocusUI checkpoint to spoil."""
    shutil.copytree(checkpoint_folder(variant), folder)
    return folder


def gui_actor_on_qwen2_5(folder: Path) -> Path:
    """GUI-Actor on Qwen2.5-VL: the reference without patch scorer and drop marker."""
    copy_reference("qwen2_5_vl", folder)
    edit_weights(folder, lambda weights: _strip(weights, _SCORER))
    edit_json(folder / "config.json", lambda config: config.pop("image_drop_end_token_id"))
    _forget_drop_marker(folder)
    return folder


def gui_actor_on_qwen2(folder: Path) -> Path:
    """GUI-Actor on Qwen2-VL, as published: one flat configuration, and the names that weights had then."""
    copy_reference("qwen2_5_vl", folder)
    reference = load_file(folder / "model.safetensors")
    config = json.loads((folder / "config.json").read_text())
    text = config["text_config"]
    ids = {name: value for name, value in config.items() if name.endswith("_token_id")}
    del ids["image_drop_end_token_id"]
    flat = {
        "architectures": ["Qwen2VLForConditionalGenerationWithPointer"],
        "model_type": "qwen2_vl",
        "torch_dtype": "float32",
        "transformers_version": "4.51.3",
        "vision_config": {
            "depth": 2, "embed_dim": 32, "hidden_act": "quick_gelu", "hidden_size": text["hidden_size"],
            "in_channels": 3, "in_chans": 3, "mlp_ratio": 2, "model_type": "qwen2_vl", "num_heads": 2,
            "patch_size": 14, "spatial_merge_size": 2, "spatial_patch_size": 14, "temporal_patch_size": 2,
        },
        **ids,
        **{name: value for name, value in text.items() if name not in {"model_type", "layer_types", "architectures"}},
    }  # fmt: skip
    flat["rope_scaling"] = {"mrope_section": [2, 3, 3], "rope_type": "default", "type": "default"}
    (folder / "config.json").write_text(json.dumps(flat))
    torch.manual_seed(3)
    network = Qwen2VLForConditionalGeneration(Qwen2VLConfig(**flat))
    weights = {_old_name(name): value for name, value in network.state_dict().items() if name != "lm_head.weight"}
    weights |= {name: value for name, value in reference.items() if name.startswith(_HEADS[1])}
    save_file({name: value.contiguous() for name, value in weights.items()}, folder / "model.safetensors")
    edit_json(folder / "preprocessor_config.json", _limit_pixels_the_old_way)
    _forget_drop_marker(folder)
    return folder


def plain_qwen(variant: str, folder: Path) -> Path:
    """A Qwen2.5-VL or Qwen3-VL without any head (``qwen2_5_vl``, ``qwen3_vl``), or a Qwen2-VL (``qwen2_vl``)."""
    if variant == "qwen2_vl":
        gui_actor_on_qwen2(folder)
    else:
        copy_reference(variant, folder)
    edit_weights(folder, lambda weights: _strip(weights, _HEADS))
    edit_json(folder / "config.json", lambda config: [config.pop(name, None) for name in _POINTER_IDS])
    return folder


def _strip(weights: dict[str, Tensor], prefixes: tuple[str, ...]) -> None:
    for name in [name for name in weights if name.startswith(prefixes)]:
        del weights[name]


def _old_name(name: str) -> str:
    return name.replace("model.visual.", "visual.").replace("model.language_model.", "model.")


def _limit_pixels_the_old_way(values: dict[str, Any]) -> None:
    del values["size"]
    values |= {"image_processor_type": "Qwen2VLImageProcessor", "min_pixels": 3136, "max_pixels": 12_845_056}


def _forget_drop_marker(folder: Path) -> None:
    """The tokenizer as it was before FocusUI added its token; the row of the embedding table stays, unused."""

    def without(tokens: list[Any]) -> list[Any]:
        return [token for token in tokens if (token["content"] if isinstance(token, dict) else token) != DROP_MARKER]

    def edit_tokenizer(values: dict[str, Any]) -> None:
        values["added_tokens"] = without(values["added_tokens"])

    def edit_settings(values: dict[str, Any]) -> None:
        values["additional_special_tokens"] = without(values["additional_special_tokens"])
        decoder = values.get("added_tokens_decoder", {})
        values["added_tokens_decoder"] = {k: token for k, token in decoder.items() if token["content"] != DROP_MARKER}

    edit_json(folder / "tokenizer.json", edit_tokenizer)
    edit_json(folder / "tokenizer_config.json", edit_settings)
    edit_json(folder / "added_tokens.json", lambda values: values.pop(DROP_MARKER))
    edit_json(
        folder / "special_tokens_map.json",
        lambda values: values.update(additional_special_tokens=without(values["additional_special_tokens"])),
    )
