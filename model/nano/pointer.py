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
_LONGEST_CELLS = 240.0
"""Half of the longest wavelength of places: the width of 3840 pixels."""
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
        turns = _turns(places, n_text)
        for layer in self.layers:
            x = layer(x, turns, is_there)
        x = self.norm(x)
        summary, seen = x[:, 0], x[:, n_text:]
        logits = (self.key(seen) @ self.query(summary)[..., None])[..., 0] / math.sqrt(_WIDTH)
        is_cell = is_there[:, n_text:] & ~is_marker
        return Pointed(logits.masked_fill(~is_cell, -torch.inf), self.nothing(summary)[:, 0], self.offset(seen).tanh())


def _turns(places: Tensor, n_text: int) -> Tensor:
    """Angles by which queries and keys are turned, [b, n_text + n, head / 2]: half for x, half for y; text stays.

    Rotary position embedding (Su et al., arXiv 2104.09864, section 3.2) in two dimensions: what attention sees of two
    cells is how far they lie apart, across and down, in wavelengths from two cells to the width of a large screen.
    """
    n_each = _WIDTH // _N_HEADS // 4
    exponents = torch.linspace(0, 1, n_each, device=places.device)
    frequencies = math.pi * _LONGEST_CELLS**-exponents
    angles = (places[..., None] * frequencies).flatten(-2)
    still = torch.zeros_like(angles[:, :1]).expand(-1, n_text, -1)
    return torch.cat((still, angles), dim=1)


def _turned(x: Tensor, turns: Tensor) -> Tensor:
    """[b, heads, n, head] with each pair of its channels turned by [b, n, head / 2]."""
    first, second = x.chunk(2, dim=-1)
    cosine, sine = turns.cos()[:, None], turns.sin()[:, None]
    return torch.cat((first * cosine - second * sine, first * sine + second * cosine), dim=-1)


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

    def forward(self, x: Tensor, turns: Tensor, is_there: Tensor) -> Tensor:
        """[b, n, width], angles [b, n, head / 2], [b, n] bool -> [b, n, width]."""
        b, n, _ = x.shape
        parts = self.projection(self.before_attention(x)).reshape(b, n, 3, _N_HEADS, _WIDTH // _N_HEADS)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        query, key = _turned(query, turns), _turned(key, turns)
        mask = is_there[:, None, None, :].expand(-1, _N_HEADS, n, -1)
        attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        x = x + self.joined(attended.transpose(1, 2).reshape(b, n, _WIDTH))
        added: Tensor = x + self.narrow(functional.relu(self.wide(self.before_forward(x))))
        return added
