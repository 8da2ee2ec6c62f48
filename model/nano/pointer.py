"""Patch scorer and pointer of Nano: which cells matter, and which of them is meant, if any."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from model.nano.cells import N_INPUTS
from model.nano.question import MOST_WORDS, N_FORM
from model.ocr.meaning import EMBEDDING_WIDTH

_WIDTH = 128
_N_HEADS = 4
_N_LAYERS = 3
_N_BUCKETS = 25
_SCORER_HIDDEN = 128


class PatchScorer(nn.Module):
    """How likely each cell is part of what is meant, told from the cell and the instruction alone."""

    def __init__(self) -> None:
        super().__init__()
        self.cell = nn.Linear(N_INPUTS, _SCORER_HIDDEN)
        self.question = nn.Linear(EMBEDDING_WIDTH + N_FORM, _SCORER_HIDDEN)
        self.hidden = nn.Linear(_SCORER_HIDDEN, _SCORER_HIDDEN)
        self.out = nn.Linear(_SCORER_HIDDEN, 1)

    def forward(self, cells: Tensor, question: Tensor) -> Tensor:
        """Score.

        Args:
            cells: [b, n, N_INPUTS].
            question: [b, EMBEDDING_WIDTH + N_FORM].

        Returns:
            logits [b, n].
        """
        joined = functional.relu(self.cell(cells) + self.question(question)[:, None])
        logits: Tensor = self.out(functional.relu(self.hidden(joined)))
        return logits[..., 0]


@dataclass(frozen=True, slots=True)
class Pointed:
    """What the pointer says.

    Attributes:
        cells: [b, n] logits; -inf at padding and drop markers.
        nothing: [b] logit of "it is not here".
        offsets: [b, n, 2] of the point from the cell's middle, in cells.
    """

    cells: Tensor
    nothing: Tensor
    offsets: Tensor


class Pointer(nn.Module):
    """A small transformer over the kept cells, the drop markers (PosPad) and the words of the instruction."""

    def __init__(self) -> None:
        super().__init__()
        self.cell = nn.Linear(N_INPUTS + 1, _WIDTH)
        self.marker = nn.Parameter(torch.zeros(_WIDTH))
        self.whole = nn.Linear(EMBEDDING_WIDTH + N_FORM, _WIDTH)
        self.word = nn.Linear(EMBEDDING_WIDTH, _WIDTH)
        self.word_place = nn.Parameter(0.02 * torch.randn(MOST_WORDS, _WIDTH))
        self.bias = PlaceBias()
        self.layers = nn.ModuleList(Layer() for _ in range(_N_LAYERS))
        self.norm = nn.LayerNorm(_WIDTH)
        self.key = nn.Linear(_WIDTH, _WIDTH)
        self.query = nn.Linear(_WIDTH, _WIDTH)
        self.nothing = nn.Linear(_WIDTH, 1)
        self.offset = nn.Linear(_WIDTH, 2)

    def forward(  # noqa: PLR0917 - the inputs of the exported graph, in order
        self, cells: Tensor, is_marker: Tensor, places: Tensor, whole: Tensor, words: Tensor, is_there: Tensor
    ) -> Pointed:
        """Point.

        Args:
            cells: [b, n, N_INPUTS + 1] of kept cells, with the scorer's logit; what markers hold is not read.
            is_marker: [b, n] bool.
            places: [b, n, 2] x and y of their middles, in cells.
            whole: [b, EMBEDDING_WIDTH + N_FORM].
            words: [b, n_words, EMBEDDING_WIDTH].
            is_there: [b, 1 + n_words + n] bool, False for padding of words and cells.
        """
        n_text = 1 + words.shape[1]
        shown = torch.where(is_marker[..., None], self.marker, self.cell(cells))
        said = self.word(words) + self.word_place[: words.shape[1]]
        x = torch.cat((self.whole(whole)[:, None], said, shown), dim=1)
        bias = self.bias(places, n_text).masked_fill(~is_there[:, None, None, :], -torch.inf)
        for layer in self.layers:
            x = layer(x, bias)
        x = self.norm(x)
        summary, seen = x[:, 0], x[:, n_text:]
        logits = (self.key(seen) @ self.query(summary)[..., None])[..., 0] / math.sqrt(_WIDTH)
        is_cell = is_there[:, n_text:] & ~is_marker
        return Pointed(logits.masked_fill(~is_cell, -torch.inf), self.nothing(summary)[:, 0], self.offset(seen).tanh())


class PlaceBias(nn.Module):
    """Attention prefers what lies in some direction at some distance: a bias per head, axis and bucket."""

    def __init__(self) -> None:
        super().__init__()
        self.across = nn.Parameter(torch.zeros(_N_HEADS, _N_BUCKETS))
        self.down = nn.Parameter(torch.zeros(_N_HEADS, _N_BUCKETS))
        self.text = nn.Parameter(torch.zeros(_N_HEADS, 2))

    def forward(self, places: Tensor, n_text: int) -> Tensor:
        """[b, n, 2] -> [b, heads, n_text + n, n_text + n]; between text and cells one number each way."""
        between = places[:, None, :, :] - places[:, :, None, :]
        buckets = _buckets(between)
        bias = self.across[:, buckets[..., 0]] + self.down[:, buckets[..., 1]]
        bias = bias.movedim(0, 1)
        n = places.shape[1]
        rows = self.text[:, 0][None, :, None, None].expand(places.shape[0], -1, n, n_text)
        lower = torch.cat((rows, bias), dim=-1)
        upper = self.text[:, 1][None, :, None, None].expand(places.shape[0], -1, n_text, n_text + n)
        return torch.cat((upper, lower), dim=-2)


def _buckets(between: Tensor) -> Tensor:
    """Signed distances in cells -> 0 … 24; fine where near, coarse where far."""
    half = (_N_BUCKETS - 1) // 2
    steps = (2 * torch.log2(1 + between.abs())).round().clamp(max=half)
    return (steps * between.sign() + half).long()


class Layer(nn.Module):
    """Attention and a feed-forward network, each on what was normalised, each added."""

    def __init__(self) -> None:
        super().__init__()
        self.before_attention = nn.LayerNorm(_WIDTH)
        self.projection = nn.Linear(_WIDTH, 3 * _WIDTH)
        self.joined = nn.Linear(_WIDTH, _WIDTH)
        self.before_forward = nn.LayerNorm(_WIDTH)
        self.wide = nn.Linear(_WIDTH, 2 * _WIDTH)
        self.narrow = nn.Linear(2 * _WIDTH, _WIDTH)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """[b, n, width], [b, heads, n, n] -> [b, n, width]."""
        b, n, _ = x.shape
        parts = self.projection(self.before_attention(x)).reshape(b, n, 3, _N_HEADS, _WIDTH // _N_HEADS)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        weights = (query @ key.transpose(-2, -1) / math.sqrt(_WIDTH // _N_HEADS) + bias).softmax(-1)
        attended = weights @ value
        x = x + self.joined(attended.transpose(1, 2).reshape(b, n, _WIDTH))
        added: Tensor = x + self.narrow(functional.relu(self.wide(self.before_forward(x))))
        return added
