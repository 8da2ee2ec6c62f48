"""Pictures that wait in the decoder before the instruction is known, where that is the faster way on this machine.

Legend: ``n_visual`` visual tokens of a picture, ``n_seen`` of those that the vision tower was shown.
"""

import logging
from collections.abc import Sequence

import torch
from torch import Tensor

from model.focusui.network import FocusUI, VisualFeatures
from model.focusui.options import PointingWay
from model.focusui.prefix_cache import PrefixCache, PrefixStore, cache_prefix, point_behind_prefix
from model.focusui.prompt import Prompt
from model.focusui.strategy import WHOLE_PICTURE_CACHED, FindStrategy, FindTimes, choose, prune

_log = logging.getLogger(__name__)


class PicturesAhead:
    """Chooses between the two ways, and keeps pictures in the decoder.

    Args:
        network: one that does not point with a pointer head never keeps a picture.
        max_prefix_bytes: memory that kept pictures may take.
        times: what was measured for this model on this device.
    """

    def __init__(self, network: FocusUI, *, max_prefix_bytes: int, times: Sequence[FindTimes] = ()) -> None:
        self._network = network
        self._max_prefix_bytes = max_prefix_bytes
        self._times = tuple(times) if network.options.pointing_way is PointingWay.HEAD else ()
        self._prefixes = PrefixStore(max_prefix_bytes)

    def strategy(self, look_id: str, n_visual: int, keep_fraction: float | None) -> FindStrategy:
        """How to answer.

        Args:
            look_id: the look that is asked about.
            n_visual: visual tokens of the picture.
            keep_fraction: what the person wants; None takes what is faster.
        """
        if keep_fraction is not None:
            # With nothing dropped both ways give the same answer.
            is_ready = keep_fraction == 1.0 and self._prefixes.get(look_id) is not None
            return WHOLE_PICTURE_CACHED if is_ready else prune(keep_fraction)
        usual = self._network.options.keep_fraction
        chosen = choose(self._times, n_visual, usual)
        return chosen if not chosen.is_cached or self._has_room(n_visual) else prune(usual)

    def wants_prefix(self, look_id: str, n_visual: int) -> bool:
        """Whether the time before the instruction is known should be used to keep a picture in the decoder."""
        return self.strategy(look_id, n_visual, None).is_cached and self._prefixes.get(look_id) is None

    def prepare(self, look_id: str, prompt: Prompt, visual: VisualFeatures) -> PrefixCache | None:
        """Keep a picture in the decoder; None if there is no memory for it, and then none is kept from now on.

        Args:
            look_id: of the look.
            prompt: any prompt about this picture; only its prefix is read.
            visual: of the look.
        """
        try:
            cache = cache_prefix(self._network, prompt, visual)
        except torch.OutOfMemoryError:
            _log.warning("the GPU has no memory to keep the picture in the decoder; tokens are dropped instead")
            self._max_prefix_bytes = 0
            self._prefixes.clear()
            return None
        self._prefixes.put(look_id, cache)
        return cache

    def point(self, look_id: str, prompt: Prompt, visual: VisualFeatures) -> Tensor | None:
        """Pointer attention with nothing dropped, [n_seen] float32; None if there is no memory for it.

        Args:
            look_id: of the look.
            prompt: about this picture.
            visual: of the look.
        """
        # It may have had to make room for others.
        cache = self._prefixes.get(look_id) or self.prepare(look_id, prompt, visual)
        return None if cache is None else point_behind_prefix(self._network, cache, prompt, visual)

    def clear(self) -> None:
        """Forget all pictures."""
        self._prefixes.clear()

    def _has_room(self, n_visual: int) -> bool:
        """Whether a picture of so many visual tokens can be kept: keys and values of all layers, and the pointer's."""
        text = self._network.config.text_config
        d_head = getattr(text, "head_dim", None) or text.hidden_size // text.num_attention_heads
        n_numbers = 2 * text.num_hidden_layers * text.num_key_value_heads * d_head + text.hidden_size
        n_bytes: int = n_visual * n_numbers * self._network.dtype.itemsize
        return n_bytes <= self._max_prefix_bytes
