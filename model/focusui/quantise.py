"""Weights of the decoder's linear layers in eight or four bits; everything else stays as it is.

Grounding is one pass over thousands of tokens, bound by arithmetic: a layer's weights are turned back into numbers
just before they are used, and the dense product of the device does the rest. That saves memory and not time, needs no
library of kernels, and runs wherever torch does. Vision encoder, patch scorer, pointer head and embeddings, on which
the place of a click depends most, are never touched.

Rounding to the nearest of 2**n_bits levels, spread evenly between the least and the greatest weight of a group, zero
being one of them (Jacob et al., arXiv 1712.05877, section 2.1).

Legend: ``d_out``, ``d_in`` sizes of a layer, ``n_groups`` groups of consecutive weights in a row.
"""

import math
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers.core_model_loading import ConversionOps
from transformers.quantizers import HfQuantizer, register_quantization_config, register_quantizer
from transformers.utils.quantization_config import QuantizationConfigMixin

from model.weight_mode import WeightMode

_METHOD = "foveal"
_DECODER_LAYERS = "model.language_model.layers."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QuantisedWeight:
    """The weights of a linear layer in few bits: weight = (level - zero) * scale.

    Attributes:
        levels: [d_out, d_in] uint8; of four bits [d_out, d_in / 2], the earlier weight in the lower half.
        zero: [d_out, n_groups] uint8, the level that means 0.
        scale: [d_out, n_groups] in the dtype of the weights.
    """

    levels: Tensor
    zero: Tensor
    scale: Tensor


