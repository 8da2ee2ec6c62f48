"""The training loop: samples in random order, keep fractions drawn anew, AdamW.

Legend: ``n_steps`` optimiser steps, each on a batch of samples.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch.optim.lr_scheduler import LambdaLR

from model.focusui.network import FocusUI
from model.training.forward import KeptTokens, TrainingOutput, draw_keep_fraction, training_forward
from model.training.losses import EVERYTHING, LossWeights
from model.training.sample import TrainingSample

WARM_UP_SHARE = 0.03
"""Share of the steps in which the learning rate rises; FocusUI's value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FitOptions:
    """How to train.

    Attributes:
        n_steps: optimiser steps.
        learning_rate: its height after the warm-up; from there it falls to zero along a cosine.
        batch_size: samples per step.
        weights: of the losses; without a loss behind the selection only the patch scorer learns.
        max_gradient_norm: longer gradients are shortened to this.
    """

    n_steps: int
    learning_rate: float
    batch_size: int = 1
    weights: LossWeights = EVERYTHING
    max_gradient_norm: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FitStep:
    """What one step did.

    Attributes:
        step_idx: from 0.
        total_loss: of the batch, before the step; likewise the others.
        scorer_loss: of the patch scorer.
        pointer_loss: of the pointer head; None if it was not computed.
        lm_loss: of the language model; None if it was not computed.
        kept: what was kept of each sample.
    """

    step_idx: int
    total_loss: float
    scorer_loss: float
    pointer_loss: float | None
    lm_loss: float | None
    kept: tuple[KeptTokens, ...]


def fit(
    network: FocusUI,
    samples: Sequence[TrainingSample],
    options: FitOptions,
    *,
    generator: torch.Generator,
    on_step: Callable[[FitStep], None] = lambda _: None,
) -> None:
    """Train a network in place; afterwards it is in evaluation mode.

    Args:
        network: with patch scorer and pointer head.
        samples: at least one.
        options: how.
        generator: on the CPU; draws the order of the samples and their keep fractions. Dropout draws from torch's own.
        on_step: told of every step.
    """
    network.train()
    parameters = _unfreeze(network, options.weights)
    optimizer = torch.optim.AdamW(parameters, lr=options.learning_rate)
    schedule = LambdaLR(optimizer, lambda step_idx: learning_rate_factor(step_idx, options.n_steps))
    order = _endless_order(len(samples), generator)
    for step_idx in range(options.n_steps):
        batch = [samples[next(order)] for _ in range(options.batch_size)]
        keep_fractions = [draw_keep_fraction(generator) for _ in batch]
        output = training_forward(network, batch, keep_fractions, options.weights)
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(output.losses.total)
        torch.nn.utils.clip_grad_norm_(parameters, options.max_gradient_norm)
        optimizer.step()
        schedule.step()
        on_step(_report(step_idx, output))
    network.eval()


def learning_rate_factor(step_idx: int, n_steps: int) -> float:
    """Share of the full learning rate at a step: a linear rise, then half a cosine down to 0."""
    n_warm_up = math.ceil(WARM_UP_SHARE * n_steps)
    if step_idx < n_warm_up:
        return (step_idx + 1) / n_warm_up
    return 0.5 * (1.0 + math.cos(math.pi * (step_idx - n_warm_up) / max(1, n_steps - n_warm_up)))


def _report(step_idx: int, output: TrainingOutput) -> FitStep:
    losses = output.losses
    return FitStep(
        step_idx=step_idx,
        total_loss=losses.total.item(),
        scorer_loss=losses.scorer.item(),
        pointer_loss=None if losses.pointer is None else losses.pointer.item(),
        lm_loss=None if losses.lm is None else losses.lm.item(),
        kept=output.kept,
    )


def _unfreeze(network: FocusUI, weights: LossWeights) -> list[torch.nn.Parameter]:
    """Let learn what a loss is for, and nothing else."""
    learners = network if weights.needs_decoder else network.patch_scorer
    network.requires_grad_(False)
    learners.requires_grad_(True)
    return list(learners.parameters())


def _endless_order(n_samples: int, generator: torch.Generator) -> Iterator[int]:
    """Indices of all samples in random order, again and again."""
    while True:
        yield from torch.randperm(n_samples, generator=generator).tolist()
