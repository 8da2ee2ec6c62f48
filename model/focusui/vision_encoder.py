"""A Qwen-VL vision tower without its waits: the modules of transformers, run over a ``VisionPlan``.

transformers attends to one window after the other and asks the device for their lengths in every layer. Here windows
of equal size are one batch of one attention call; a picture has at most four sizes (inner, right edge, lower edge,
corner), so no padding and no mask are needed and every call can take the fastest kernel.

Legend: ``n`` patches that the tower sees, ``n_heads``, ``d_head``, ``d_vision`` width inside the tower, ``d`` width of
a visual token, ``n_seen`` cells.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from model.focusui.rotary import Angles
from model.focusui.vision_plan import VisionPlan, Windows

VisionBlock = Callable[[nn.Module, Tensor, Angles, tuple[Windows, ...]], Tensor]
"""The signature of ``run_block``, for a compiled one."""


def run_block(block: Any, hidden: Tensor, angles: Angles, windows: tuple[Windows, ...]) -> Tensor:
    """One block of the tower, [n, d_vision] -> [n, d_vision].

    Args:
        block: of any Qwen-VL tower.
        hidden: [n, d_vision], windows one behind the other.
        angles: [n, 1, d_head] float32.
        windows: what sees each other; they cover all patches in order.
    """
    hidden = hidden + _attend(block.attn, block.norm1(hidden), angles, windows)
    updated: Tensor = hidden + block.mlp(block.norm2(hidden))
    return updated


def encode_patches(
    tower: Any, pixel_values: Tensor, plan: VisionPlan, block_fn: VisionBlock = run_block
) -> tuple[Tensor, list[Tensor]]:
    """Run the tower over what the plan shows of a picture.

    Args:
        tower: ``model.visual`` of Qwen2-VL, Qwen2.5-VL or Qwen3-VL.
        pixel_values: [n_patches of the whole picture, d_patch], in the tower's dtype.
        plan: of this picture.
        block_fn: ``run_block``, or that compiled.

    Returns:
        The visual tokens [n_cells, d] in raster order and the same for each DeepStack level; zero where a cell was not
        seen.
    """
    per_cell = pixel_values.view(plan.n_cells, -1)[plan.cells]  # [n_seen, merge ** 2 * d_patch]
    hidden = tower.patch_embed(per_cell.view(-1, pixel_values.shape[-1]))  # [n, d_vision]
    if plan.table_rows is not None and plan.table_weights is not None:
        mixed = (tower.pos_embed(plan.table_rows) * plan.table_weights.unsqueeze(-1)).sum(1)
        hidden = hidden + mixed.to(hidden.dtype)
    cos, sin = tower.rotary_pos_emb(hidden, plan.positions)
    angles = Angles(cos=cos.unsqueeze(-2).float(), sin=sin.unsqueeze(-2).float())
    whole = (Windows(n_windows=1, n_patches=len(hidden)),)
    full_layers = getattr(tower, "fullatt_block_indexes", ())
    level_layers = list(getattr(tower, "deepstack_visual_indexes", ()))
    levels = []
    for layer_idx, block in enumerate(tower.blocks):
        hidden = block_fn(block, hidden, angles, whole if layer_idx in full_layers else plan.windows)
        if layer_idx in level_layers:
            levels.append(_in_raster(tower.deepstack_merger_list[level_layers.index(layer_idx)](hidden), plan))
    return _in_raster(tower.merger(hidden), plan), levels


def _attend(attn: Any, hidden: Tensor, angles: Angles, windows: tuple[Windows, ...]) -> Tensor:
    query, key, value = attn.qkv(hidden).view(len(hidden), 3, attn.num_heads, -1).unbind(1)  # [n, n_heads, d_head]
    query, key = (angles.turn(heads.float()).to(value.dtype) for heads in (query, key))
    attended = []
    start = 0
    for group in windows:
        stop = start + group.n_windows * group.n_patches
        # [n_windows, n_heads, n_patches, d_head]
        query_batch, key_batch, value_batch = (
            heads[start:stop].view(group.n_windows, group.n_patches, *heads.shape[1:]).transpose(1, 2)
            for heads in (query, key, value)
        )
        seen = functional.scaled_dot_product_attention(query_batch, key_batch, value_batch, scale=attn.scaling)
        attended.append(seen.transpose(1, 2).reshape(stop - start, -1))
        start = stop
    projected: Tensor = attn.proj(torch.cat(attended))
    return projected


def _in_raster(merged: Tensor, plan: VisionPlan) -> Tensor:
    """[n_seen, d] in the order of the plan -> [n_cells, d]."""
    return merged.new_zeros(plan.n_cells, merged.shape[-1]).index_copy(0, plan.cells, merged)