class Quantiser(Protocol):
    """Turns the weights of one linear layer into few bits."""

    def shapes(self, d_out: int, d_in: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """Shapes of ``levels``, and of ``zero`` and ``scale``, for a layer of this size."""
        ...

    def quantise(self, weight: Tensor) -> QuantisedWeight:
        """[d_out, d_in] of any float dtype, on the device on which the result is wanted."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NearestQuantiser:
    """Each weight goes to the nearest level of its group.

    Attributes:
        n_bits: 8 or 4.
        group_size: consecutive weights of a row that share zero and scale; None for the whole row. Where it does not
            divide the row, the greatest common divisor is taken.
    """

    n_bits: int
    group_size: int | None = None

    def shapes(self, d_out: int, d_in: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """See ``Quantiser``."""
        return (d_out, d_in * self.n_bits // 8), (d_out, d_in // self._group(d_in))

    def quantise(self, weight: Tensor) -> QuantisedWeight:
        """See ``Quantiser``."""
        d_out, d_in = weight.shape
        groups = weight.float().view(d_out, -1, self._group(d_in))
        top = 2**self.n_bits - 1
        least, greatest = groups.amin(-1).clamp(max=0), groups.amax(-1).clamp(min=0)
        smallest = torch.finfo(weight.dtype).tiny  # of a group of zeros
        scale = ((greatest - least) / top).clamp(min=smallest).to(weight.dtype)
        # What is stored is what counts: levels are found with the scale as it was rounded.
        zero = (-least / scale.float()).round().clamp(0, top)
        levels = (groups / scale.float().unsqueeze(-1)).round_().add_(zero.unsqueeze(-1)).clamp_(0, top)
        levels = levels.to(torch.uint8).view(d_out, d_in)
        if self.n_bits == 4:
            levels = levels[:, 0::2] | (levels[:, 1::2] << 4)
        return QuantisedWeight(levels=levels, zero=zero.to(torch.uint8), scale=scale)

    def _group(self, d_in: int) -> int:
        return d_in if self.group_size is None else math.gcd(d_in, self.group_size)


QUANTISERS: dict[WeightMode, Quantiser] = {
    WeightMode.INT8: NearestQuantiser(n_bits=8),
    WeightMode.INT4: NearestQuantiser(n_bits=4, group_size=128),
}
"""By weight mode; the modes that are not here keep the weights as they are."""


class QuantisedLinear(nn.Module):
    """A linear layer whose weights lie in memory in few bits.

    Args:
        d_in, d_out: its size.
        shapes: see ``Quantiser.shapes``.
        has_bias: whether a bias, which is not quantised, is added.
        dtype: of scale and bias.
    """

    def __init__(
        self,
        *,
        d_in: int,
        d_out: int,
        shapes: tuple[tuple[int, int], tuple[int, int]],
        has_bias: bool,
        dtype: torch.dtype,
    ) -> None:
        super().__init__()
        self.in_features, self.out_features = d_in, d_out
        of_levels, of_groups = shapes
        # The levels bear the name under which a checkpoint brings the weights.
        self.weight = nn.Parameter(torch.empty(of_levels, dtype=torch.uint8), requires_grad=False)
        self.zero = nn.Parameter(torch.empty(of_groups, dtype=torch.uint8), requires_grad=False)
        self.scale = nn.Parameter(torch.empty(of_groups, dtype=dtype), requires_grad=False)
        self.bias = nn.Parameter(torch.empty(d_out, dtype=dtype), requires_grad=False) if has_bias else None

    def forward(self, tokens: Tensor) -> Tensor:
        """[..., d_in] -> [..., d_out]."""
        return functional.linear(tokens, self.dense(), self.bias)

    def dense(self) -> Tensor:
        """The weights as numbers, [d_out, d_in]; level minus zero is exact in bfloat16, so one rounding remains."""
        levels: Tensor = self.weight
        if levels.shape[1] < self.in_features:
            levels = torch.stack([levels & 15, levels >> 4], dim=-1).flatten(1)
        groups = levels.to(self.scale.dtype).view(*self.scale.shape, -1)
        return groups.sub_(self.zero.unsqueeze(-1)).mul_(self.scale.unsqueeze(-1)).view(self.out_features, -1)


@register_quantization_config(_METHOD)
class QuantisedLoading(QuantizationConfigMixin):  # type: ignore[misc] # transformers has no types here
    """Makes ``from_pretrained`` quantise each of the decoder's linear layers as it comes from the disk.

    So no more than one layer is ever there at full size.
    """

    def __init__(self, quantiser: Quantiser) -> None:
        self.quant_method = _METHOD
        self.quantiser = quantiser


@register_quantizer(_METHOD)
class _LoadingQuantiser(HfQuantizer):  # type: ignore[misc]
    def _process_model_before_weight_loading(self, model: nn.Module, **_kwargs: Any) -> None:
        linears = [
            (name, module)
            for name, module in model.named_modules()
            if isinstance(module, nn.Linear) and name.startswith(_DECODER_LAYERS)
        ]
        for name, linear in linears:
            d_in, d_out = linear.in_features, linear.out_features
            with torch.device("meta"):
                quantised = QuantisedLinear(
                    d_in=d_in,
                    d_out=d_out,
                    shapes=self.quantization_config.quantiser.shapes(d_out, d_in),
                    has_bias=linear.bias is not None,
                    dtype=linear.weight.dtype,
                )
            model.set_submodule(name, quantised)

    def _process_model_after_weight_loading(self, model: nn.Module, **_kwargs: Any) -> nn.Module:
        # A quantiser is no part of what a checkpoint saves.
        self.remove_quantization_config(model)
        return model

    def param_needs_quantization(self, model: nn.Module, param_name: str, **_kwargs: Any) -> bool:
        owner, _, parameter = param_name.rpartition(".")
        return parameter == "weight" and isinstance(model.get_submodule(owner), QuantisedLinear)

    def get_quantize_ops(self) -> "_Quantise":
        return _Quantise(self.quantization_config.quantiser)

    def is_serializable(self) -> bool:
        return False

    @property
    def is_trainable(self) -> bool:
        return False


class _Quantise(ConversionOps):  # type: ignore[misc]
    """The step of loading at which a layer's weights become few bits."""

    def __init__(self, quantiser: Quantiser) -> None:
        self._quantiser = quantiser

    def convert(
        self, input_dict: dict[str, list[Tensor]], full_layer_name: str, missing_keys: set[str], **_kwargs: Any
    ) -> dict[str, Tensor]:
        ((weight,),) = input_dict.values()
        quantised = self._quantiser.quantise(weight)
        layer = full_layer_name.removesuffix(".weight")
        made = {
            full_layer_name: quantised.levels,
            f"{layer}.zero": quantised.zero,
            f"{layer}.scale": quantised.scale,
        }
        missing_keys.difference_update(made)  # the file names only the weights that they were made of
        return made


def quantised_names(network: nn.Module) -> frozenset[str]:
    """Names of the layers that are quantised."""
    return frozenset(name for name, module in network.named_modules() if isinstance(module, QuantisedLinear))
