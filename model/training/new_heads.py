"""A checkpoint that was never taught to point gets what FocusUI adds: tokens, a pointer head, a patch scorer.

So both stages can begin where the paper's do, with a plain Qwen model, or with GUI-Actor. Tokens are added as the
authors do: in their order at the end of the vocabulary, without the padding rows that were there, each row the mean of
the rows before.
"""

from dataclasses import replace

import torch
from tokenizers import AddedToken
from torch import nn

from model.focusui.checkpoint import Checkpoint
from model.focusui.patch_scorer import PatchScorer
from model.focusui.pointer_head import PointerHead
from model.focusui.prompt import DROP_MARKER, POINTER_TOKENS

_TOKENS = (*POINTER_TOKENS, DROP_MARKER)
_ID_FIELDS = {
    "<|pointer_start|>": "pointer_start_token_id",
    "<|pointer_end|>": "pointer_end_token_id",
    "<|pointer_pad|>": "pointer_pad_token_id",
    DROP_MARKER: "image_drop_end_token_id",
}
_END = "<|diff_marker|>"


def add_what_is_missing(checkpoint: Checkpoint, *, seed: int) -> tuple[str, ...]:
    """Add it to network and tokenizer, in place; new weights are drawn from the seed.

    Returns:
        What was added, in words; nothing for a checkpoint of FocusUI.
    """
    network = checkpoint.network
    added: list[str] = []
    tokens = _add_tokens(checkpoint)
    if tokens:
        added.append(f"{tokens} tokens")
    torch.manual_seed(seed)
    width, options = network.config.get_text_config().hidden_size, network.options
    place = {"device": network.device, "dtype": network.dtype}
    if not options.has_patch_scorer:
        network.patch_scorer = PatchScorer(width).to(**place)
        added.append("a patch scorer")
    if not options.has_pointer_head:
        network.multi_patch_pointer_head = PointerHead(width).to(**place)
        added.append("a pointer head")
    network.set_options(replace(options, has_patch_scorer=True, has_pointer_head=True))
    return tuple(added)


def _add_tokens(checkpoint: Checkpoint) -> int:
    network, tokenizer = checkpoint.network, checkpoint.tokenizer
    missing = [token for token in _TOKENS if token not in tokenizer.get_vocab()]
    if missing:
        tokenizer.add_tokens(
            [AddedToken(token, special=True, normalized=False) for token in missing], special_tokens=True
        )
        network.resize_token_embeddings(len(tokenizer), mean_resizing=False)
        tables = {
            id(table.weight): table for table in (network.get_input_embeddings(), network.get_output_embeddings())
        }
        for table in tables.values():
            _settle_rows(table, len(missing))
        end_id = tokenizer.convert_tokens_to_ids(_END)
        network.config.get_text_config().eos_token_id = [end_id]
        network.generation_config.eos_token_id = [end_id]
    for token, field in _ID_FIELDS.items():
        setattr(network.config, field, tokenizer.convert_tokens_to_ids(token))
    return len(missing)


@torch.no_grad()
def _settle_rows(table: nn.Module, n_new: int) -> None:
    weight = table.get_parameter("weight")
    weight[-n_new:] = weight[:-n_new].float().mean(0).to(weight.dtype)
