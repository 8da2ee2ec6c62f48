"""The pointer: padding and order change nothing, and markers are never pointed at."""

import torch

from model.nano.cells import N_INPUTS
from model.nano.pointer import PatchScorer, Pointed, Pointer
from model.nano.question import N_FORM
from model.ocr.meaning import EMBEDDING_WIDTH

N_CELLS, N_WORDS = 7, 3


def _inputs(seed: int, n_cells: int = N_CELLS) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    is_marker = torch.zeros(1, n_cells, dtype=torch.bool)
    is_marker[0, [2, n_cells - 1]] = True
    places = torch.rand(1, n_cells, 2, generator=generator) * 40
    return [
        torch.randn(1, n_cells, N_INPUTS + 1, generator=generator),
        is_marker,
        places,
        torch.randn(1, EMBEDDING_WIDTH + N_FORM, generator=generator),
        torch.randn(1, N_WORDS, EMBEDDING_WIDTH, generator=generator),
        torch.ones(1, 1 + N_WORDS + n_cells, dtype=torch.bool),
    ]


def _pointer() -> Pointer:
    torch.manual_seed(0)
    return Pointer().eval()


def _same(one: Pointed, other: Pointed) -> None:
    for a, b in ((one.cells, other.cells), (one.nothing, other.nothing), (one.offsets, other.offsets)):
        torch.testing.assert_close(a, b, atol=1e-5, rtol=1e-5)


@torch.no_grad()
def test_padding_changes_nothing() -> None:
    pointer, short, long = _pointer(), _inputs(1), _inputs(2, n_cells=11)
    alone = pointer(*short)
    n_more = 4
    padded = [
        torch.nn.functional.pad(short[0], (0, 0, 0, n_more), value=9.0),
        torch.nn.functional.pad(short[1], (0, n_more)),
        torch.nn.functional.pad(short[2], (0, 0, 0, n_more), value=5.0),
        short[3],
        short[4],
        torch.nn.functional.pad(short[5], (0, n_more)),
    ]
    together = pointer(*(torch.cat(pair) for pair in zip(padded, long, strict=True)))
    _same(alone, Pointed(together.cells[:1, :N_CELLS], together.nothing[:1], together.offsets[:1, :N_CELLS]))
    assert torch.isinf(together.cells[0, N_CELLS:]).all()


@torch.no_grad()
def test_cells_may_come_in_any_order() -> None:
    pointer, inputs = _pointer(), _inputs(3)
    order = torch.randperm(N_CELLS, generator=torch.Generator().manual_seed(4))
    shuffled = [inputs[0][:, order], inputs[1][:, order], inputs[2][:, order], *inputs[3:]]
    straight, mixed = pointer(*inputs), pointer(*shuffled)
    _same(Pointed(straight.cells[:, order], straight.nothing, straight.offsets[:, order]), mixed)


@torch.no_grad()
def test_places_matter() -> None:
    pointer, inputs = _pointer(), _inputs(5)
    moved = [*inputs[:2], inputs[2].flip(1), *inputs[3:]]
    straight, other = pointer(*inputs), pointer(*moved)
    assert not torch.allclose(straight.cells[~inputs[1]], other.cells[~inputs[1]], atol=1e-3)


@torch.no_grad()
def test_markers_are_never_pointed_at_and_hold_nothing() -> None:
    pointer, inputs = _pointer(), _inputs(6)
    pointed = pointer(*inputs)
    assert torch.isinf(pointed.cells[inputs[1]]).all()
    assert torch.isfinite(pointed.cells[~inputs[1]]).all()
    assert pointed.offsets.abs().max() <= 1
    inputs[0][inputs[1]] = 100.0
    _same(pointed, pointer(*inputs))


@torch.no_grad()
def test_a_cell_is_scored_alone() -> None:
    torch.manual_seed(0)
    scorer = PatchScorer().eval()
    cells, question = torch.randn(1, 5, N_INPUTS), torch.randn(1, EMBEDDING_WIDTH + N_FORM)
    assert scorer(cells, question).shape == (1, 5)
    torch.testing.assert_close(scorer(cells, question)[:, 2:3], scorer(cells[:, 2:3], question))
