"""What selectors need, from a network, a picture, an instruction and the target's box: only what is asked for."""

import time
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from model.data.boxes import BoxNorm
from model.data.labels import VisualGrid, patch_labels
from model.errors import InputError
from model.focusui.checkpoint import Checkpoint
from model.focusui.image_input import ImageInput, patchify, resized
from model.focusui.network import VisualFeatures
from model.focusui.prompt import Prompt
from model.selectors.attention import encode_with_attention, prompt_attention
from model.selectors.base import SelectionContext, Signal, VisionAttention


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EncodedScreen:
    """A screenshot behind the vision encoder.

    Attributes:
        pixels: [height, width, 3] uint8, resized for the encoder.
        visual: the encoder's output.
        grid: of the resized picture.
        vision_attention: None if nobody needs it.
        encode_ms: what encoding costs.
        attended_ms: what it costs with a look at its attention; 0 if nobody needs it.
    """

    pixels: NDArray[np.uint8]
    visual: VisualFeatures
    grid: VisualGrid
    vision_attention: VisionAttention | None
    encode_ms: float
    attended_ms: float


class Stopwatch:
    """Milliseconds of work on a device since it was made, or since it was last read."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._started = self._now()

    def lap_ms(self) -> float:
        """Wait for the device, read, and start anew."""
        before, self._started = self._started, self._now()
        return (self._started - before) * 1e3

    def _now(self) -> float:
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)
        return time.perf_counter()


@torch.inference_mode()
def encode_screen(checkpoint: Checkpoint, image: NDArray[np.uint8], needs: Collection[Signal]) -> EncodedScreen:
    """Run the vision encoder on a screenshot, and once more under observation if its attention is needed.

    Raises:
        InputError: the picture is too long and thin.
    """
    network, spec = checkpoint.network, checkpoint.image_spec
    stopwatch = Stopwatch(network.device)
    inputs = _prepared(checkpoint, image)
    (visual,) = network.encode_images(inputs.pixel_values.to(network.dtype), inputs.grid_thw)
    encode_ms = stopwatch.lap_ms()
    attention, attended_ms = None, 0.0
    if Signal.VISION_ATTENTION in needs:
        attention = encode_with_attention(network, _prepared(checkpoint, image)).attention
        attended_ms = stopwatch.lap_ms()
    height_px, width_px, _ = inputs.pixels.shape
    return EncodedScreen(
        pixels=inputs.pixels,
        visual=visual,
        grid=VisualGrid(width_px=width_px, height_px=height_px, cell_px=spec.cell_px, merge_size=spec.merge_size),
        vision_attention=attention,
        encode_ms=encode_ms,
        attended_ms=attended_ms,
    )


@torch.inference_mode()
def gather_signals(
    checkpoint: Checkpoint, screen: EncodedScreen, prompt: Prompt, box: BoxNorm | None, needs: Collection[Signal]
) -> SelectionContext:
    """Compute what a selector needs beyond the encoded screen, and nothing else; there is no label without a box."""
    network, options = checkpoint.network, checkpoint.network.options
    scores = text_attention = label = None
    if Signal.SCORES in needs and options.has_patch_scorer:
        scores = network.score_patches(screen.visual, prompt.instruction_ids).float().cpu().numpy()
    if Signal.TEXT_ATTENTION in needs:
        text_attention = prompt_attention(network, prompt, screen.visual)
    if Signal.LABEL in needs and box is not None:
        label = patch_labels(Image.fromarray(screen.pixels), box, screen.grid).merged
    return SelectionContext(
        n_rows=screen.visual.n_rows,
        n_cols=screen.visual.n_cols,
        image=screen.pixels,
        scores=scores,
        features=screen.visual.embeds,
        vision_attention=screen.vision_attention,
        text_attention=text_attention,
        label=label,
    )


def _prepared(checkpoint: Checkpoint, image: NDArray[np.uint8]) -> ImageInput:
    try:
        pixels = resized(image, checkpoint.image_spec)
    except ValueError as exc:
        raise InputError("This picture is too long and thin to be a screen.") from exc
    return patchify(pixels, checkpoint.image_spec, checkpoint.network.device)
