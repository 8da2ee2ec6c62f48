"""How a loaded model is run on this machine; nothing of it belongs to a checkpoint."""

from dataclasses import dataclass

import torch

from model.focusui.flat_skip import FlatSkip
from model.focusui.network import FocusUI

_GIB = 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """Choices that trade memory, time at the start or accuracy for speed.

    Attributes:
        is_compiled: run the layers through ``torch.compile``; the first look and the first instruction then take long.
        flat_skip: leave flat parts of a screen out of the vision tower; None shows it everything.
        max_prefix_bytes: memory that pictures may take which wait in the decoder.
    """

    is_compiled: bool = False
    flat_skip: FlatSkip | None = None
    max_prefix_bytes: int = 2 * _GIB


def speed_key(network: FocusUI) -> str:
    """What the speed of a model depends on, beside the picture: its shape, how it is held, and the device.

    Weights do not matter, so what a model of random weights took holds for every checkpoint of its shape.
    """
    text, vision = network.config.text_config, network.config.vision_config
    device = torch.cuda.get_device_name(network.device) if network.device.type == "cuda" else network.device.type
    shape = f"{network.config.model_type} {text.num_hidden_layers}x{text.hidden_size} + {vision.depth}"
    quantization = getattr(network.config, "quantization_config", None)
    kind = "" if quantization is None else f" {getattr(quantization, 'quant_method', 'quantized')}"
    return f"{shape}, {str(network.dtype).removeprefix('torch.')}{kind}, {device}"
