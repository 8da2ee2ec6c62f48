from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.errors import InputError, ModelError
from model.selection import n_kept
from model.selectors.base import SelectionContext, Selector, Signal, VisionAttention, select_by_lot
from model.selectors.catalog import SELECTORS, find_selector
from model.selectors.divprune import DivPruneSelector
from model.selectors.fastv import FastVSelector
from model.selectors.focusui import FocusUISelector
from model.selectors.guipruner import GuiPrunerSelector
from model.selectors.hiprune import HiPruneSelector
from model.selectors.oracle import OracleSelector
from model.selectors.uigraph import UiGraphSelector
from model.selectors.visionzip import VisionZipSelector

_CELL_PX = 28
_ATTRIBUTES = {
    Signal.SCORES: "scores",
    Signal.FEATURES: "features",
    Signal.PIXELS: "image",
    Signal.VISION_ATTENTION: "vision_attention",
    Signal.TEXT_ATTENTION: "text_attention",
    Signal.LABEL: "label",
}
_ALL = pytest.mark.parametrize("selector", SELECTORS, ids=[selector.name for selector in SELECTORS])


def _context(n_rows: int, n_cols: int, seed: int = 0) -> SelectionContext:
    """Every signal, at random, with ties."""
    generator = np.random.default_rng(seed)
    n_visual = n_rows * n_cols

    def few_values() -> NDArray[np.float32]:
        return generator.integers(0, 5, n_visual).astype(np.float32) / 5

    cells = generator.integers(0, 3, (n_rows, n_cols, 1, 1, 3)) * 100
    image = np.broadcast_to(cells, (n_rows, n_cols, _CELL_PX, _CELL_PX, 3)).transpose(0, 2, 1, 3, 4)
    return SelectionContext(
        n_rows=n_rows,
        n_cols=n_cols,
        image=np.ascontiguousarray(image.reshape(n_rows * _CELL_PX, n_cols * _CELL_PX, 3)).astype(np.uint8),
        scores=few_values(),
        features=torch.from_numpy(generator.integers(0, 2, (n_visual, 4)).astype(np.float32)),
        vision_attention=VisionAttention(received={1: few_values(), 3: few_values()}, n_layers=4),
        text_attention=few_values(),
        label=few_values(),
    )


def _select(selector: Selector, context: SelectionContext, keep_fraction: float, seed: int = 0) -> NDArray[np.bool_]:
    return selector.select(context, keep_fraction, np.random.default_rng(seed))


def _cells(mask: NDArray[np.bool_], n_cols: int) -> set[tuple[int, int]]:
    return {divmod(index, n_cols) for index in np.flatnonzero(mask).tolist()}


@_ALL
@settings(max_examples=25, deadline=None)
@given(
    n_rows=st.integers(1, 7),
    n_cols=st.integers(1, 7),
    keep_fraction=st.floats(0.0, 1.0, exclude_min=True),
    seed=st.integers(0, 99),
)
def test_every_selector_keeps_exactly_as_many(
    selector: Selector, n_rows: int, n_cols: int, keep_fraction: float, seed: int
) -> None:
    context = _context(n_rows, n_cols, seed)
    keep_mask = _select(selector, context, keep_fraction)
    assert keep_mask.dtype == np.bool_
    assert keep_mask.shape == (context.n_visual,)
    assert keep_mask.sum() == n_kept(context.n_visual, keep_fraction)
    np.testing.assert_array_equal(keep_mask, _select(selector, context, keep_fraction))


@_ALL
def test_every_selector_takes_what_it_says_and_no_more(selector: Selector) -> None:
    context = _context(4, 5)
    bare = replace(context, **{name: None for signal, name in _ATTRIBUTES.items() if signal not in selector.needs})
    np.testing.assert_array_equal(_select(selector, bare, 0.5), _select(selector, context, 0.5))
    for signal in selector.needs:
        with pytest.raises(ModelError, match=signal.value):
            _select(selector, replace(context, **{_ATTRIBUTES[signal]: None}), 0.5)


def test_names_are_found_and_unknown_ones_told() -> None:
    assert [find_selector(selector.name) for selector in SELECTORS] == list(SELECTORS)
    with pytest.raises(InputError, match="nonsense") as caught:
        find_selector("nonsense")
    assert "divprune" in caught.value.hint


def test_focusui_fastv_and_visionzip_keep_the_highest() -> None:
    rising = np.arange(6, dtype=np.float32)
    context = SelectionContext(
        n_rows=2,
        n_cols=3,
        scores=rising,
        text_attention=-rising,
        vision_attention=VisionAttention(received={0: -rising, 2: rising}, n_layers=3),
    )
    assert np.flatnonzero(_select(FocusUISelector(), context, 0.5)).tolist() == [3, 4, 5]
    assert np.flatnonzero(_select(FastVSelector(), context, 0.5)).tolist() == [0, 1, 2]
    assert np.flatnonzero(_select(VisionZipSelector(), context, 0.5)).tolist() == [3, 4, 5]


def test_lots_are_fair_among_equals_and_never_beat_the_better() -> None:
    scores = np.array([0.0, 1.0, 0.0, 0.0, 1.0, 0.0])
    generator = np.random.default_rng(0)
    counts = sum(select_by_lot(scores, 0.5, generator).astype(int) for _ in range(400))
    assert counts[[1, 4]].tolist() == [400, 400]
    assert counts[[0, 2, 3, 5]].min() > 60
    assert counts.sum() == 1200


