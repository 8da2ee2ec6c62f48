"""What an icon means, told from its cut-out glyph: a small network of its own, the same for every size of icon."""

from torch import Tensor, nn
from torch.nn import functional

from model.nano.glyphs import GLYPH_PX
from model.nano.network import Convolution, Residual
from model.nano.shape import MEANING_WIDTH

_SHARE_SEEN = 0.5
"""Of what an icon looks like beside what it reminds of; what reminds of many names has a short vector."""
_WIDTHS = (32, 64, 128, 192)
"""Channels at 32, 16, 8 and 4 px."""


class GlyphNetwork(nn.Module):
    """Glyphs to unit vectors in the text encoder's space."""

    def __init__(self) -> None:
        super().__init__()
        first, second, third, fourth = _WIDTHS
        self.body = nn.Sequential(
            Convolution(3, first),
            Convolution(first, second, stride=2),
            Residual(second),
            Convolution(second, third, stride=2),
            Residual(third),
            Residual(third),
            Convolution(third, fourth, stride=2),
            Residual(fourth),
            Residual(fourth),
        )
        self.out = nn.Linear(fourth * (GLYPH_PX // 8) ** 2, MEANING_WIDTH)

    def forward(self, glyphs: Tensor) -> Tensor:
        """[n, GLYPH_PX, GLYPH_PX, 3] in [-1, 1] -> [n, MEANING_WIDTH], of length 1."""
        seen = self.body(glyphs.permute(0, 3, 1, 2))
        return functional.normalize(self.out(seen.flatten(1)).float(), dim=-1)


class SettledMeaning(nn.Module):
    """A network whose vectors are drawn towards those of common names, the more the surer it is.

    One step of retrieval from a continuous associative memory (Ramsauer et al., arXiv 2008.02217, section 2): what is
    nearly the vector of a name becomes as near to other words as the name itself is.

    Args:
        seeing: trained; gives unit vectors.
        names: [n, MEANING_WIDTH] of length 1, of what icons are often called.
        sharpness: of the softmax over the names, as the network was trained with.
    """

    def __init__(self, seeing: nn.Module, names: Tensor, sharpness: float) -> None:
        super().__init__()
        self.seeing = seeing
        self.register_buffer("names", names)
        self.sharpness = sharpness

    def forward(self, shown: Tensor) -> Tensor:
        """As the network that it holds."""
        seen: Tensor = self.seeing(shown)
        names = self.get_buffer("names")
        remembered = (self.sharpness * seen @ names.T).softmax(-1) @ names
        return functional.normalize(remembered + _SHARE_SEEN * seen, dim=-1)
