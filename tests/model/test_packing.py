from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.packing import PackedSequence, Packing, pack_sequence


@dataclass(frozen=True)
class _Prompt:
    """A prompt of text and images, with the positions that Qwen's rule gives it."""

    image_mask: NDArray[np.bool_]
    keep_mask: NDArray[np.bool_]
    position_ids: NDArray[np.int64]

    def pack(self, packing: Packing) -> PackedSequence:
        return pack_sequence(
            packing, keep_mask=self.keep_mask, image_mask=self.image_mask, position_ids=self.position_ids
        )


def _positions(parts: list[int | tuple[int, int, int]]) -> NDArray[np.int64]:
    """M-RoPE positions, written down as the rule says: text of n tokens, or (n_rows, n_cols, n_tokens) of an image."""
    columns: list[tuple[int, int, int]] = []
    start = 0
    for part in parts:
        if isinstance(part, int):
            new = [(start + i,) * 3 for i in range(part)]
        else:
            _, n_cols, n_tokens = part
            new = [(start, start + i // n_cols, start + i % n_cols) for i in range(n_tokens)]
        columns += new
        start = max((max(column) + 1 for column in new), default=start)
    return np.array(columns, np.int64).reshape(-1, 3).T


@st.composite
def _prompts(draw: st.DrawFn) -> tuple[_Prompt, list[int | tuple[int, int, int]]]:
    """A prompt, and its parts after dropping as ``_positions`` takes them."""
    parts: list[int | tuple[int, int, int]] = [draw(st.integers(0, 3))]
    kept_parts = list(parts)
    masks: list[tuple[bool, bool]] = [(False, draw(st.booleans())) for _ in range(parts[0])]  # type: ignore[arg-type]
    for _ in range(draw(st.integers(0, 3))):
        n_rows, n_cols = draw(st.integers(1, 5)), draw(st.integers(1, 6))
        keep = draw(st.lists(st.booleans(), min_size=n_rows * n_cols, max_size=n_rows * n_cols))
        n_text = draw(st.integers(1, 4))
        parts += [(n_rows, n_cols, n_rows * n_cols), n_text]
        kept_parts += [(n_rows, n_cols, sum(keep)), n_text]
        masks += [(True, k) for k in keep] + [(False, draw(st.booleans())) for _ in range(n_text)]
    prompt = _Prompt(
        image_mask=np.array([image for image, _ in masks], bool),
        keep_mask=np.array([keep for _, keep in masks], bool),
        position_ids=_positions(parts),
    )
    return prompt, kept_parts


def _n_runs(mask: NDArray[np.bool_]) -> int:
    return sum(bool(now) and not before for before, now in zip([False, *mask], mask, strict=False))


@given(_prompts())
def test_pospad_and_drop_keep_every_position(drawn: tuple[_Prompt, list[int | tuple[int, int, int]]]) -> None:
    prompt, _ = drawn
    for packing in (Packing.POSPAD, Packing.DROP):
        packed = prompt.pack(packing)
        np.testing.assert_array_equal(packed.position_ids, prompt.position_ids[:, packed.index])


@given(_prompts())
def test_lengths_and_markers(drawn: tuple[_Prompt, list[int | tuple[int, int, int]]]) -> None:
    prompt, _ = drawn
    is_dropped = prompt.image_mask & ~prompt.keep_mask
    remaining = np.flatnonzero(~is_dropped)
    for packing in (Packing.DROP, Packing.RENUMBER):
        packed = prompt.pack(packing)
        np.testing.assert_array_equal(packed.index, remaining)
        assert not packed.is_marker.any()
    padded = prompt.pack(Packing.POSPAD)
    assert padded.is_marker.sum() == _n_runs(is_dropped)
    assert padded.n_packed == len(remaining) + _n_runs(is_dropped)
    np.testing.assert_array_equal(padded.index[~padded.is_marker], remaining)
    for packing in Packing:
        packed = prompt.pack(packing)
        np.testing.assert_array_equal(
            packed.index[packed.is_visual], np.flatnonzero(prompt.image_mask & prompt.keep_mask)
        )


@given(_prompts())
def test_renumbered_positions_are_those_of_a_prompt_with_shorter_images(
    drawn: tuple[_Prompt, list[int | tuple[int, int, int]]],
) -> None:
    prompt, kept_parts = drawn
    packed = prompt.pack(Packing.RENUMBER)
    np.testing.assert_array_equal(packed.position_ids, _positions(kept_parts))


@given(_prompts())
def test_renumbered_positions_have_no_gaps(drawn: tuple[_Prompt, list[int | tuple[int, int, int]]]) -> None:
    prompt, _ = drawn
    position_ids = prompt.pack(Packing.RENUMBER).position_ids
    if position_ids.size:
        assert set(position_ids.ravel().tolist()) == set(range(position_ids.max() + 1))


@given(_prompts())
def test_all_packings_agree_when_everything_is_kept(
    drawn: tuple[_Prompt, list[int | tuple[int, int, int]]],
) -> None:
    prompt, _ = drawn
    whole = _Prompt(
        image_mask=prompt.image_mask, keep_mask=np.ones_like(prompt.keep_mask), position_ids=prompt.position_ids
    )
    for packing in Packing:
        packed = whole.pack(packing)
        np.testing.assert_array_equal(packed.index, np.arange(len(whole.image_mask)))
        np.testing.assert_array_equal(packed.position_ids, whole.position_ids)
        assert not packed.is_marker.any()


def test_renumbering_by_example() -> None:
    """Text, an image of 2 x 3 cells that loses three, text."""
    keep = [True, False, False, True, True, False]
    prompt = _Prompt(
        image_mask=np.array([False] + [True] * 6 + [False] * 2),
        keep_mask=np.array([True, *keep, True, True]),
        position_ids=_positions([1, (2, 3, 6), 2]),
    )
    np.testing.assert_array_equal(
        prompt.pack(Packing.RENUMBER).position_ids,
        [[0, 1, 1, 1, 4, 5], [0, 1, 1, 1, 4, 5], [0, 1, 2, 3, 4, 5]],
    )
    np.testing.assert_array_equal(
        prompt.pack(Packing.POSPAD).position_ids,
        [[0, 1, 1, 1, 1, 1, 4, 5], [0, 1, 1, 2, 2, 2, 4, 5], [0, 1, 3, 1, 2, 3, 4, 5]],
    )


def test_videos_cannot_be_renumbered() -> None:
    position_ids = np.array([[0, 0, 1, 1], [0, 0, 0, 0], [0, 1, 0, 1]])
    with pytest.raises(ValueError, match="temporal"):
        pack_sequence(
            Packing.RENUMBER, keep_mask=np.ones(4, bool), image_mask=np.ones(4, bool), position_ids=position_ids
        )


def test_positions_must_cover_the_sequence() -> None:
    with pytest.raises(ValueError, match="positions"):
        pack_sequence(
            Packing.DROP,
            keep_mask=np.ones(4, bool),
            image_mask=np.ones(4, bool),
            position_ids=np.zeros((3, 5), np.int64),
        )
