"""Attention alignment: the decoder's own attention from the pointer token learns to lie on the target.

Source: GUI-AIMA (arXiv 2511.00810, section 3, and its published code). With A[h, q, v] the attention that token q pays
to the kept visual token v in head h of any layer, a the anchor, and S the visual sinks, the tokens between picture and
answer whose hidden states of all layers resemble those of the visual tokens most (one, as in the published recipe):

    w = softmax over h of (sum over S, v of A[h, q, v])      p[v] = sum over h of w[h] A[h, a, v], scaled to sum 1

and the loss is the divergence of p from a label that lies on the middle of the element (``centred_label``). The sinks
are chosen without gradients; the weights of the heads learn.

Ours: the anchor is FocusUI's pointer token, not a new one; dropped visual tokens are missing from the sums; several
pointer tokens of one answer share the weights of the heads; the patch scorer, which GUI-AIMA does not have, learns
beside it.

Legend: ``n_packed`` tokens of a packed prompt, ``n_kept`` visual tokens among them, ``n_target`` pointer tokens,
``n_queries`` tokens between picture and answer, ``n_heads`` of all layers, ``d`` width of a token.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from model.data.boxes import BoxNorm
from model.data.labels import centred_label
from model.focusui.attention_probe import record_attention
from model.focusui.network import FocusUI, PackedPrompt
from model.training.forward import (
    Decoded,
    draw_keep_fraction,
    encode,
    grounding_losses,
    score,
    select,
)
from model.training.losses import LossWeights, pointer_loss
from model.training.objectives.objective import ObjectiveLoss
from model.training.objectives.options import read_options
from model.training.sample import TrainingSample

_LOWEST = 1e-20


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignmentOptions:
    """How to align.

    Attributes:
        attention: weight of the attention's divergence.
        lm: of the language model's cross entropy.
        scorer: of the patch scorer's divergence.
        n_sinks: how many tokens weigh the heads.
    """

    attention: float = 1.0
    lm: float = 1.0
    scorer: float = 0.1
    n_sinks: int = 1

    def __post_init__(self) -> None:
        if self.attention <= 0 or self.n_sinks < 1:
            raise ValueError(f"attention and n_sinks must be positive, not {self.attention} and {self.n_sinks}")
        self.others  # noqa: B018 - complains of its own accord

    @property
    def others(self) -> LossWeights:
        """Weights of FocusUI's own losses."""
        return LossWeights(lm=self.lm, pointer=0.0, scorer=self.scorer)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Anchored:
    """Where the pointer tokens of a prompt look.

    Attributes:
        probs: [n_target, n_kept] float32, each sums to 1.
        hidden: [n_packed, d], after the last norm.
    """

    probs: Tensor
    hidden: Tensor


class Alignment:
    """GUI-AIMA's objective.

    Args:
        options: see there.
    """

    extra: nn.Module | None = None

    def __init__(self, options: AlignmentOptions) -> None:
        self._options = options

    def loss(self, network: FocusUI, samples: Sequence[TrainingSample], *, generator: torch.Generator) -> ObjectiveLoss:
        """See ``Objective``; every sample goes through the decoder alone."""
        visuals = encode(network, samples)
        scores = score(network, samples, visuals)
        keep_masks = select(samples, scores, [draw_keep_fraction(generator) for _ in samples])
        prompts = [
            network.pack(sample.input_ids, [visual], keep_mask)
            for sample, visual, keep_mask in zip(samples, visuals, keep_masks, strict=True)
        ]
        anchored = [anchor_attention(network, prompt, self._options.n_sinks) for prompt in prompts]
        attention = torch.stack(
            [
                alignment_loss(one.probs, centred_labels(sample)[:, keep_mask].to(one.probs.device))
                for one, sample, keep_mask in zip(anchored, samples, keep_masks, strict=True)
            ]
        ).mean()
        others = grounding_losses(
            network,
            samples,
            scores=scores,
            keep_masks=keep_masks,
            decoded=Decoded(prompts=prompts, hidden=[one.hidden for one in anchored]),
            weights=self._options.others,
        )
        return ObjectiveLoss(
            total=self._options.attention * attention + others.total,
            parts={"attention": attention.item(), **others.parts()},
            per_token=others.per_token,
        )


