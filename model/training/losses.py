"""The three losses of FocusUI (arXiv 2601.03928, section 3.3); the pointer's is GUI-Actor's (arXiv 2506.03143).

Legend: ``n_visual`` visual tokens, ``n_kept`` of those that remain, ``n_target`` pointer tokens, ``n_packed`` tokens of
the packed sequence, ``d`` width of a token, ``n_vocabulary`` of the tokenizer.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

IGNORED = -100
"""Label of a token that the language model need not learn."""

_LOWEST_TARGET = 1e-12
_POSITIVES_OFFSET = 1e-8


@dataclass(frozen=True, slots=True, kw_only=True)
class LossWeights:
    """How the losses are added up.

    The defaults are those of FocusUI's second stage, which trains everything.

    Attributes:
        lm: of the language model's cross entropy.
        pointer: of the pointer head's divergence.
        scorer: of the patch scorer's divergence.
    """

    lm: float = 1.0
    pointer: float = 1.0
    scorer: float = 0.1

    def __post_init__(self) -> None:
        if min(self.lm, self.pointer, self.scorer) < 0 or self.lm + self.pointer + self.scorer == 0:
            raise ValueError(f"loss weights are not negative, and one is positive, not {self}")

    @property
    def needs_decoder(self) -> bool:
        """Does any loss depend on more than the patch scores?"""
        return self.lm > 0 or self.pointer > 0


EVERYTHING = LossWeights()
"""FocusUI's second stage."""

SCORER_ONLY = LossWeights(lm=0.0, pointer=0.0, scorer=1.0)
"""FocusUI's first stage: only the patch scorer learns, and nothing runs behind it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Losses:
    """Losses of a batch, scalars.

    Attributes:
        scorer: divergence of the patch scores.
        pointer: divergence of the pointer attention; None if its weight is zero.
        lm: cross entropy of the language model; None if its weight is zero.
        total: their weighted sum.
        per_token: what of the total is a mean over supervised tokens: the language model's part; None without it.
    """

    scorer: Tensor
    pointer: Tensor | None
    lm: Tensor | None
    total: Tensor
    per_token: Tensor | None

    def parts(self) -> dict[str, float]:
        """Those that were computed, for the log."""
        computed = {"scorer": self.scorer, "pointer": self.pointer, "lm": self.lm}
        return {name: loss.item() for name, loss in computed.items() if loss is not None}


def weighted_sum(weights: LossWeights, *, scorer: Tensor, pointer: Tensor | None, lm: Tensor | None) -> Losses:
    """Add up the losses that were computed."""
    total = weights.scorer * scorer
    per_token = None if lm is None else weights.lm * lm
    if per_token is not None:
        total = per_token + total
    if pointer is not None:
        total = weights.pointer * pointer + total
    return Losses(scorer=scorer, pointer=pointer, lm=lm, total=total, per_token=per_token)


def scorer_loss(scores: Tensor, label: Tensor) -> Tensor:
    """KL divergence of the patch scores from their label, both made probabilities by a softmax over the patches.

    Args:
        scores: [n_visual].
        label: [n_visual].
    """
    target = label.float().softmax(-1).clamp_min(_LOWEST_TARGET)
    return functional.kl_div(scores.float().log_softmax(-1), target, reduction="sum")


def pointer_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """KL divergence of the pointer attention from a uniform one over the positive patches, mean over pointer tokens.

    A pointer whose positive patches were all dropped learns nothing: its loss is exactly 0.

    Args:
        logits: [n_target, n_kept].
        labels: [n_target, n_kept], 1 at patches that may be pointed at, else 0.
    """
    target = labels / (labels.sum(-1, keepdim=True) + _POSITIVES_OFFSET)
    return functional.kl_div(logits.float().log_softmax(-1), target, reduction="batchmean")


def lm_loss(hidden: Tensor, labels: Tensor, lm_head: Callable[[Tensor], Tensor]) -> Tensor:
    """Cross entropy of each supervised token given those before it, mean over supervised tokens.

    Only positions that predict a supervised token go through the vocabulary: a prompt has thousands of others, whose
    logits would take more memory than all activations.

    Args:
        hidden: [n_packed of all samples, d], after the last norm.
        labels: [n_packed of all samples], ``next_labels`` of each sample: what each position should predict.
        lm_head: [n, d] -> [n, n_vocabulary].
    """
    is_supervised = labels != IGNORED
    return functional.cross_entropy(lm_head(hidden[is_supervised]).float(), labels[is_supervised])


def next_labels(labels: Tensor) -> Tensor:
    """What each position of one sequence should predict: [n] -> [n], the last one nothing."""
    return torch.cat([labels[1:], labels.new_full((1,), IGNORED)])
