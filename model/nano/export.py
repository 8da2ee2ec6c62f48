"""Writes a trained network as the ONNX graphs that the run time loads. Needs torch and onnx."""

from pathlib import Path

import torch
from torch import Tensor, nn

from model.nano.files import ENCODER, MEANING, READING
from model.nano.network import MeaningHead, NanoEncoder, NanoNetwork, ReadingHead
from model.nano.shape import N_FEATURES

_OPSET = 18
_TRACED_PX = (96, 128)


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
    size = {0: "height", 1: "width"}
    cells = {0: "rows", 1: "columns"}
    _write(
        EncoderGraph(network.encoder),
        image,
        folder / ENCODER,
        inputs=["image"],
        outputs=["features", "maps"],
        dynamic={"image": size, "features": cells, "maps": cells},
    )
    for head, n_in, file in ((network.reading, 3 * N_FEATURES, READING), (network.meaning, N_FEATURES, MEANING)):
        _write_head(head, n_in, folder / file)


def _write_head(head: ReadingHead | MeaningHead, n_in: int, file: Path) -> None:
    dynamic = {"cells": {0: "n"}, "out": {0: "n"}}
    _write(head, torch.zeros(2, n_in), file, inputs=["cells"], outputs=["out"], dynamic=dynamic)


def _write(
    graph: nn.Module,
    example: Tensor,
    file: Path,
    *,
    inputs: list[str],
    outputs: list[str],
    dynamic: dict[str, dict[int, str]],
) -> None:
    # The classic exporter folds batch norms into the convolutions before them and writes one plain file.
    with torch.no_grad():
        torch.onnx.export(
            graph,
            (example,),
            file,
            input_names=inputs,
            output_names=outputs,
            dynamic_axes=dynamic,
            opset_version=_OPSET,
            dynamo=False,
        )
