"""The exported graphs say what the network says, on pictures of any size."""

from pathlib import Path

import numpy as np
import pytest
import torch

from model.errors import ModelLoadError
from model.nano.cells import N_INPUTS
from model.nano.encoding import NanoSession
from model.nano.files import MEANING, POINTER, READING, SCORER
from model.nano.glyphs import GLYPH_PX
from model.nano.network import NanoNetwork
from model.nano.pointer import PatchScorer, Pointer
from model.nano.question import N_FORM
from model.nano.runtime import Graph
from model.nano.shape import N_CHANNELS, N_FEATURES
from model.ocr.meaning import EMBEDDING_WIDTH
from tests.model.nano.conftest import glyph_network, line_reader

HALVED = 5e-3
"""Weights are stored in 16 bits."""


@pytest.mark.parametrize(("height", "width"), [(96, 128), (112, 80), (75, 101)])
def test_the_session_encodes_as_the_network_does(network: NanoNetwork, folder: Path, height: int, width: int) -> None:
    image = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
    encoded = NanoSession(folder).encode(image)
    padded = np.pad(image, ((0, -height % 16), (0, -width % 16), (0, 0)), mode="edge")
    pixels = torch.from_numpy(padded).permute(2, 0, 1)[None].float() / 127.5 - 1
    with torch.no_grad():
        features, maps = network.encoder(pixels)
    assert encoded.features.shape == (padded.shape[0] // 8, padded.shape[1] // 8, N_FEATURES)
    assert encoded.maps.shape[-1] == N_CHANNELS
    np.testing.assert_allclose(encoded.features, features[0].permute(1, 2, 0).numpy(), atol=1e-4)
    np.testing.assert_allclose(encoded.maps, maps[0].permute(1, 2, 0).numpy(), atol=1e-4)


def test_heads_say_the_same(folder: Path) -> None:
    cells, is_gap = torch.randn(31, N_FEATURES), torch.arange(31) % 11 > 7
    with torch.no_grad():
        (read,) = Graph(folder / READING)({"cells": cells.numpy(), "is_gap": is_gap.numpy()})
        np.testing.assert_allclose(read, line_reader()(cells, is_gap).numpy(), atol=HALVED)
        glyphs = torch.rand(7, GLYPH_PX, GLYPH_PX, 3) * 2 - 1
        (vectors,) = Graph(folder / MEANING)({"glyphs": glyphs.numpy()})
        np.testing.assert_allclose(vectors, glyph_network()(glyphs).numpy(), atol=HALVED)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_missing_files_are_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelLoadError, match="embedded model") as caught:
        NanoSession(tmp_path)
    assert caught.value.hint


@pytest.mark.parametrize(("n_cells", "n_words"), [(1, 1), (40, 16)])
def test_scorer_and_pointer_say_the_same(
    pointing: tuple[PatchScorer, Pointer], folder: Path, n_cells: int, n_words: int
) -> None:
    scorer, pointer = pointing
    generator = torch.Generator().manual_seed(n_cells)
    cells = torch.randn(n_cells, N_INPUTS + 1, generator=generator)
    is_marker = torch.zeros(n_cells, dtype=torch.bool)
    is_marker[1::3] = True
    places = 50 * torch.rand(n_cells, 2, generator=generator)
    whole = torch.randn(EMBEDDING_WIDTH + N_FORM, generator=generator)
    words = torch.randn(n_words, EMBEDDING_WIDTH, generator=generator)
    is_there = torch.ones(1, 1 + n_words + n_cells, dtype=torch.bool)
    with torch.no_grad():
        logits = scorer(cells[None, :, :-1], whole[None])[0]
        pointed = pointer(cells[None], is_marker[None], places[None], whole[None], words[None], is_there)
    inputs = {"cells": cells, "is_marker": is_marker, "places": places, "whole": whole, "words": words}
    found = Graph(folder / POINTER)({name: value.numpy() for name, value in inputs.items()})
    (scored,) = Graph(folder / SCORER)({"cells": cells[:, :-1].contiguous().numpy(), "whole": whole.numpy()})
    np.testing.assert_allclose(scored, logits.numpy(), atol=HALVED)
    for ours, theirs in zip(found, (pointed.cells[0], pointed.nothing, pointed.offsets[0]), strict=True):
        np.testing.assert_allclose(ours, theirs.numpy(), atol=HALVED)
