"""Lines that are laid out one after the other are read as if each stood alone."""

import numpy as np
import torch

from model.nano.laying import GAP, MARGIN, lay_out
from model.nano.shape import N_FEATURES
from tests.model.nano.conftest import line_reader


def _lines() -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.normal(size=(n + 2 * MARGIN, N_FEATURES)).astype(np.float32) for n in (1, 9, 30)]


def test_own_cells_are_between_the_margins() -> None:
    lines = _lines()
    laid = lay_out(lines)
    assert len(laid.cells) == sum(len(line) + GAP for line in lines)
    for line, own in zip(lines, laid.lines, strict=True):
        np.testing.assert_array_equal(laid.cells[own], line[MARGIN:-MARGIN])
    assert not laid.cells[laid.is_gap].any()
    assert int(laid.is_gap.sum()) == GAP * len(lines)


def test_nothing_passes_from_line_to_line() -> None:
    lines, reader = _lines(), line_reader()
    together = lay_out(lines)
    with torch.no_grad():
        all_logits = reader(torch.from_numpy(together.cells), torch.from_numpy(together.is_gap)).numpy()
        for line, own in zip(lines, together.lines, strict=True):
            alone = lay_out([line])
            logits = reader(torch.from_numpy(alone.cells), torch.from_numpy(alone.is_gap)).numpy()
            np.testing.assert_allclose(all_logits[own], logits[alone.lines[0]], atol=1e-5)


def test_no_lines_are_nothing() -> None:
    assert lay_out([]).cells.shape == (0, N_FEATURES)
