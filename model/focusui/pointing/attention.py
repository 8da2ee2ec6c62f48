"""Pointing with the decoder's own attention: no head, no training, one forward.

The idea is GUI-AIMA's (arXiv 2511.00810, section 3): heads whose instruction tokens look at the picture are those whose
anchor, a token behind the instruction, looks at the target. With A[h, q, v] the attention that token q pays to the
kept visual token v in head h of any layer, Q the tokens of the instruction and a the last token of the prompt,

    w[h] = sum over Q, v of A[h, q, v]        p[v] = sum over h of w[h] A[h, a, v],  both scaled to sum 1.

Differences, since nothing is trained here: GUI-AIMA's anchor is an added token with an embedding of its own, ours is
the place where the model is about to write the first coordinate; GUI-AIMA takes the few instruction tokens whose
hidden states resemble the picture most and weighs heads by the softmax of their sums, ours takes all of them and weighs
in proportion, which leaves heads that never look at the picture without a say.

Only the rows of Q and a are computed, never a whole attention matrix: at the 7B shape and 2560x1440, where 28 layers of
28 heads see 4,700 visual tokens, 15 MB per row. Of a long instruction Q is the end.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from model.focusui.attention_probe import record_attention
from model.focusui.network import FocusUI
from model.focusui.pointing.base import Pointed, Question, pointed_by
from model.focusui.pointing.chat import ANSWER_FORMS
from model.focusui.prompt import Wording

_MAX_QUERIES = 32


@dataclass(frozen=True, slots=True, eq=False)
class AttentionPointing:
    """Multi-head attention from the prompt's end to the picture, heads weighed by the instruction."""

    network: FocusUI

    @property
    def wording(self) -> Wording:
        """The stock chat prompt, with the answer begun."""
        return ANSWER_FORMS[self.network.config.model_type].wording_up_to_coordinate

    def point(self, question: Question) -> Pointed:
        """One forward through the decoder."""
        packed = question.pack(self.network)
        spoken = question.prompt.spoken
        is_query = (packed.index >= max(spoken.start, spoken.stop - _MAX_QUERIES)) & (packed.index < spoken.stop)
        is_query[-1] = True  # the anchor
        layers = dict(enumerate(layer.self_attn for layer in self.network.model.language_model.layers))
        with record_attention(layers, queries=is_query.nonzero().squeeze(-1)) as record:
            self.network.decode([packed])
        # [n_layers * n_heads, n_queries, n_kept]
        attention = torch.cat([record.only(layer)[0][..., packed.visual_mask] for layer in layers])
        return pointed_by(question.spread(weigh_heads(attention)), question.grid)


def weigh_heads(attention: Tensor) -> Tensor:
    """Where the anchor looks, by the heads that matter.

    Args:
        attention: [n_heads of all layers, n_queries, n_kept] float32; the last query is the anchor, the others are the
            instruction.

    Returns:
        probs: [n_kept], sums to 1; even if no head looks at the picture.
    """
    weights = attention[:, :-1].sum(dim=(1, 2))
    probs = weights @ attention[:, -1]
    total = probs.sum()
    return probs / total if total > 0 else torch.full_like(probs, 1 / len(probs))
