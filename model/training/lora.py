"""Low-rank additions to linear layers (LoRA, arXiv 2106.09685, section 4.1), and what they come to when merged.

Legend: ``d_in``, ``d_out`` widths of a layer, ``r`` rank.
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from model.errors import InputError
from model.focusui.network import FocusUI
from model.training.recipe import LoraShape

_DECODER = "model.language_model."
_HEADS = ("patch_scorer", "multi_patch_pointer_head")
_PREFIX = "base_model.model."
_BASE = ".base."
_ADDED = (".lora_a", ".lora_b")


class LoraLinear(nn.Module):
    """A linear layer that stands still, and an addition of low rank that learns; at first it adds nothing.

    Args:
        base: the layer.
        shape: of the addition.
    """

    def __init__(self, base: nn.Linear, shape: LoraShape) -> None:
        super().__init__()
        self.base = base
        self.lora_a = nn.Parameter(torch.empty(shape.rank, base.in_features, device=base.weight.device))
        self.lora_b = nn.Parameter(torch.zeros(base.out_features, shape.rank, device=base.weight.device))
        nn.init.kaiming_uniform_(self.lora_a, a=math.sqrt(5))
        self.dropout = nn.Dropout(shape.dropout)
        self.scale = shape.alpha / shape.rank

    def forward(self, tokens: Tensor) -> Tensor:
        """[..., d_in] -> [..., d_out]."""
        out: Tensor = self.base(tokens)
        added = functional.linear(
            functional.linear(self.dropout(tokens).to(self.lora_a.dtype), self.lora_a), self.lora_b
        )
        return out + (added * self.scale).to(out.dtype)


def add_lora(network: FocusUI, shape: LoraShape) -> None:
    """Give the decoder's linear layers their additions, in place.

    Raises:
        InputError: a target names no linear layer of the decoder.
    """
    targets = {
        name: module
        for name, module in network.named_modules()
        if isinstance(module, nn.Linear) and name.startswith(_DECODER) and name.rpartition(".")[2] in shape.targets
    }
    unknown = set(shape.targets) - {name.rpartition(".")[2] for name in targets}
    if unknown:
        raise InputError(f"The decoder has no linear layer called {', '.join(sorted(unknown))}.")
    for name, module in targets.items():
        parent, _, own = name.rpartition(".")
        setattr(network.get_submodule(parent), own, LoraLinear(module, shape))


@torch.no_grad()
def merge_lora(state: Mapping[str, Tensor], shape: LoraShape) -> dict[str, Tensor]:
    """Weights by the names that a network has without additions, which are merged in.

    Args:
        state: all weights of a network with additions.
        shape: of these.
    """
    merged = {name.replace(_BASE, "."): value for name, value in state.items() if not name.endswith(_ADDED)}
    for name, lora_a in state.items():
        layer = name.removesuffix(_ADDED[0])
        if layer == name:
            continue
        weight = merged[f"{layer}.weight"]
        added = state[layer + _ADDED[1]].float() @ lora_a.float() * (shape.alpha / shape.rank)
        merged[f"{layer}.weight"] = (weight.float() + added).to(weight.dtype)
    return merged


def save_adapters(state: Mapping[str, Tensor], folder: Path, *, shape: LoraShape, base: str) -> None:
    """Write the additions and the heads alone, in the layout of PEFT: ``adapter_config.json`` and safetensors.

    Args:
        state: all weights of a network with additions.
        folder: made if it does not exist.
        shape: of the additions.
        base: name or folder of the checkpoint that they belong to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights = {}
    for name, value in state.items():
        if name.endswith(_ADDED):
            layer, _, own = name.rpartition(".")
            weights[f"{_PREFIX}{layer}.{own.replace('_a', '_A').replace('_b', '_B')}.weight"] = value
        elif name.startswith(_HEADS):
            weights[f"{_PREFIX}{name}"] = value
    save_file(
        {name: value.detach().cpu().contiguous() for name, value in weights.items()},
        folder / "adapter_model.safetensors",
        metadata={"format": "pt"},
    )
    config = {
        "peft_type": "LORA",
        "task_type": None,
        "base_model_name_or_path": base,
        "r": shape.rank,
        "lora_alpha": shape.alpha,
        "lora_dropout": shape.dropout,
        "bias": "none",
        # A pattern, for the vision tower has layers of the same names.
        "target_modules": rf"model\.language_model\..*\.({'|'.join(shape.targets)})",
        "modules_to_save": list(_HEADS),
        "fan_in_fan_out": False,
        "inference_mode": True,
    }
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
