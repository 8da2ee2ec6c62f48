"""Which functions run a block of the vision tower and a layer of the decoder: as written, or compiled."""

from dataclasses import dataclass

import torch

from model.focusui.decoder import DecoderLayer, run_layer
from model.focusui.vision_encoder import VisionBlock, run_block


@dataclass(frozen=True, slots=True, kw_only=True)
class Kernels:
    """One function serves all layers, so compiling is done once, not once per layer.

    Attributes:
        vision_block: see ``vision_encoder.run_block``.
        decoder_layer: see ``decoder.run_layer``.
    """

    vision_block: VisionBlock = run_block
    decoder_layer: DecoderLayer = run_layer


def compiled_kernels(backend: str = "inductor") -> Kernels:
    """Both functions through ``torch.compile``; the first calls compile and take long.

    Lengths are dynamic, so a new screen size or keep fraction compiles nothing new; only how many sizes of windows a
    picture has (one, two or four) does.

    Args:
        backend: of ``torch.compile``.
    """
    return Kernels(
        vision_block=torch.compile(run_block, backend=backend, dynamic=True),
        decoder_layer=torch.compile(run_layer, backend=backend, dynamic=True),
    )
