"""Meanings of icons are drawn towards names."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from model.nano.glyph_network import SettledMeaning
from model.nano.shape import MEANING_WIDTH


class Given(nn.Module):
    """Says what it is given."""

    def forward(self, cells: Tensor) -> Tensor:
        return functional.normalize(cells, dim=-1)


def test_what_is_nearly_a_name_becomes_nearer_to_it_and_what_is_like_none_stays() -> None:
    torch.manual_seed(0)
    names = functional.normalize(torch.randn(50, MEANING_WIDTH), dim=-1)
    settled = SettledMeaning(Given(), names, 60.0)
    nearly = functional.normalize(names[7] + 0.07 * torch.randn(MEANING_WIDTH), dim=-1)
    like_none = functional.normalize(torch.randn(MEANING_WIDTH), dim=-1)
    found = settled(torch.stack((nearly, like_none)))
    assert found[0] @ names[7] > nearly @ names[7] + 0.1
    assert found[1] @ like_none > 0.6
    torch.testing.assert_close(found.norm(dim=-1), torch.ones(2))
