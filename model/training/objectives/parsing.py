"""Dense screen parsing: every visual token says what element lies on it and where that reaches.

Source of the idea: ScreenParse (arXiv 2602.14276): labels of all elements of a screen teach more than one click per
picture, and models so trained ground better. Its ScreenVLM writes the screen as a text of tags, boxes and texts, with
tokens of the structure weighing more in the loss. FocusUI answers with a pointer and writes nothing, so here the
visual tokens themselves are asked, by two heads in the way of dense detectors (FCOS, arXiv 1904.01355); nothing behind
the vision tower runs. The box loss is DETR's (arXiv 2005.12872, section 3.1 and appendix): L1 over fractions of
the picture, summed over four numbers, and generalised IoU (arXiv 1902.09630), 5 to 2.

Ours: the heads, edges in the place of DETR's middles and sides, our ten kinds in the place of 55 classes; texts, the
reading order and containers below what they hold are left out.

Legend: ``n`` or ``n_visual`` visual tokens of a picture, ``n_covered`` of those on an element, ``d`` their width.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from model.data.element_labels import KINDS, element_labels
from model.focusui.network import FocusUI
from model.training.forward import encode
from model.training.objectives.objective import ObjectiveLoss
from model.training.objectives.options import read_options
from model.training.sample import TrainingSample

_N_CLASSES = 1 + len(KINDS)
_TINY = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsingOptions:
    """How the parts are weighed.

    Attributes:
        kind: weight of the cross entropy of kinds, mean over all tokens.
        l1: of the sum over the edges of the boxes, mean over tokens on an element.
        giou: of the boxes' generalised IoU, likewise.
    """

    kind: float = 1.0
    l1: float = 5.0
    giou: float = 2.0

    def __post_init__(self) -> None:
        if min(self.kind, self.l1, self.giou) < 0 or self.kind + self.l1 + self.giou == 0:
            raise ValueError("weights are not negative, and one is positive")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parsed:
    """What the heads say of visual tokens.

    Attributes:
        kind_logits: [n, 1 + kinds].
        reaches: [n, 4], see ``ElementLabels``.
    """

    kind_logits: Tensor
    reaches: Tensor


class ParsingHead(nn.Module):
    """What lies on each visual token.

    Args:
        d_model: width of a visual token.
    """

    def __init__(self, d_model: int) -> None:
        super().__init__()
        self.trunk = nn.Sequential(nn.LayerNorm(d_model), nn.Linear(d_model, d_model), nn.GELU())
        self.kind = nn.Linear(d_model, _N_CLASSES)
        self.reach = nn.Linear(d_model, 4)
        nn.init.constant_(self.reach.bias, 0.5)  # a box of the size of its cell

    def forward(self, embeds: Tensor) -> Parsed:
        """[n, d] visual tokens as they leave the vision tower."""
        hidden = self.trunk(embeds)
        return Parsed(kind_logits=self.kind(hidden).float(), reaches=self.reach(hidden).float())


class Parsing:
    """Dense parsing; samples whose elements nobody knows teach nothing.

    Args:
        head: learns beside the vision tower.
        options: see there.
    """

    extra: nn.Module | None

    def __init__(self, head: ParsingHead, options: ParsingOptions) -> None:
        self.extra = head
        self._head = head
        self._options = options

    def loss(self, network: FocusUI, samples: Sequence[TrainingSample], *, generator: torch.Generator) -> ObjectiveLoss:
        """See ``Objective``; nothing is drawn. Means over samples, of which those that know nothing count as 0."""
        dense = [sample for sample in samples if sample.elements is not None]
        if not dense:
            return ObjectiveLoss(total=_nothing(self._head), parts={})
        losses = [
            self._sample_losses(sample, visual.embeds)
            for sample, visual in zip(dense, encode(network, dense), strict=True)
        ]
        kind, l1, giou = (torch.stack(part).sum() / len(samples) for part in zip(*losses, strict=True))
        options = self._options
        return ObjectiveLoss(
            total=options.kind * kind + options.l1 * l1 + options.giou * giou,
            parts={"kind": kind.item(), "l1": l1.item(), "giou": giou.item()},
        )

    def _sample_losses(self, sample: TrainingSample, embeds: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Kind, L1 and generalised IoU, the latter two 0 on an empty screen; ``embeds`` [n_visual, d]."""
        labels, grid = element_labels(sample.elements or (), sample.grid), sample.grid
        parsed = self._head(embeds)
        classes, wanted = (torch.from_numpy(array).to(embeds.device) for array in (labels.classes, labels.reaches))
        covered = classes > 0
        found, wanted = parsed.reaches[covered], wanted[covered]
        sides = wanted.new_tensor([grid.n_cols, grid.n_rows] * 2)
        n_covered = max(1, len(found))
        return (
            functional.cross_entropy(parsed.kind_logits, classes),
            ((found - wanted).abs() / sides).sum() / n_covered,
            (1.0 - generalised_iou(found, wanted)).sum() / n_covered,
        )


def build(options: Mapping[str, Any], network: FocusUI) -> Parsing:
    """The objective that a recipe asks for: ``ParsingOptions``. The heads draw from torch's own generator.

    Raises:
        ValueError: the options are not understood.
    """
    head = ParsingHead(network.config.text_config.hidden_size).to(network.device, network.dtype)
    return Parsing(head, read_options(ParsingOptions, options))


def generalised_iou(found: Tensor, wanted: Tensor) -> Tensor:
    """Generalised IoU of boxes around common middles, [n] in [-1, 1].

    Args:
        found: [n, 4], how far they reach left, up, right and down; one that reaches nowhere is empty.
        wanted: likewise, none of them empty.
    """
    inner, outer = torch.minimum(found, wanted), torch.maximum(found, wanted)
    overlap, hull = _area(inner), _area(outer)
    union = _area(found) + _area(wanted) - overlap
    return overlap / union.clamp_min(_TINY) - (hull - union) / hull.clamp_min(_TINY)


def _area(reaches: Tensor) -> Tensor:
    left, top, right, bottom = reaches.unbind(-1)
    return (left + right).clamp_min(0) * (top + bottom).clamp_min(0)


def _nothing(module: nn.Module) -> Tensor:
    """A zero that the optimiser can step on."""
    return torch.stack([parameter.sum() for parameter in module.parameters()]).sum() * 0.0
