"""FocusUI's own objective: patch scorer, pointer head and language model, at shares of kept tokens drawn per sample."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import nn

from model.focusui.network import FocusUI
from model.training.forward import MAX_DROPPED, draw_keep_fraction, training_forward
from model.training.losses import LossWeights
from model.training.objectives.objective import ObjectiveLoss
from model.training.sample import TrainingSample


class GroundingObjective:
    """The losses of FocusUI (arXiv 2601.03928, section 3.3).

    Args:
        weights: of the losses.
        min_dropped, max_dropped: the share of dropped visual tokens is drawn evenly between these, for each sample.

    Raises:
        ValueError: these are no shares.
    """

    extra: nn.Module | None = None

    def __init__(self, weights: LossWeights, *, min_dropped: float = 0.0, max_dropped: float = MAX_DROPPED) -> None:
        if not 0.0 <= min_dropped <= max_dropped < 1.0:
            raise ValueError(f"shares of dropped tokens are from 0 to below 1, not {min_dropped} to {max_dropped}")
        self._weights = weights
        self._min_dropped = min_dropped
        self._max_dropped = max_dropped

    def loss(self, network: FocusUI, samples: Sequence[TrainingSample], *, generator: torch.Generator) -> ObjectiveLoss:
        """See ``Objective.loss``; beside the losses the parts tell what the selection kept."""
        keep_fractions = [
            draw_keep_fraction(generator, min_dropped=self._min_dropped, max_dropped=self._max_dropped) for _ in samples
        ]
        output = training_forward(network, samples, keep_fractions, self._weights)
        parts = output.losses.parts()
        n_positive = sum(kept.n_positive for kept in output.kept)
        parts["keep_fraction"] = sum(keep_fractions) / len(samples)
        parts["target_kept"] = sum(kept.n_positive_kept for kept in output.kept) / max(1, n_positive)
        return ObjectiveLoss(total=output.losses.total, parts=parts, per_token=output.losses.per_token)


def build(options: Mapping[str, Any], _network: FocusUI) -> GroundingObjective:
    """The objective that a recipe asks for: ``lm``, ``pointer``, ``scorer``, ``min_dropped``, ``max_dropped``.

    Raises:
        ValueError, TypeError: the options are not understood.
    """
    rest = dict(options)
    weights = {name: float(rest.pop(name)) for name in ("lm", "pointer", "scorer") if name in rest}
    return GroundingObjective(LossWeights(**weights), **rest)
