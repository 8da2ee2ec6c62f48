"""The training forward: samples at their keep fractions -> losses.

The same stages as at inference (``model.focusui.network``). The selection passes no gradient on, so the patch scorer
learns from its own loss alone; that loss also reaches vision tower and embedding table, which nothing detaches.

Legend: ``b`` samples, ``n_visual`` visual tokens of one, ``n_packed`` tokens of its packed sequence.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from model.focusui.network import FocusUI, PackedPrompt
from model.focusui.selection import select_visual_tokens
from model.training.losses import Losses, LossWeights, lm_loss, next_labels, pointer_loss, scorer_loss, weighted_sum
from model.training.sample import TrainingSample

MAX_DROPPED = 0.95
"""FocusUI draws the share of dropped visual tokens between 0 and this."""


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
    device = network.device
    visuals = network.encode_images(
        torch.cat([sample.pixel_values for sample in samples]).to(device, network.dtype),
        torch.cat([sample.grid_thw for sample in samples]),
    )
    scores = [
        network.score_patches(visual, sample.instruction_ids) for visual, sample in zip(visuals, samples, strict=True)
    ]
    keep_masks = [
        select_visual_tokens(score, keep_fraction, sample.input_ids)
        for score, keep_fraction, sample in zip(scores, keep_fractions, samples, strict=True)
    ]
    scorer = _mean(
        [scorer_loss(score, sample.patch_label.to(device)) for score, sample in zip(scores, samples, strict=True)]
    )
    pointer, lm = None, None
    if weights.needs_decoder:
        prompts = [
            network.pack(sample.input_ids, [visual], keep_mask)
            for sample, visual, keep_mask in zip(samples, visuals, keep_masks, strict=True)
        ]
        hidden = network.decode(prompts)
        if weights.pointer > 0:
            pointer = _pointer_loss(network, samples, keep_masks, prompts, hidden)
        if weights.lm > 0:
            labels = [next_labels(sample.labels[prompt.index]) for sample, prompt in zip(samples, prompts, strict=True)]
            lm = lm_loss(torch.cat(hidden), torch.cat(labels).to(device), network.lm_head)
    return TrainingOutput(
        losses=weighted_sum(weights, scorer=scorer, pointer=pointer, lm=lm),
        kept=tuple(_kept_tokens(sample, keep_mask) for sample, keep_mask in zip(samples, keep_masks, strict=True)),
    )


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
