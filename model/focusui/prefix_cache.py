"""The rival of pruning: the whole picture waits in the decoder, and an instruction runs alone behind it.

The picture stands before the instruction in the prompt, and under a causal mask nothing before depends on what follows.
So all but the instruction can run while a person still types. Positions are those of the whole prompt, and nothing is
dropped: the answer is that of keep fraction 1.0.

Legend: ``n_prefix`` tokens up to the picture's last, ``n_visual`` visual tokens, ``d`` width of a token.
"""

from collections import OrderedDict
from dataclasses import dataclass

import torch
from torch import Tensor

from model.focusui.decoder import DeepStack, KeyValues, remember_prefix, run_decoder
from model.focusui.network import FocusUI, VisualFeatures
from model.focusui.prompt import Prompt


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PrefixCache:
    """What decoder and pointer head remember of a picture. Only read: any number of instructions may follow it.

    Attributes:
        memories: of each layer, over the prefix.
        pointer_visual: [n_visual that the tower was shown, d], the pointer head's side of the picture.
    """

    memories: tuple[KeyValues, ...]
    pointer_visual: Tensor

    @property
    def n_bytes(self) -> int:
        """Memory that it takes."""
        return sum(memory.n_bytes for memory in self.memories) + self.pointer_visual.nbytes


@torch.no_grad()
def cache_prefix(network: FocusUI, prompt: Prompt, visual: VisualFeatures) -> PrefixCache:
    """Run the decoder over a prompt's prefix; the instruction in the prompt does not matter."""
    packed = network.pack(prompt.input_ids, [visual])
    n_prefix = int((packed.index < prompt.n_prefix).sum())
    rows = network.visual_rows(packed)
    memories = remember_prefix(
        network.model.language_model,
        packed.embeds[:n_prefix],
        packed.position_ids[:, :n_prefix],
        deepstack=DeepStack(rows=rows, levels=packed.deepstack) if packed.deepstack else None,
        layer_fn=network.kernels.decoder_layer,
    )
    return PrefixCache(
        memories=memories, pointer_visual=network.multi_patch_pointer_head.embed_visual(packed.embeds[rows])
    )


@torch.no_grad()
def hidden_behind_prefix(network: FocusUI, cache: PrefixCache, prompt: Prompt, visual: VisualFeatures) -> Tensor:
    """Hidden state of the first pointer token after the last norm, [1, d]."""
    ids = prompt.input_ids[prompt.n_prefix :]
    positions = network.position_ids(prompt.input_ids, [visual])[:, prompt.n_prefix :]
    return run_decoder(
        network.model.language_model,
        network.embed(ids),
        positions.to(network.device),
        [network.pointer_row(ids)],
        past=cache.memories,
        layer_fn=network.kernels.decoder_layer,
    )


@torch.no_grad()
def point_behind_prefix(network: FocusUI, cache: PrefixCache, prompt: Prompt, visual: VisualFeatures) -> Tensor:
    """Pointer attention of the first pointer token over the visual tokens that the tower was shown, float32."""
    hidden = hidden_behind_prefix(network, cache, prompt, visual)
    logits: Tensor = network.multi_patch_pointer_head.point(cache.pointer_visual, hidden)
    return logits[0].float().softmax(-1)


class PrefixStore:
    """Caches of the last few looks, within a limit of memory; the one that was not used for longest goes first.

    Args:
        max_bytes: limit of all together; 0 keeps none.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._caches: OrderedDict[str, PrefixCache] = OrderedDict()

    @property
    def n_bytes(self) -> int:
        """Memory that all caches take."""
        return sum(cache.n_bytes for cache in self._caches.values())

    def get(self, look_id: str) -> PrefixCache | None:
        """The cache of a look, if it is still there."""
        if look_id in self._caches:
            self._caches.move_to_end(look_id)
        return self._caches.get(look_id)

    def put(self, look_id: str, cache: PrefixCache) -> None:
        """Keep a cache; one that is larger than the limit alone is not kept."""
        self._caches[look_id] = cache
        self._caches.move_to_end(look_id)
        while self._caches and self.n_bytes > self._max_bytes:
            self._caches.popitem(last=False)

    def clear(self) -> None:
        """Forget all."""
        self._caches.clear()
