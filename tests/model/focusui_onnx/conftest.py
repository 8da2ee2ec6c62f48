"""The tiny checkpoints, loaded in torch and exported once for all tests of this room."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from model.focusui.checkpoint import load_checkpoint
from model.focusui.grounder import FocusUIGrounder
from model.focusui.onnx_export import export_onnx, write_graph_of
from model.focusui_onnx.manifest import Graph, Manifest, Weights
from model.pictures import load_picture

REFERENCE = Path(__file__).parents[2] / "reference"
VARIANTS = ("qwen2_5_vl", "qwen3_vl")

Export = Callable[[str, Weights], Path]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """A reference picture, what is asked about it, and the numbers of the authors' code."""

    name: str
    image: NDArray[np.uint8]
    instruction: str
    ratios: tuple[float, ...]
    pixel_values_sha256: str
    numbers: dict[str, NDArray[Any]]


def checkpoint_folder(variant: str) -> Path:
    return REFERENCE / variant / "checkpoint"


@cache
def cases(variant: str) -> tuple[Case, ...]:
    entries = json.loads((REFERENCE / variant / "cases.json").read_text())
    return tuple(
        Case(
            name=name,
            image=load_picture(REFERENCE / entry["image"]),
            instruction=entry["instruction"],
            ratios=tuple(entry["ratios"]),
            pixel_values_sha256=entry["pixel_values_sha256"],
            numbers=dict(np.load(REFERENCE / variant / "cases" / f"{name}.npz")),
        )
        for name, entry in entries.items()
    )


@cache
def in_torch(variant: str) -> FocusUIGrounder:
    """The same checkpoint in torch, float32."""
    folder = checkpoint_folder(variant)
    return FocusUIGrounder(load_checkpoint(folder, dtype=torch.float32), name=variant, folder=folder)


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Export:
    """The folder of an exported variant. With eight bits only the decoder is made anew: nothing else differs."""

    @cache
    def export(variant: str, weights: Weights) -> Path:
        out = tmp_path_factory.mktemp(variant) / weights
        if weights is Weights.FLOAT32:
            export_onnx(checkpoint_folder(variant), out)
            return out
        shutil.copytree(export(variant, Weights.FLOAT32), out)
        manifest = replace(Manifest.read(out), weights=weights)
        checkpoint = load_checkpoint(checkpoint_folder(variant), dtype=torch.float32)
        write_graph_of(checkpoint.network, manifest, Graph.DECODER, out)
        manifest.write(out)
        return out

    return export
