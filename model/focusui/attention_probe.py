"""Reads chosen rows of the attention while a model runs on SDPA, without ever holding a whole attention matrix.

transformers lets attention be computed by a function of one's own. Ours lets SDPA compute the output as always and
computes the few rows that are asked for beside it, in blocks of queries. It works with every model of transformers
whose attention modules have a ``config``, among them the vision encoders and decoders of Qwen2-VL to Qwen3-VL.

Rows with gradients are computed when the block ends, from queries and keys that are taken along: a layer whose
activations are computed twice (gradient checkpointing) must do the same both times, and the second time nobody probes.

Legend: ``b`` samples, ``n_heads``, ``n_queries`` tokens that pay attention, ``n_keys`` tokens that it is paid to.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

_IMPLEMENTATION = "foveal_probed_sdpa"
_N_WEIGHTS = 1 << 25  # held at once: 128 MiB


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AttentionRecord:
    """What was read of the layers that were probed, float32, on the model's device.

    Attributes:
        calls: per layer, one tensor per call of its attention: vision encoders call it once per picture or window.
            [b, n_heads, n_queries, n_keys] for chosen queries; [b, n_heads, n_keys], the mean over all queries, if none
            were chosen.
    """

    calls: Mapping[int, list[Tensor]]

    def only(self, layer: int) -> Tensor:
        """What was read of a layer that was called once."""
        (call,) = self.calls[layer]
        return call


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Probe:
    """What to read of one attention module, and where it goes.

    Attributes:
        queries: see ``record_attention``.
        has_gradients: see there.
        calls: what was read.
        pending: calls whose rows are computed when the block ends.
    """

    queries: Tensor | None
    has_gradients: bool
    calls: list[Tensor] = field(default_factory=list)
    pending: list["_Attention"] = field(default_factory=list)

    def see(self, attention: "_Attention") -> None:
        """Read a call, or take along what is needed to read it."""
        if self.has_gradients and torch.is_grad_enabled():
            self.pending.append(attention)
            return
        with torch.no_grad():
            self.calls.append(self._read(attention))

    def finish(self) -> None:
        """Read what is pending."""
        self.calls.extend(self._read(attention) for attention in self.pending)
        self.pending.clear()

    def _read(self, attention: "_Attention") -> Tensor:
        return attention.received() if self.queries is None else attention.rows(self.queries)


_probes: dict[nn.Module, _Probe] = {}


@contextmanager
def record_attention(
    modules: Mapping[int, nn.Module], *, queries: Tensor | None = None, has_gradients: bool = False
) -> Iterator[AttentionRecord]:
    """Read attention weights of everything that runs inside the ``with`` block.

    Args:
        modules: attention modules (``layers[i].self_attn``, ``blocks[i].attn``) by layer.
        queries: [n_queries] or [b, n_queries] int64, positions of the queries to read, negative ones from the end;
            None reads the mean over all queries, that is what each key receives.
        has_gradients: can something be learned from what is read? Queries and keys of all layers are held for it.

    Yields:
        What has been read so far; complete behind the block.
    """
    if taken := [layer for layer, module in modules.items() if module in _probes]:
        raise ValueError(f"layers {taken} are being probed already")
    probes = {layer: _Probe(queries=queries, has_gradients=has_gradients) for layer in modules}
    configs: list[Any] = list({id(module.config): module.config for module in modules.values()}.values())
    before = [config._attn_implementation for config in configs]
    _probes.update({module: probes[layer] for layer, module in modules.items()})
    try:
        for config in configs:
            config._attn_implementation = _IMPLEMENTATION
        yield AttentionRecord(calls={layer: probe.calls for layer, probe in probes.items()})
        for probe in probes.values():
            probe.finish()
    finally:
        for config, implementation in zip(configs, before, strict=True):
            config._attn_implementation = implementation
        for module in modules.values():
            _probes.pop(module, None)


def _probed_sdpa(
    module: nn.Module, query: Tensor, key: Tensor, value: Tensor, attention_mask: Tensor | None, **kwargs: Any
) -> tuple[Tensor, None]:
    """The attention function that is registered with transformers; see its ``sdpa_attention_forward``.

    Args:
        module: the attention module.
        query: [b, n_heads, n_all_queries, d_head].
        key: [b, n_key_heads, n_keys, d_head].
        value: like ``key``.
        attention_mask: [b or 1, 1, n_all_queries, >= n_keys], bool (True: may be seen) or to be added; None: causal
            or nothing is hidden, as the module says.
        kwargs: scaling, dropout and others.
    """
    if (probe := _probes.get(module)) is not None:
        is_causal, scaling = kwargs.get("is_causal"), kwargs.get("scaling")
        probe.see(
            _Attention(
                query=query,
                key=key,
                mask=attention_mask,
                is_causal=getattr(module, "is_causal", True) if is_causal is None else is_causal,
                scaling=query.shape[-1] ** -0.5 if scaling is None else scaling,
            )
        )
    output: Tensor
    output, _ = sdpa_attention_forward(module, query, key, value, attention_mask, **kwargs)
    return output, None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Attention:
    """One call of an attention function, of which any rows can be computed; see ``_probed_sdpa``.

    Attributes:
        query: [b, n_heads, n_all, d_head].
        key: [b, n_key_heads, n_keys, d_head].
        mask: what may be seen; None leaves it to ``is_causal``.
        is_causal: whether without a mask later keys are hidden; never from a single query, which is the last token.
        scaling: factor of the dot products.
    """

    query: Tensor
    key: Tensor
    mask: Tensor | None
    is_causal: bool
    scaling: float

    def received(self) -> Tensor:
        """Mean over all queries, [b, n_heads, n_keys] float32."""
        n_samples, n_heads, n_all, _ = self.query.shape
        total = self.query.new_zeros(n_samples, n_heads, self.key.shape[2], dtype=torch.float32)
        n_block = max(1, _N_WEIGHTS // total.numel())
        ready = replace(self, key=self.key.float())  # once for all blocks
        for start in range(0, n_all, n_block):
            total += ready.rows(torch.arange(start, min(start + n_block, n_all))).sum(dim=2)
        return total / n_all

    def rows(self, queries: Tensor) -> Tensor:
        """Those of the queries at [n_queries] or [b, n_queries], as [b, n_heads, n_queries, n_keys] float32."""
        n_samples, n_heads, n_all, d_head = self.query.shape
        n_key_heads, n_keys = self.key.shape[1:3]
        positions = (queries.to(self.query.device) % n_all).expand(n_samples, -1)[:, None, :, None]
        chosen = self.query.gather(2, positions.expand(-1, n_heads, -1, d_head)).float() * self.scaling
        # Several query heads share a key head: [b, n_key_heads, heads per key head * n_queries, d_head]
        grouped = chosen.reshape(n_samples, n_key_heads, -1, d_head)
        logits = (grouped @ self.key.float().mT).view(n_samples, n_heads, -1, n_keys)
        if self.mask is not None:
            mask = self.mask[..., :n_keys].expand(n_samples, -1, -1, -1)
            mask = mask.gather(2, positions.expand(-1, mask.shape[1], -1, n_keys))
            logits = logits.masked_fill(~mask, -torch.inf) if mask.dtype == torch.bool else logits + mask
        elif self.is_causal and n_all > 1:
            logits = logits.masked_fill(torch.arange(n_keys, device=logits.device) > positions, -torch.inf)
        return logits.softmax(dim=-1)


AttentionInterface.register(_IMPLEMENTATION, _probed_sdpa)
AttentionMaskInterface.register(_IMPLEMENTATION, sdpa_mask)