def build(options: Mapping[str, Any], _network: FocusUI) -> Alignment:
    """The objective that a recipe asks for: ``AlignmentOptions``.

    Raises:
        ValueError: the options are not understood.
    """
    return Alignment(read_options(AlignmentOptions, options))


def alignment_loss(probs: Tensor, labels: Tensor) -> Tensor:
    """Divergence of an attention from labels in its proportions, mean over pointer tokens.

    As with the pointer head, a pointer whose label was dropped altogether learns nothing.

    Args:
        probs: [n_target, n_kept], each sums to 1.
        labels: [n_target, n_kept], not negative.
    """
    return pointer_loss(probs.clamp_min(_LOWEST).log(), labels)


def centred_labels(sample: TrainingSample) -> Tensor:
    """Where each pointer token should look, [n_target, n_visual] float32."""
    labels = [centred_label(BoxNorm(*box), sample.grid) for box in sample.boxes_norm.tolist()]
    return torch.from_numpy(np.stack(labels))


def anchor_attention(network: FocusUI, prompt: PackedPrompt, n_sinks: int) -> Anchored:
    """Run the decoder over one prompt and see where its pointer tokens look.

    Args:
        network: on SDPA.
        prompt: with at least one pointer token.
        n_sinks: how many tokens weigh the heads, or all there are.
    """
    queries, anchors = _query_rows(network, prompt), _rows_of(prompt, network.config.pointer_pad_token_id)
    decoder = network.model.language_model
    layers = dict(enumerate(layer.self_attn for layer in decoder.layers))
    with record_attention(layers, queries=torch.cat([queries, anchors]), has_gradients=True) as record:
        output = decoder(**network.decoder_inputs([prompt]), use_cache=False, output_hidden_states=True)
    # [n_heads, n_queries + n_target, n_kept]
    attention = torch.cat([record.only(layer)[0][..., prompt.visual_mask] for layer in layers])
    hidden_states = torch.stack(output.hidden_states[1:])[:, 0]
    sinks = find_sinks(hidden_states[:, queries], hidden_states[:, prompt.visual_mask], n_sinks)
    return Anchored(probs=weigh(attention[:, sinks], attention[:, len(queries) :]), hidden=output.last_hidden_state[0])


@torch.no_grad()
def find_sinks(queries: Tensor, visual: Tensor, n_sinks: int) -> Tensor:
    """The tokens that resemble the visual ones most, [n_sinks] int64, by the sum of cosines over layers and tokens.

    Args:
        queries: [n_layers, n_queries, d] hidden states.
        visual: [n_layers, n_kept, d] hidden states.
        n_sinks: how many.
    """
    queries, visual = (functional.normalize(states.float(), dim=-1) for states in (queries, visual))
    likeness = (queries @ visual.sum(dim=1).unsqueeze(-1)).sum(dim=(0, 2))
    return likeness.topk(min(n_sinks, len(likeness))).indices


def weigh(sinks: Tensor, anchors: Tensor) -> Tensor:
    """Where the anchors look, by the heads whose sinks look at the picture: [n_target, n_kept], each sums to 1.

    Args:
        sinks: [n_heads, n_sinks, n_kept] attention.
        anchors: [n_heads, n_target, n_kept] attention.
    """
    weights = sinks.sum(dim=(1, 2)).softmax(dim=0)
    merged = (weights[:, None, None] * anchors).sum(dim=0)
    return merged / merged.sum(dim=-1, keepdim=True).clamp_min(_LOWEST)


def _query_rows(network: FocusUI, prompt: PackedPrompt) -> Tensor:
    """Rows between the picture, its drop markers included, and the first pointer."""
    config = network.config
    of_picture = [_rows_of(prompt, config.image_token_id)]
    if (marker_id := getattr(config, "image_drop_end_token_id", None)) is not None:
        of_picture.append(_rows_of(prompt, marker_id))
    first = int(torch.cat(of_picture).max()) + 1
    return torch.arange(first, int(_rows_of(prompt, config.pointer_start_token_id)[0]))


def _rows_of(prompt: PackedPrompt, token_id: int) -> Tensor:
    return (prompt.input_ids == token_id).nonzero().squeeze(-1)
