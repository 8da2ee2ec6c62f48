import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from model.nano.packing import MARKER, pack_cells
from model.packing import Packing

SHAPE = (3, 4)
CELLS = np.array([[0, 1], [0, 2], [1, 0], [1, 3], [2, 2]])
"""Content; the other cells are flat."""


def _kept(*indices: int) -> np.ndarray:
    is_kept = np.zeros(len(CELLS), np.bool_)
    is_kept[list(indices)] = True
    return is_kept


def test_each_dropped_run_leaves_a_marker_at_its_end() -> None:
    packed = pack_cells(CELLS, SHAPE, _kept(1, 3))
    # raster: (0,0) (0,1) dropped | (0,2) kept | (0,3) … (1,2) dropped | (1,3) kept | the last row dropped
    assert packed.index.tolist() == [MARKER, 1, MARKER, 3, MARKER]
    assert packed.places.tolist() == [[1.5, 0.5], [2.5, 0.5], [2.5, 1.5], [3.5, 1.5], [3.5, 2.5]]


def test_dropping_keeps_places_and_renumbering_closes_them_up() -> None:
    dropped = pack_cells(CELLS, SHAPE, _kept(1, 3), packing=Packing.DROP)
    assert dropped.index.tolist() == [1, 3]
    assert dropped.places.tolist() == [[2.5, 0.5], [3.5, 1.5]]
    renumbered = pack_cells(CELLS, SHAPE, _kept(1, 3), packing=Packing.RENUMBER)
    assert renumbered.index.tolist() == [1, 3]
    assert renumbered.places.tolist() == [[0.5, 0.5], [1.5, 0.5]]


@given(st.lists(st.booleans(), min_size=5, max_size=5), st.integers(1, 12))
def test_no_kept_cell_is_ever_lost(kept: list[bool], most_tokens: int) -> None:
    is_kept = np.array(kept)
    packed = pack_cells(CELLS, SHAPE, is_kept, most_tokens=most_tokens)
    assert packed.index[~packed.is_marker].tolist() == np.flatnonzero(is_kept).tolist()
    assert len(packed.index) <= max(most_tokens, int(is_kept.sum()))
    flat = packed.places[:, 1] * SHAPE[1] + packed.places[:, 0]
    assert (np.diff(flat) > 0).all()
