"""The training forward: samples at their keep fractions -> losses.

The same stages as at inference (``model.focusui.network``). The selection passes no gradient on, so the patch scorer
learns from its own loss alone; that loss also reaches vision tower and embedding table, which nothing detaches.

The stages stand alone, so that an objective can put something between them.

Legend: ``b`` samples, ``n_visual`` visual tokens of one, ``n_packed`` tokens of its packed sequence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from model.focusui.network import FocusUI, PackedPrompt, VisualFeatures
from model.focusui.selection import select_visual_tokens
from model.training.losses import Losses, LossWeights, lm_loss, next_labels, pointer_loss, scorer_loss, weighted_sum
from model.training.sample import TrainingSample

MAX_DROPPED = 0.95
"""FocusUI draws the share of dropped visual tokens between 0 and this."""


class Asked(Protocol):
    """What the network takes of a sample; see ``TrainingSample``."""

    @property
    def input_ids(self) -> Tensor:
        """[n_seq] int64."""
        ...

    @property
    def instruction_ids(self) -> Tensor:
        """[n_text] int64."""
        ...

    @property
    def pixel_values(self) -> Tensor:
        """[n_patches, d_patch] float32."""
        ...

    @property
    def grid_thw(self) -> Tensor:
        """[1, 3] int64."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Decoded:
    """What the decoder makes of a batch.

    Attributes:
        prompts: what it was given.
        hidden: [n_packed, d] of each, after the last norm.
    """

    prompts: Sequence[PackedPrompt]
    hidden: Sequence[Tensor]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTokens:
    """What the selection left of a sample.

    Attributes:
        token_share: tokens left, drop markers not counted, of all tokens of the sequence.
        n_positive: visual tokens that the first pointer may point at.
        n_positive_kept: those of them that were kept.
    """

    token_share: float
    n_positive: int
    n_positive_kept: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrainingOutput:
    """What a training forward returns: losses of the batch, and for each sample what was kept."""

    losses: Losses
    kept: tuple[KeptTokens, ...]


def draw_keep_fraction(
    generator: torch.Generator, *, min_dropped: float = 0.0, max_dropped: float = MAX_DROPPED
) -> float:
    """Keep fraction of one sample: the dropped share is drawn evenly, in FocusUI's second stage from 0 to 0.95."""
    return 1.0 - min_dropped - (max_dropped - min_dropped) * float(torch.rand((), generator=generator))


def training_forward(
    network: FocusUI, samples: Sequence[TrainingSample], keep_fractions: Sequence[float], weights: LossWeights
) -> TrainingOutput:
    """Losses of a batch: means over samples, and over all supervised tokens for the language model.

    Args:
        network: with patch scorer and pointer head; its mode says whether dropout acts.
        samples: of any sizes.
        keep_fractions: share of visual tokens kept, in (0, 1], for each sample.
        weights: losses that weigh nothing are not computed.
    """
    visuals = encode(network, samples)
    scores = score(network, samples, visuals)
    keep_masks = select(samples, scores, keep_fractions)
    decoded = decode(network, samples, visuals, keep_masks) if weights.needs_decoder else None
    return TrainingOutput(
        losses=grounding_losses(
            network, samples, scores=scores, keep_masks=keep_masks, decoded=decoded, weights=weights
        ),
        kept=tuple(_kept_tokens(sample, keep_mask) for sample, keep_mask in zip(samples, keep_masks, strict=True)),
    )


def encode(network: FocusUI, asked: Sequence[Asked]) -> list[VisualFeatures]:
    """The pictures of a batch through the vision tower."""
    return network.encode_images(
        torch.cat([one.pixel_values for one in asked]).to(network.device, network.dtype),
        torch.cat([one.grid_thw for one in asked]),
    )


def score(network: FocusUI, asked: Sequence[Asked], visuals: Sequence[VisualFeatures]) -> list[Tensor]:
    """Patch scores, [n_visual] of each."""
    return [network.score_patches(visual, one.instruction_ids) for visual, one in zip(visuals, asked, strict=True)]


def select(asked: Sequence[Asked], scores: Sequence[Tensor], keep_fractions: Sequence[float]) -> list[Tensor]:
    """Which visual tokens are kept, [n_visual] bool of each on the CPU."""
    return [
        select_visual_tokens(score, keep_fraction, one.input_ids)
        for score, keep_fraction, one in zip(scores, keep_fractions, asked, strict=True)
    ]


def decode(
    network: FocusUI, asked: Sequence[Asked], visuals: Sequence[VisualFeatures], keep_masks: Sequence[Tensor]
) -> Decoded:
    """Prompts without their dropped visual tokens through the decoder."""
    prompts = [
        network.pack(one.input_ids, [visual], keep_mask)
        for one, visual, keep_mask in zip(asked, visuals, keep_masks, strict=True)
    ]
    return Decoded(prompts=prompts, hidden=network.decode(prompts))


def grounding_losses(
    network: FocusUI,
    samples: Sequence[TrainingSample],
    *,
    scores: Sequence[Tensor],
    keep_masks: Sequence[Tensor],
    decoded: Decoded | None,
    weights: LossWeights,
) -> Losses:
    """FocusUI's losses from what the stages returned.

    Args:
        network: that ran them.
        samples: of any sizes.
        scores: [n_visual] of each.
        keep_masks: [n_visual] bool of each.
        decoded: None if no loss that weighs something needs it.
        weights: losses that weigh nothing are not computed.
    """
    device = network.device
    scorer = _mean(
        [scorer_loss(score, sample.patch_label.to(device)) for score, sample in zip(scores, samples, strict=True)]
    )
    pointer, lm = None, None
    if decoded is not None:
        if weights.pointer > 0:
            pointer = _pointer_loss(network, samples, keep_masks, decoded.prompts, decoded.hidden)
        if weights.lm > 0:
            labels = [
                next_labels(sample.labels[prompt.index])
                for sample, prompt in zip(samples, decoded.prompts, strict=True)
            ]
            lm = lm_loss(torch.cat(list(decoded.hidden)), torch.cat(labels).to(device), network.lm_head)
    return weighted_sum(weights, scorer=scorer, pointer=pointer, lm=lm)


def _pointer_loss(
    network: FocusUI,
    samples: Sequence[TrainingSample],
    keep_masks: Sequence[Tensor],
    prompts: Sequence[PackedPrompt],
    hidden: Sequence[Tensor],
) -> Tensor:
    losses = []
    for sample, keep_mask, prompt, states in zip(samples, keep_masks, prompts, hidden, strict=True):
        labels = sample.pointer_labels[:, keep_mask].to(states.device)
        losses.append(pointer_loss(network.pointer_logits(prompt, states), labels))
    return _mean(losses)


def _kept_tokens(sample: TrainingSample, keep_mask: Tensor) -> KeptTokens:
    positive = sample.pointer_labels[0] > 0
    return KeptTokens(
        token_share=1.0 - int((~keep_mask).sum()) / len(sample.input_ids),
        n_positive=int(positive.sum()),
        n_positive_kept=int((positive & keep_mask).sum()),
    )


def _mean(losses: Sequence[Tensor]) -> Tensor:
    return torch.stack(list(losses)).mean()
