"""Instruction perspectives: the same element, asked for by how it looks, what it does, where it is, what one wants.

Source: UI-Ins (arXiv 2510.20286): instructions are written anew from four perspectives, and the model learns to answer
whichever it is asked and to say another one to itself before it answers ("instruction as reasoning"); which one is
drawn at random. Its second stage, reinforcement with a reward for points in the box, is ``reinforcement`` here.

Ours: the record's own request is one of those drawn from; saying one first is off unless asked for, because FocusUI
answers at once and writes nothing; all of them in one step, with a loss for pointing at different places
(Jensen-Shannon divergence of their pointer attentions over the same kept visual tokens).

Legend: ``n_asked`` phrasings of one sample, ``n_target`` pointer tokens, ``n_kept`` visual tokens.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import torch
from torch import Tensor, nn

from model.focusui.network import FocusUI
from model.training.forward import (
    Decoded,
    decode,
    draw_keep_fraction,
    encode,
    grounding_losses,
    score,
    select,
    training_forward,
)
from model.training.losses import LossWeights
from model.training.objectives.objective import ObjectiveLoss
from model.training.objectives.options import read_options
from model.training.phrased import Phrased
from model.training.sample import TrainingSample


class Asking(StrEnum):
    """Which phrasings of a sample are asked in a step."""

    DRAWN = "drawn"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class PerspectivesOptions:
    """How to ask.

    Attributes:
        asking: one phrasing, drawn anew each time, or all at once.
        has_thoughts: does the assistant say another phrasing before it answers?
        agreement: weight of the divergence between all phrasings; they must all be asked.
        pointer: weight of FocusUI's loss of that name; likewise the others.
        lm: of the language model.
        scorer: of the patch scorer.
    """

    asking: Asking = Asking.DRAWN
    has_thoughts: bool = False
    agreement: float = 0.0
    pointer: float = 1.0
    lm: float = 1.0
    scorer: float = 0.1

    def __post_init__(self) -> None:
        if self.agreement < 0:
            raise ValueError(f"agreement is not negative, not {self.agreement}")
        if self.agreement > 0 and self.asking is not Asking.ALL:
            raise ValueError("phrasings can only agree where all of them are asked")
        self.weights  # noqa: B018 - complains of its own accord

    @property
    def weights(self) -> LossWeights:
        """Weights of FocusUI's own losses."""
        return LossWeights(lm=self.lm, pointer=self.pointer, scorer=self.scorer)


