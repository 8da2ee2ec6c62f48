"""Writes a trained network as the ONNX graphs that the run time loads. Needs torch and onnx."""

import warnings
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.export import Dim

from model.nano.files import ENCODER, MEANING, READING
from model.nano.network import NanoEncoder, NanoNetwork
from model.nano.shape import N_FEATURES

_OPSET = 18
_TRACED_PX = (96, 128)
_BLOCK_PX = 16
"""Sides of pictures are multiples of this."""


class EncoderGraph(nn.Module):
    """Takes a picture as it is captured, and gives the maps cell by cell, as they are read afterwards."""

    def __init__(self, encoder: NanoEncoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """[h, w, 3] uint8 RGB -> features [h / 8, w / 8, N_FEATURES] and maps [h / 8, w / 8, N_CHANNELS]."""
        pixels = image.permute(2, 0, 1)[None].float() / 127.5 - 1
        features, maps = self.encoder(pixels)
        return features[0].permute(1, 2, 0), maps[0].permute(1, 2, 0)


def export_network(network: NanoNetwork, folder: Path) -> None:
    """Write encoder and heads.

    Args:
        network: trained; it is put into evaluation mode.
        folder: made if it does not exist.
    """
    folder.mkdir(parents=True, exist_ok=True)
    network = network.eval().float().cpu()
    image = torch.zeros(*_TRACED_PX, 3, dtype=torch.uint8)
    sizes = {0: _BLOCK_PX * Dim("blocks_down"), 1: _BLOCK_PX * Dim("blocks_across")}
    _write(EncoderGraph(network.encoder), image, sizes, folder / ENCODER, inputs="image", outputs=["features", "maps"])
    for head, n_in, file in ((network.reading, 3 * N_FEATURES, READING), (network.meaning, N_FEATURES, MEANING)):
        _write(head, torch.zeros(3, n_in), {0: Dim("n")}, folder / file, inputs="cells", outputs=["out"])


def _write(
    graph: nn.Module, example: Tensor, sizes: dict[int, Any], file: Path, *, inputs: str, outputs: list[str]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of deprecations inside of torch's own exporter
        program: Any = torch.onnx.export(
            graph.eval(),
            (example,),
            dynamo=True,
            opset_version=_OPSET,
            dynamic_shapes=(sizes,),
            input_names=[inputs],
            output_names=outputs,
            verbose=False,
        )
    program.save(file, external_data=False)
