"""In eight bits the encoder says nearly the same, in a quarter of the room."""

import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from model.nano.eight_bits import to_eight_bits
from model.nano.encoding import EncoderSession
from model.nano.files import ENCODER
from tests.model.ocr.drawing import desktop

SIDE = 256


@pytest.fixture(scope="module")
def crops() -> list[NDArray[np.uint8]]:
    screen = desktop()
    return [np.ascontiguousarray(screen[y : y + SIDE, x : x + SIDE]) for y in (0, 300, 700) for x in (0, 500, 1100)]


@pytest.fixture(scope="module")
def small(folder: Path, crops: list[NDArray[np.uint8]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("small")
    shutil.copyfile(folder / ENCODER, copy / ENCODER)
    to_eight_bits(copy / ENCODER, crops[:-1])
    return copy


def test_it_says_nearly_the_same(folder: Path, small: Path, crops: list[NDArray[np.uint8]]) -> None:
    whole, eighth = (EncoderSession(where).encode(crops[-1]) for where in (folder, small))
    for said, meant in ((eighth.features, whole.features), (eighth.maps, whole.maps)):
        assert np.sqrt(np.mean((said - meant) ** 2)) < 0.1 * np.sqrt(np.mean(meant**2))


def test_it_is_smaller(folder: Path, small: Path) -> None:
    assert (small / ENCODER).stat().st_size < 0.4 * (folder / ENCODER).stat().st_size


def test_what_a_convolution_gives_stays_in_eight_bits(small: Path) -> None:
    graph = onnx.load(str(small / ENCODER)).graph
    taken_by: dict[str, list[str]] = {}
    for node in graph.node:
        for name in node.input:
            taken_by.setdefault(name, []).append(node.op_type)
    convolutions = [node for node in graph.node if node.op_type == "Conv"]
    assert len(convolutions) > 10
    assert all(taken_by[node.output[0]] == ["QuantizeLinear"] for node in convolutions)
