"""The attention that selectors follow, read from a network of FocusUI's family.

Legend: ``n_visual`` visual tokens, ``n_merged`` patches of one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.focusui.attention_probe import record_attention
from model.focusui.image_input import ImageInput
from model.focusui.network import FocusUI, VisualFeatures
from model.focusui.prompt import Prompt
from model.selectors.base import VisionAttention

TEXT_LAYER = 1
"""The second decoder layer: FastV's K = 2 (arXiv 2403.06764, section 4)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AttendedPicture:
    """A picture that went through the vision encoder under observation."""

    visual: VisualFeatures
    attention: VisionAttention


def encode_with_attention(network: FocusUI, inputs: ImageInput) -> AttendedPicture:
    """Run the vision encoder on one picture and see which visual tokens it attends to.

    There is no class token whose attention could be read, so what counts is what a patch receives from all patches,
    as a mean over queries and heads; a visual token has the mean of its patches. Layers that attend within windows
    cannot compare patches across the picture and are left out.
    """
    blocks = network.model.visual.blocks
    layers = _full_layers(network)
    with record_attention({layer: blocks[layer].attn for layer in layers}) as record:
        (visual,) = network.encode_images(inputs.pixel_values.to(network.dtype), inputs.grid_thw)
    order = _cell_order(network, visual.n_rows, visual.n_cols)
    received = {layer: _by_cell(record.only(layer), order) for layer in layers}
    return AttendedPicture(visual=visual, attention=VisionAttention(received=received, n_layers=len(blocks)))


def prompt_attention(network: FocusUI, prompt: Prompt, visual: VisualFeatures) -> NDArray[np.float32]:
    """Attention that the last token of the prompt pays in the second decoder layer, [n_visual], a mean over heads.

    Runs the whole prompt through the decoder as far as that layer.
    """
    packed = network.pack(prompt.input_ids, [visual])
    decoder = network.model.language_model
    with (
        _shortened(decoder, TEXT_LAYER + 1),
        record_attention({TEXT_LAYER: decoder.layers[TEXT_LAYER].self_attn}, queries=torch.tensor([-1])) as record,
    ):
        network.decode([packed])
    paid = record.only(TEXT_LAYER)[0, :, 0].mean(dim=0)
    return _to_numpy(paid[packed.visual_mask])


def _full_layers(network: FocusUI) -> list[int]:
    """Layers of the vision encoder in which all patches of a picture see each other."""
    config = network.config.vision_config
    windowed_apart_from = getattr(config, "fullatt_block_indexes", None)
    return list(range(config.depth)) if windowed_apart_from is None else sorted(windowed_apart_from)


def _cell_order(network: FocusUI, n_rows: int, n_cols: int) -> NDArray[np.int64]:
    """Raster index of each visual token, [n_visual], in the order in which the encoder holds them.

    Qwen2.5-VL (arXiv 2502.13923, section 2.1.1) holds them window by window; windows and the cells of one are in raster
    order, and windows at the right and lower edge may be smaller.
    """
    config = network.config.vision_config
    index = np.arange(n_rows * n_cols)
    if not hasattr(config, "window_size"):
        return index
    side = config.window_size // config.spatial_merge_size // config.patch_size
    rows, cols = np.divmod(index, n_cols)
    return np.lexsort((cols % side, rows % side, cols // side, rows // side))


def _by_cell(received: Tensor, order: NDArray[np.int64]) -> NDArray[np.float32]:
    """[1, n_heads, n_visual * n_merged] in the encoder's order -> [n_visual] in raster order."""
    per_cell = np.empty(len(order), np.float32)
    per_cell[order] = _to_numpy(received[0].mean(dim=0).view(len(order), -1).mean(dim=1))
    return per_cell


@contextmanager
def _shortened(decoder: Any, n_layers: int) -> Iterator[None]:
    """Let a decoder end after so many layers."""
    all_layers = decoder.layers
    decoder.layers = all_layers[:n_layers]
    try:
        yield
    finally:
        decoder.layers = all_layers


def _to_numpy(values: Tensor) -> NDArray[np.float32]:
    return np.asarray(values.float().cpu().numpy())
