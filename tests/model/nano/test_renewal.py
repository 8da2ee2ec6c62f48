"""What is renewed is what would have been encoded anew."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from model.nano.encoding import Encoded, NanoSession
from model.nano.renewal import RenewingEncoder

HEIGHT, WIDTH = 760, 1200


class Counting:
    """Counts the pixels that are really encoded."""

    def __init__(self, session: NanoSession) -> None:
        self.session = session
        self.n_pixels = 0

    def encode(self, image: NDArray[np.uint8]) -> Encoded:
        self.n_pixels += image.shape[0] * image.shape[1]
        return self.session.encode(image)


@pytest.fixture
def inner(folder: Path) -> Counting:
    return Counting(NanoSession(folder))


@pytest.fixture(scope="module")
def screen() -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)


@pytest.mark.parametrize(("top", "left"), [(0, 0), (370, 600), (HEIGHT - 9, WIDTH - 30)])
def test_a_small_change_gives_the_same_as_the_whole_and_costs_less(
    inner: Counting, screen: NDArray[np.uint8], top: int, left: int
) -> None:
    encoder = RenewingEncoder(inner)
    encoder.encode(screen)
    changed = screen.copy()
    changed[top : top + 9, left : left + 30] ^= 255
    before = inner.n_pixels
    renewed = encoder.encode(changed)
    assert inner.n_pixels - before < HEIGHT * WIDTH
    whole = inner.session.encode(changed)
    np.testing.assert_allclose(renewed.features, whole.features, atol=1e-3)
    np.testing.assert_allclose(renewed.maps, whole.maps, atol=1e-3)


def test_an_unchanged_screen_costs_nothing(inner: Counting, screen: NDArray[np.uint8]) -> None:
    encoder = RenewingEncoder(inner)
    first = encoder.encode(screen)
    before = inner.n_pixels
    assert encoder.encode(screen.copy()) is first
    assert inner.n_pixels == before


def test_another_screen_is_encoded_as_a_whole(inner: Counting, screen: NDArray[np.uint8]) -> None:
    encoder = RenewingEncoder(inner)
    encoder.encode(screen)
    other = encoder.encode(255 - screen)
    np.testing.assert_array_equal(other.features, inner.session.encode(255 - screen).features)
    smaller = encoder.encode(np.ascontiguousarray(screen[:64, :64]))
    assert smaller.features.shape[:2] == (8, 8)


def test_what_is_kept_does_not_change_with_the_callers_picture(inner: Counting, screen: NDArray[np.uint8]) -> None:
    encoder = RenewingEncoder(inner)
    mine = screen[:64, :96].copy()
    encoder.encode(mine)
    mine[:] = 0
    np.testing.assert_array_equal(encoder.encode(mine).features, inner.session.encode(mine).features)
