from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.errors import ModelLoadError
from model.nano.asks import AskMap, AskWeights, unit

_WIDTH = 24


def _rows(n: int, seed: int) -> NDArray[np.float32]:
    return unit(np.random.default_rng(seed).normal(size=(n, _WIDTH)).astype(np.float32))


def _weights(**changed: NDArray[np.float32] | float) -> AskWeights:
    parts = {
        "centre": 0.1 * _rows(1, 1)[0],
        "linear": np.eye(_WIDTH, dtype=np.float32) + 0.3 * _rows(_WIDTH, 2),
        "keys": _rows(5, 3),
        "values": 0.5 * _rows(5, 4),
        "sharpness": 20.0,
    }
    return AskWeights(**(parts | changed))  # type: ignore[arg-type] # a test's shorthand


@given(st.integers(1, 6), st.integers(0, 1000))
def test_what_comes_out_has_length_one_and_does_not_depend_on_its_neighbours(n: int, seed: int) -> None:
    asks = _rows(n, seed)
    moved = AskMap(_weights())(asks)
    assert moved.shape == asks.shape
    assert moved.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(moved, axis=1), 1, atol=1e-5)
    alone = np.concatenate([AskMap(_weights())(ask[None]) for ask in asks])
    np.testing.assert_allclose(moved, alone, atol=1e-5)


def test_no_asks_give_no_vectors() -> None:
    assert AskMap(_weights())(np.zeros((0, _WIDTH), np.float32)).shape == (0, _WIDTH)


def test_what_is_asked_as_an_intent_is_asked_for_goes_to_its_names() -> None:
    weights = _weights(
        centre=np.zeros(_WIDTH, np.float32),
        linear=np.zeros((_WIDTH, _WIDTH), np.float32),
        keys=np.eye(5, _WIDTH, dtype=np.float32),
    )
    moved = AskMap(weights)(weights.keys)
    np.testing.assert_allclose(moved, unit(weights.values), atol=1e-5)


def test_an_ask_at_the_centre_breaks_nothing() -> None:
    weights = _weights()
    assert np.isfinite(AskMap(weights)(weights.centre[None])).all()


def test_what_is_written_is_read_again_but_for_rounding(tmp_path: Path) -> None:
    file = tmp_path / "new" / "asks.npz"
    _weights().write(file)
    asks = _rows(50, 7)
    cosines = (AskMap.load(file)(asks) * AskMap(_weights())(asks)).sum(axis=1)
    assert cosines.min() > 0.999
    assert AskWeights.read(file).sharpness == pytest.approx(20.0)


def test_a_matrix_of_zeros_survives_rounding(tmp_path: Path) -> None:
    _weights(linear=np.zeros((_WIDTH, _WIDTH), np.float32)).write(tmp_path / "asks.npz")
    assert not AskWeights.read(tmp_path / "asks.npz").linear.any()


def test_a_missing_file_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelLoadError, match="how people ask") as caught:
        AskMap.load(tmp_path / "asks.npz")
    assert "asks.npz" in caught.value.hint


@pytest.mark.parametrize("content", [b"", b"not an archive", None], ids=["empty", "noise", "without-keys"])
def test_a_broken_file_is_told(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "asks.npz"
    if content is None:
        np.savez(file, centre=np.zeros(3, np.float32))
    else:
        file.write_bytes(content)
    with pytest.raises(ModelLoadError):
        AskMap.load(file)
