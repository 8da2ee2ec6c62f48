"""The stages as they are exported, still in torch, against those of transformers; GUI-Actor's Qwen2-VL, too."""

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import Qwen2VLConfig

from model.focusui.checkpoint import load_checkpoint
from model.focusui.network import FocusUI, FocusUIQwen2VL, VisualFeatures
from model.focusui.onnx_graphs import DecoderGraph, PointerGraph, VisionGraph
from model.focusui.picture import ImageSpec
from model.focusui_onnx.manifest import TowerLayout
from model.focusui_onnx.patches import tower_inputs

REFERENCE = Path(__file__).parents[2] / "reference"
N_ROWS, N_COLS = 6, 9


def qwen2_vl() -> FocusUI:
    torch.manual_seed(0)
    config = Qwen2VLConfig(
        text_config={
            "hidden_size": 64,
            "intermediate_size": 96,
            "num_hidden_layers": 3,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "vocab_size": 100,
            "rope_parameters": {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [2, 3, 3]},
            "bos_token_id": None,
            "eos_token_id": None,
        },
        vision_config={
            "depth": 3,
            "embed_dim": 32,
            "num_heads": 2,
            "mlp_ratio": 2,
            "hidden_size": 64,
            "patch_size": 14,
        },
        image_token_id=5,
        pointer_pad_token_id=7,
        image_drop_end_token_id=8,
    )
    return FocusUIQwen2VL(config).eval()


def network(name: str) -> FocusUI:
    if name == "qwen2_vl":
        return qwen2_vl()
    return load_checkpoint(REFERENCE / name / "checkpoint", dtype=torch.float32).network


def picture_inputs(one: FocusUI) -> dict[str, torch.Tensor]:
    vision = one.config.vision_config
    graph = VisionGraph(one)
    spec = ImageSpec(
        patch_px=vision.patch_size,
        merge_size=vision.spatial_merge_size,
        temporal_size=vision.temporal_patch_size,
        mean=(0.5, 0.5, 0.5),
        std=(0.5, 0.5, 0.5),
        min_pixels=1,
        max_pixels=10**9,
    )
    layout = TowerLayout(
        window_cells=vision.window_size // spec.cell_px if graph.has_windows else None,
        table_side=getattr(graph.tower, "num_grid_per_side", None),
        n_deepstack_levels=len(graph.deepstack_after),
    )
    size = (N_ROWS * spec.cell_px, N_COLS * spec.cell_px, 3)
    pixels = np.random.default_rng(0).integers(0, 256, size, np.uint8)
    return {name: torch.from_numpy(array) for name, array in tower_inputs(pixels, spec, layout).items()}


@pytest.mark.parametrize("name", ["qwen2_vl", "qwen2_5_vl", "qwen3_vl"])
@torch.inference_mode()
def test_the_exported_stages_are_those_of_the_network(name: str) -> None:
    one = network(name)
    inputs = picture_inputs(one)
    grid_thw = torch.tensor([[1, 2 * N_ROWS, 2 * N_COLS]])
    (visual,) = one.encode_images(inputs["pixel_values"], grid_thw)
    embeds, *levels = VisionGraph(one)(*inputs.values())
    torch.testing.assert_close(embeds, visual.embeds, atol=1e-5, rtol=1e-5)
    for level, expected in zip(levels, visual.deepstack, strict=True):
        torch.testing.assert_close(level, expected, atol=1e-5, rtol=1e-5)

    # Kept cells, markers, and tokens behind the pointer token, which the exported decoder does not see.
    config = one.config
    ids = torch.tensor([1, 2, *[config.image_token_id] * N_ROWS * N_COLS, 3, config.pointer_pad_token_id, 4, 9])
    keep_mask = torch.arange(N_ROWS * N_COLS) % 3 > 0
    packed = one.pack(ids, [visual], keep_mask)
    n = len(packed.embeds) - 2
    arguments = [packed.embeds[:n], packed.position_ids[:, :n]]
    if visual.deepstack:
        arguments.append(dense_levels(packed.visual_mask, packed.deepstack, visual)[:, :n])
    (hidden,) = one.decode([packed])
    query = DecoderGraph(one)(*arguments)
    torch.testing.assert_close(query, hidden[n - 1 : n], atol=1e-5, rtol=1e-5)
    attention = PointerGraph(one)(packed.embeds[packed.visual_mask], query)
    torch.testing.assert_close(attention, one.point(packed), atol=1e-6, rtol=1e-5)


def dense_levels(mask: torch.Tensor, levels: tuple[torch.Tensor, ...], visual: VisualFeatures) -> torch.Tensor:
    """[n_levels, n, d], zeros where nothing is added."""
    dense = torch.zeros(len(visual.deepstack), len(mask), visual.embeds.shape[1])
    for level_idx, level in enumerate(levels):
        dense[level_idx, mask] = level
    return dense
