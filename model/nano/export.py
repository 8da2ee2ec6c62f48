"""Writes a trained network as the ONNX graphs that the run time loads. Needs torch and onnx."""

import warnings
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.export import Dim

from model.nano.cells import N_INPUTS
from model.nano.files import ENCODER, MEANING, POINTER, READING, SCORER
from model.nano.glyphs import GLYPH_PX
from model.nano.halving import halve
from model.nano.line_network import LineReader
from model.nano.network import NanoEncoder
from model.nano.pointer import PatchScorer, Pointer
from model.nano.question import MOST_WORDS, N_FORM
from model.nano.shape import N_FEATURES
from model.ocr.meaning import EMBEDDING_WIDTH

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


class PointerGraph(nn.Module):
    """Points on one screen, where nothing is padded."""

    def __init__(self, pointer: Pointer) -> None:
        super().__init__()
        self.pointer = pointer

    def forward(
        self, cells: Tensor, is_marker: Tensor, places: Tensor, whole: Tensor, words: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """As ``Pointer``, without the batch."""
        is_there = torch.ones_like(torch.cat((whole[:1], words[:, 0], cells[:, 0])), dtype=torch.bool)
        pointed = self.pointer(cells[None], is_marker[None], places[None], whole[None], words[None], is_there[None])
        return pointed.cells[0], pointed.nothing, pointed.offsets[0]


class ScorerGraph(nn.Module):
    """Scores the cells of one screen."""

    def __init__(self, scorer: PatchScorer) -> None:
        super().__init__()
        self.scorer = scorer

    def forward(self, cells: Tensor, whole: Tensor) -> Tensor:
        """As ``PatchScorer``, without the batch."""
        logits: Tensor = self.scorer(cells[None], whole[None])
        return logits[0]


def export_pointing(scorer: PatchScorer, pointer: Pointer, folder: Path) -> None:
    """Write scorer and pointer.

    Args:
        scorer: trained.
        pointer: trained.
        folder: made if it does not exist.
    """
    folder.mkdir(parents=True, exist_ok=True)
    n, n_words = 9, 4
    whole = torch.zeros(EMBEDDING_WIDTH + N_FORM)
    _write(
        ScorerGraph(scorer),
        {"cells": (torch.zeros(n, N_INPUTS), {0: Dim("n")}), "whole": (whole, {})},
        folder / SCORER,
        outputs=["logits"],
    )
    _write(
        PointerGraph(pointer),
        {
            "cells": (torch.zeros(n, N_INPUTS + 1), {0: Dim("n")}),
            "is_marker": (torch.zeros(n, dtype=torch.bool), {0: Dim("n")}),
            "places": (torch.zeros(n, 2), {0: Dim("n")}),
            "whole": (whole, {}),
            "words": (torch.zeros(n_words, EMBEDDING_WIDTH), {0: Dim("n_words", max=MOST_WORDS)}),
        },
        folder / POINTER,
        outputs=["cells_out", "nothing", "offsets"],
    )


def export_encoder(encoder: NanoEncoder, folder: Path) -> None:
    """Write the encoder.

    Args:
        encoder: trained; it is put into evaluation mode.
        folder: made if it does not exist.
    """
    folder.mkdir(parents=True, exist_ok=True)
    image = torch.zeros(*_TRACED_PX, 3, dtype=torch.uint8)
    sizes = {0: _BLOCK_PX * Dim("blocks_down"), 1: _BLOCK_PX * Dim("blocks_across")}
    _write(EncoderGraph(encoder), {"image": (image, sizes)}, folder / ENCODER, outputs=["features", "maps"])


def export_senses(reading: LineReader, meaning: nn.Module, folder: Path) -> None:
    """Write what makes sense of what the encoder sees.

    Args:
        reading: tells what is written.
        meaning: tells what glyphs mean, as ``GlyphNetwork`` does.
        folder: made if it does not exist.
    """
    folder.mkdir(parents=True, exist_ok=True)
    n = 20
    laid = {
        "cells": (torch.zeros(n, N_FEATURES), {0: Dim("n")}),
        "is_gap": (torch.zeros(n, dtype=torch.bool), {0: Dim("n")}),
    }
    _write(reading, laid, folder / READING, outputs=["out"])
    glyphs = torch.zeros(3, GLYPH_PX, GLYPH_PX, 3)
    _write(meaning, {"glyphs": (glyphs, {0: Dim("n")})}, folder / MEANING, outputs=["out"])


def _write(
    graph: nn.Module, inputs: dict[str, tuple[Tensor, dict[int, Any]]], file: Path, *, outputs: list[str]
) -> None:
    """Inputs: by name an example and the axes whose size may be another."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of deprecations inside of torch's own exporter
        program: Any = torch.onnx.export(
            graph.eval(),
            tuple(example for example, _ in inputs.values()),
            dynamo=True,
            opset_version=_OPSET,
            dynamic_shapes=tuple(sizes for _, sizes in inputs.values()),
            input_names=list(inputs),
            output_names=outputs,
            verbose=False,
        )
    program.save(file, external_data=False)
    if file.name != ENCODER:  # which is brought to eight bits, if it is to be small
        halve(file)
