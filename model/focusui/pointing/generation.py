"""Greedy writing after a packed prompt.

transformers' own ``generate`` wants pixels and whole prompts; this one goes on from visual tokens that were encoded
before and dropped since. New tokens take the positions that follow the full prompt's, dropped tokens or not.
"""

from collections.abc import Set
from dataclasses import dataclass

import torch
from torch import Tensor

from model.focusui.network import FocusUI, PackedPrompt


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Written:
    """What a network wrote.

    Attributes:
        ids: [n_new] int64 on the CPU, without the token that ended it.
        confidence: geometric mean of the probabilities of its tokens, the ending included, in [0, 1].
        is_finished: False if it was cut off.
    """

    ids: Tensor
    confidence: float
    is_finished: bool


def write_on(network: FocusUI, prompt: PackedPrompt, *, max_tokens: int, stop_ids: Set[int]) -> Written:
    """Write the likeliest token, again and again.

    Args:
        network: with keys and values cached in between.
        prompt: to be continued.
        max_tokens: cut off after so many.
        stop_ids: tokens that end it.
    """
    decoder = network.model.language_model
    output = decoder(**network.decoder_inputs([prompt]), use_cache=True)
    position = prompt.position_ids[:, None, -1:]  # [3, 1, 1]
    ids: list[int] = []
    log_probs: list[Tensor] = []
    while len(log_probs) < max_tokens:
        log_prob, token = network.lm_head(output.last_hidden_state[:, -1]).float().log_softmax(-1).max(-1)  # [1] each
        log_probs.append(log_prob)
        if int(token) in stop_ids:
            break
        ids.append(int(token))
        position = position + 1
        output = decoder(
            inputs_embeds=network.embed(token).unsqueeze(0),
            position_ids=position,
            past_key_values=output.past_key_values,
            use_cache=True,
        )
    return Written(
        ids=torch.tensor(ids, dtype=torch.long),
        confidence=float(torch.cat(log_probs).mean().exp()),
        is_finished=len(ids) < len(log_probs),
    )