def test_the_ui_graph_keeps_what_differs_from_its_surroundings() -> None:
    image = np.full((4 * _CELL_PX, 5 * _CELL_PX, 3), 230, np.uint8)
    image[2 * _CELL_PX + 4 : 3 * _CELL_PX - 4, _CELL_PX : 2 * _CELL_PX] = 20
    context = SelectionContext(n_rows=4, n_cols=5, image=image)
    for seed in range(5):
        assert (2, 1) in _cells(_select(UiGraphSelector(), context, 0.1, seed), 5)


def test_the_oracle_keeps_the_target() -> None:
    label = np.full(20, -0.5, np.float32)
    label[[7, 8]] = 1.0
    context = SelectionContext(n_rows=4, n_cols=5, label=label)
    for seed in range(5):
        assert {7, 8} <= set(np.flatnonzero(_select(OracleSelector(), context, 0.2, seed)).tolist())


def _spread_greedily(features: NDArray[np.float32], n_keep: int) -> set[int]:
    """Max-min diversity as plainly as it can be written."""
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    distances = 1 - unit @ unit.T
    alone = [np.delete(row, i).min() for i, row in enumerate(distances)]
    chosen = [int(np.argmax(alone))]
    while len(chosen) < n_keep:
        left = [i for i in range(len(features)) if i not in chosen]
        chosen.append(max(left, key=lambda i: distances[i, chosen].min()))
    return set(chosen)


@settings(max_examples=30, deadline=None)
@given(n_visual=st.integers(2, 20), seed=st.integers(0, 999), keep_fraction=st.floats(0.1, 1.0))
def test_divprune_is_farthest_point_selection(n_visual: int, seed: int, keep_fraction: float) -> None:
    features = np.random.default_rng(seed).standard_normal((n_visual, 5), np.float32)
    context = SelectionContext(n_rows=1, n_cols=n_visual, features=torch.from_numpy(features))
    kept = set(np.flatnonzero(_select(DivPruneSelector(), context, keep_fraction)).tolist())
    assert kept == _spread_greedily(features, n_kept(n_visual, keep_fraction))


def test_divprune_takes_half_precision_and_one_token() -> None:
    context = SelectionContext(n_rows=1, n_cols=1, features=torch.ones(1, 3, dtype=torch.bfloat16))
    assert _select(DivPruneSelector(), context, 1.0).tolist() == [True]


def test_hiprune_keeps_anchors_with_their_neighbours_and_fills_up_with_registers() -> None:
    middle, deep = np.zeros(100, np.float32), np.zeros(100, np.float32)
    middle[[0, 55]] = 2.0, 1.0
    deep[[91, 92, 93, 94]] = 1.0
    attention = VisionAttention(received={0: deep[::-1].copy(), 15: middle, 31: deep}, n_layers=32)
    context = SelectionContext(n_rows=10, n_cols=10, vision_attention=attention)
    kept = _cells(_select(HiPruneSelector(share=0.9), context, 0.12), 10)
    anchors = {(0, 0), (5, 5)}
    buffers = {(0, 1), (1, 0), (4, 5), (6, 5), (5, 4), (5, 6)}
    assert kept == anchors | buffers | {(9, 1), (9, 2), (9, 3), (9, 4)}


def test_guipruner_keeps_elements_salient_background_and_a_lattice() -> None:
    """GIVEN 16 x 16 cells with a row of widgets on plain ground, of which one cell has the prompt's attention
    WHEN a quarter is kept
    THEN a quarter of the widgets, the attended cells and an even spread of the ground remain
    """
    image = np.full((16 * _CELL_PX, 16 * _CELL_PX, 3), 240, np.uint8)
    image[::4][:7] = 0
    importance = np.linspace(0, 1e-3, 256, dtype=np.float32)
    importance[[3, 200]] = 1.0
    context = SelectionContext(n_rows=16, n_cols=16, image=image, text_attention=importance)
    kept = _cells(_select(GuiPrunerSelector(), context, 0.25), 16)
    in_row_0 = {col for row, col in kept if row == 0}
    assert 3 in in_row_0
    assert 4 <= len(in_row_0) <= 8
    assert (12, 8) in kept
    quadrants = [sum(r // 8 == y and c // 8 == x for r, c in kept if r) for y in (0, 1) for x in (0, 1)]
    assert min(quadrants) >= 8


def test_the_even_spread_of_an_empty_screen_is_a_square_lattice() -> None:
    flat = SelectionContext(
        n_rows=8,
        n_cols=8,
        image=np.full((8 * _CELL_PX, 8 * _CELL_PX, 3), 128, np.uint8),
        text_attention=np.zeros(64, np.float32),
    )
    kept = _cells(_select(GuiPrunerSelector(salience=0.0), flat, 0.25), 8)
    assert kept == {(row, col) for row in range(0, 8, 2) for col in range(0, 8, 2)}


def test_vision_attention_names_a_layer_that_exists() -> None:
    attention = VisionAttention(received={7: np.zeros(1, np.float32), 15: np.ones(1, np.float32)}, n_layers=32)
    assert attention.near(0.5)[0] == 1.0
    assert attention.near(0.1)[0] == 0.0
    assert attention.deepest[0] == 1.0
    with pytest.raises(ValueError, match="layers"):
        VisionAttention(received={4: np.zeros(1, np.float32)}, n_layers=4)
    with pytest.raises(ValueError, match="layers"):
        VisionAttention(received={}, n_layers=4)
