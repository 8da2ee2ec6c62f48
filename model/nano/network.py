"""The encoder and its heads: what is seen in each cell of a screen, whatever will be asked.

Dense 3x3 convolutions throughout: matrix units of today's processors, in 8 bits or bfloat16, run them several times
faster per multiplication than depthwise ones.
"""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from model.nano.alphabet import N_CLASSES
from model.nano.shape import MEANING_WIDTH, N_CHANNELS, N_FEATURES, SLOTS_PER_CELL

_N_FINE = 64
_N_COARSE = 160
_DILATIONS = (1, 2, 1, 4, 1, 2)
"""Horizontal, of the residual blocks at 8 px: lines of text are wide and low."""
_N_COARSE_BLOCKS = 3
_READING_WIDTH = 192
_MEANING_HIDDEN = 512
AROUND: Final = tuple((down, across) for down in (-1, 0, 1) for across in (-1, 0, 1))
"""Where the encoder's features of an icon are taken, in cells from its middle."""


class Convolution(nn.Sequential):
    """3x3 convolution, batch norm, ReLU.

    Args:
        n_in: channels.
        n_out: channels.
        stride: in both directions.
        dilation: horizontal.
    """

    def __init__(self, n_in: int, n_out: int, *, stride: int = 1, dilation: int = 1) -> None:
        convolution = nn.Conv2d(
            n_in, n_out, 3, stride=stride, padding=(1, dilation), dilation=(1, dilation), bias=False
        )
        super().__init__(convolution, nn.BatchNorm2d(n_out), nn.ReLU())


class Residual(nn.Module):
    """Adds a convolution of its input to it."""

    def __init__(self, n_channels: int, *, dilation: int = 1) -> None:
        super().__init__()
        self.convolution = Convolution(n_channels, n_channels, dilation=dilation)

    def forward(self, x: Tensor) -> Tensor:
        """[b, c, h, w] -> [b, c, h, w]."""
        added: Tensor = x + self.convolution(x)
        return added


class NanoEncoder(nn.Module):
    """Screen to features: at 2 and 4 px strokes, at 8 px letters and icons, at 16 px the surroundings."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            Convolution(3, 32, stride=2),
            Convolution(32, _N_FINE, stride=2),
            Residual(_N_FINE),
            Residual(_N_FINE),
            Convolution(_N_FINE, N_FEATURES, stride=2),
        )
        self.middle = nn.Sequential(*(Residual(N_FEATURES, dilation=dilation) for dilation in _DILATIONS))
        self.surroundings = nn.Sequential(
            Convolution(N_FEATURES, _N_COARSE, stride=2),
            *(Residual(_N_COARSE, dilation=1 + index % 2) for index in range(_N_COARSE_BLOCKS)),
            nn.Conv2d(_N_COARSE, N_FEATURES, 1),
        )
        self.join = Residual(N_FEATURES)
        self.maps = nn.Sequential(nn.Conv2d(N_FEATURES, N_FEATURES, 1), nn.ReLU(), nn.Conv2d(N_FEATURES, N_CHANNELS, 1))

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Encode.

        Args:
            pixels: [b, 3, h, w] RGB in [-1, 1]; h and w are multiples of 16.

        Returns:
            features [b, N_FEATURES, h / 8, w / 8] and maps [b, N_CHANNELS, h / 8, w / 8] (``shape.py``).
        """
        middle = self.middle(self.stem(pixels))
        around = functional.interpolate(self.surroundings(middle), scale_factor=2.0, mode="nearest")
        features = self.join(middle + around)
        return features, self.maps(features)


class ReadingHead(nn.Module):
    """What is written at the slots of a cell, from the features of the cell and its neighbours on both sides.

    The line reader mends what it says in the light of the whole line.
    """

    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.Linear(3 * N_FEATURES, _READING_WIDTH)
        self.out = nn.Linear(_READING_WIDTH, SLOTS_PER_CELL * N_CLASSES)

    def forward(self, cells: Tensor) -> Tensor:
        """[n, 3 * N_FEATURES], left to right -> logits [n, SLOTS_PER_CELL, N_CLASSES]."""
        logits: Tensor = self.out(functional.relu(self.hidden(cells)))
        return logits.reshape(-1, SLOTS_PER_CELL, N_CLASSES)


class MeaningHead(nn.Module):
    """What an icon means, as a unit vector in the text encoder's space, from the features in and around its middle.

    It makes the features tell icons apart; the program itself asks the glyph network, which sees only the icon.
    """

    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.Linear(len(AROUND) * N_FEATURES, _MEANING_HIDDEN)
        self.out = nn.Linear(_MEANING_HIDDEN, MEANING_WIDTH)

    def forward(self, cells: Tensor) -> Tensor:
        """[n, len(AROUND) * N_FEATURES] -> [n, MEANING_WIDTH], of length 1."""
        return functional.normalize(self.out(functional.relu(self.hidden(cells))), dim=-1)


class NanoNetwork(nn.Module):
    """Encoder and heads, as they are trained together."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = NanoEncoder()
        self.reading = ReadingHead()
        self.meaning = MeaningHead()


def with_neighbours(features: Tensor) -> Tensor:
    """Features of each cell beside those of its left and right neighbour, zero beyond the edge.

    Args:
        features: [b, c, h, w].

    Returns:
        [b, h, w, 3 * c], left to right.
    """
    padded = functional.pad(features, (1, 1)).movedim(1, -1)
    return torch.cat((padded[:, :, :-2], padded[:, :, 1:-1], padded[:, :, 2:]), dim=-1)