class Perspectives:
    """Grounding, asked from several perspectives; a sample that has but one is asked from that.

    Args:
        options: see there.
    """

    extra: nn.Module | None = None

    def __init__(self, options: PerspectivesOptions) -> None:
        self._options = options

    def loss(self, network: FocusUI, samples: Sequence[TrainingSample], *, generator: torch.Generator) -> ObjectiveLoss:
        """See ``Objective``."""
        keep_fractions = [draw_keep_fraction(generator) for _ in samples]
        if self._options.asking is Asking.ALL:
            return self._ask_all(network, samples, keep_fractions, generator)
        asked = [self._worded(sample, _draw(1 + len(sample.phrasings), generator), generator) for sample in samples]
        losses = training_forward(network, asked, keep_fractions, self._options.weights).losses
        return ObjectiveLoss(total=losses.total, parts=losses.parts(), per_token=losses.per_token)

    def _ask_all(
        self,
        network: FocusUI,
        samples: Sequence[TrainingSample],
        keep_fractions: Sequence[float],
        generator: torch.Generator,
    ) -> ObjectiveLoss:
        groups = [
            [self._worded(sample, phrasing_idx, generator) for phrasing_idx in range(1 + len(sample.phrasings))]
            for sample in samples
        ]
        asked = [one for group in groups for one in group]
        visuals = [
            visual for visual, group in zip(encode(network, samples), groups, strict=True) for _ in range(len(group))
        ]
        scores = score(network, asked, visuals)
        # One mask for all phrasings of a picture, by their mean score: only over the same tokens can they agree.
        mean_scores = [torch.stack(of_group).mean(0) for of_group in _grouped(scores, groups)]
        keep_masks = [
            mask
            for mask, group in zip(select(samples, mean_scores, keep_fractions), groups, strict=True)
            for _ in range(len(group))
        ]
        weights = self._options.weights
        needs_decoder = weights.needs_decoder or self._options.agreement > 0
        decoded = decode(network, asked, visuals, keep_masks) if needs_decoder else None
        losses = grounding_losses(
            network, asked, scores=scores, keep_masks=keep_masks, decoded=decoded, weights=weights
        )
        total, parts = losses.total, losses.parts()
        if decoded is not None and self._options.agreement > 0:
            disagreement = _mean_disagreement(network, decoded, groups)
            total = total + self._options.agreement * disagreement
            parts["disagreement"] = disagreement.item()
        return ObjectiveLoss(total=total, parts=parts, per_token=losses.per_token)

    def _worded(self, sample: TrainingSample, phrasing_idx: int, generator: torch.Generator) -> TrainingSample:
        """A sample asked in its own words (0) or those of a phrasing (from 1), with a thought if that is wanted."""
        worded = sample if phrasing_idx == 0 else worded_as(sample, sample.phrasings[phrasing_idx - 1])
        others = [other for idx, other in enumerate(sample.phrasings, start=1) if idx != phrasing_idx]
        if not self._options.has_thoughts or not others:
            return worded
        return with_thought(worded, others[_draw(len(others), generator)].thought_ids)


def build(options: Mapping[str, Any], _network: FocusUI) -> Perspectives:
    """The objective that a recipe asks for: ``PerspectivesOptions``.

    Raises:
        ValueError: the options are not understood.
    """
    return Perspectives(read_options(PerspectivesOptions, options))


def worded_as(sample: TrainingSample, phrased: Phrased) -> TrainingSample:
    """The same sample, asked in other words."""
    return replace(
        sample,
        input_ids=phrased.input_ids,
        labels=phrased.labels,
        instruction_ids=phrased.instruction_ids,
        answer_start=phrased.answer_start,
    )


def with_thought(sample: TrainingSample, thought_ids: Tensor) -> TrainingSample:
    """The same sample, whose assistant says something before its answer, and learns to."""
    start = sample.answer_start
    input_ids, labels = (
        torch.cat([ids[:start], thought_ids, ids[start:]]) for ids in (sample.input_ids, sample.labels)
    )
    return replace(sample, input_ids=input_ids, labels=labels, answer_start=start + len(thought_ids))


def disagreement(logits: Tensor) -> Tensor:
    """Jensen-Shannon divergence of pointer attentions, mean over pointer tokens; at most log(n_asked).

    Args:
        logits: [n_asked, n_target, n_kept].
    """
    log_probs = logits.float().log_softmax(-1)
    middle = log_probs.exp().mean(0).clamp_min(torch.finfo(torch.float32).tiny).log()
    divergence: Tensor = (log_probs.exp() * (log_probs - middle)).sum(-1).mean()
    return divergence


def _mean_disagreement(network: FocusUI, decoded: Decoded, groups: Sequence[Sequence[TrainingSample]]) -> Tensor:
    logits = [
        network.pointer_logits(prompt, hidden) for prompt, hidden in zip(decoded.prompts, decoded.hidden, strict=True)
    ]
    return torch.stack([disagreement(torch.stack(of_group)) for of_group in _grouped(logits, groups)]).mean()


def _grouped(values: Iterable[Tensor], groups: Sequence[Sequence[TrainingSample]]) -> list[list[Tensor]]:
    """What was made of all phrasings one after the other, together by sample."""
    remaining = iter(values)
    return [[next(remaining) for _ in group] for group in groups]


def _draw(n: int, generator: torch.Generator) -> int:
    return int(torch.randint(n, (), generator=generator))
