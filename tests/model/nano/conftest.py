from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from model.nano.asks import AskWeights, unit
from model.nano.export import export_encoder, export_pointing, export_senses
from model.nano.files import ASKS
from model.nano.glyph_network import GlyphNetwork
from model.nano.line_network import LineReader
from model.nano.network import NanoNetwork, ReadingHead
from model.nano.pointer import PatchScorer, Pointer
from model.ocr.meaning import EMBEDDING_WIDTH


@pytest.fixture(scope="session")
def network() -> NanoNetwork:
    torch.manual_seed(0)
    return NanoNetwork().eval()


@pytest.fixture(scope="session")
def pointing() -> tuple[PatchScorer, Pointer]:
    torch.manual_seed(1)
    return PatchScorer().eval(), Pointer().eval()


@pytest.fixture(scope="session")
def folder(
    network: NanoNetwork, pointing: tuple[PatchScorer, Pointer], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """All graphs, of networks that learned nothing."""
    folder = tmp_path_factory.mktemp("nano")
    export_encoder(network.encoder, folder)
    export_senses(line_reader(), glyph_network(), folder)
    export_pointing(*pointing, folder)
    ask_weights().write(folder / ASKS)
    return folder


def line_reader() -> LineReader:
    """It learned nothing."""
    torch.manual_seed(3)
    reader = LineReader(ReadingHead())
    nn.init.normal_(reader.out.weight, std=0.1)
    return reader.eval()


def glyph_network() -> GlyphNetwork:
    """It learned nothing."""
    torch.manual_seed(2)
    return GlyphNetwork().eval()


def ask_weights() -> AskWeights:
    """Of a map that moves nothing far."""
    rng = np.random.default_rng(0)
    keys, values = rng.normal(size=(2, 3, EMBEDDING_WIDTH)).astype(np.float32)
    return AskWeights(
        centre=np.zeros(EMBEDDING_WIDTH, np.float32),
        linear=np.eye(EMBEDDING_WIDTH, dtype=np.float32),
        keys=unit(keys),
        values=0.1 * unit(values),
        sharpness=10.0,
    )
