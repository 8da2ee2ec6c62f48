"""Plain parts are not encoded, and nothing that shows something is left out."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from model.nano.encoding import Encoded, NanoSession
from model.nano.skipping import Changes, SkippingEncoder, busy_parts, find_changes

HEIGHT, WIDTH = 480, 800
BLOCK = 16
MARGIN = 3


class Remembering:
    """Remembers which pictures were encoded."""

    def __init__(self, session: NanoSession) -> None:
        self.session = session
        self.pictures: list[NDArray[np.uint8]] = []

    def encode(self, image: NDArray[np.uint8]) -> Encoded:
        self.pictures.append(image)
        return self.session.encode(image)

    @property
    def n_pixels(self) -> int:
        return sum(picture.shape[0] * picture.shape[1] for picture in self.pictures)


@pytest.fixture
def inner(folder: Path) -> Remembering:
    return Remembering(NanoSession(folder))


@pytest.fixture
def encoder(inner: Remembering) -> SkippingEncoder:
    skipping = SkippingEncoder(inner)
    inner.pictures.clear()
    return skipping


def window(*spots: tuple[int, int]) -> NDArray[np.uint8]:
    """A grey window with a frame and noise at some places."""
    image = np.full((HEIGHT, WIDTH, 3), 220, np.uint8)
    image[:, (8, WIDTH - 9)] = 40
    for top, left in spots:
        image[top : top + 20, left : left + 60] = np.random.default_rng(top).integers(0, 256, (20, 60, 3))
    return image


def test_an_empty_screen_costs_nothing(inner: Remembering, encoder: SkippingEncoder) -> None:
    encoded = encoder.encode(np.full((HEIGHT, WIDTH, 3), 90, np.uint8))
    assert not inner.pictures
    assert encoded.maps.shape[:2] == (HEIGHT // 8, WIDTH // 8)
    assert (encoded.features == encoded.features[0, 0]).all()


def test_a_full_screen_is_encoded_as_it_is(inner: Remembering, encoder: SkippingEncoder) -> None:
    image = np.random.default_rng(0).integers(0, 256, (200, 300, 3), np.uint8)
    np.testing.assert_array_equal(encoder.encode(image).maps, inner.session.encode(image).maps)


def test_what_lies_far_apart_is_encoded_apart_and_where_it_was(inner: Remembering, encoder: SkippingEncoder) -> None:
    image = window((32, 64), (416, 640))
    encoded = encoder.encode(image)
    assert len(inner.pictures) == 2
    assert inner.n_pixels < 0.5 * HEIGHT * WIDTH
    for part in busy_parts(find_changes(image)):
        top, left = max(0, part.top - MARGIN), max(0, part.left - MARGIN)
        bottom, right = part.bottom + MARGIN, part.right + MARGIN
        alone = np.ascontiguousarray(image[top * BLOCK : bottom * BLOCK, left * BLOCK : right * BLOCK])
        own = inner.session.encode(alone).features
        rows, cols = slice(2 * part.top, 2 * part.bottom), slice(2 * part.left, 2 * part.right)
        of = own[rows.start - 2 * top : rows.stop - 2 * top, cols.start - 2 * left : cols.stop - 2 * left]
        np.testing.assert_array_equal(encoded.features[rows, cols], of)


def test_a_wide_field_is_not_cut(inner: Remembering, encoder: SkippingEncoder) -> None:
    image = window()
    image[200, 100:400] = image[230, 100:400] = image[200:230, 100] = image[200:230, 399] = 0
    encoder.encode(image)
    assert len(inner.pictures) == 1


@pytest.mark.parametrize("shape", [(33, 47), (16, 16), (1, 5)])
def test_any_size(encoder: SkippingEncoder, shape: tuple[int, int]) -> None:
    image = np.full((*shape, 3), 7, np.uint8)
    image[0, 0] = 255
    n_rows, n_cols = (-(-side // BLOCK) * 2 for side in shape)
    assert encoder.encode(image).maps.shape[:2] == (n_rows, n_cols)


masks = arrays(np.bool_, st.tuples(st.integers(1, 40), st.integers(1, 60)), elements=st.booleans(), fill=st.just(False))


@given(masks)
def test_whatever_differs_both_ways_is_in_a_part(mask: NDArray[np.bool_]) -> None:
    covered = np.zeros_like(mask)
    for part in busy_parts(Changes(down=mask, across=mask)):
        covered[part.top : part.bottom, part.left : part.right] = True
    assert (covered | ~mask).all()


def test_changes_are_seen_in_their_direction_only() -> None:
    image = np.zeros((64, 64, 3), np.uint8)
    image[:, 40] = 255
    changes = find_changes(image)
    assert not changes.down.any()
    assert changes.across.any(axis=0).tolist() == [False, False, True, False]
    turned = find_changes(np.ascontiguousarray(image.transpose(1, 0, 2)))
    assert not turned.across.any()
    assert turned.down.any(axis=1).tolist() == [False, False, True, False]
