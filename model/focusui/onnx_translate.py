"""How a module becomes an ONNX file: torch's exporter, with attention as one operator of ONNX Runtime's.

Written out in products and a softmax, attention over 5,000 patches would hold gigabytes of logits at once; the operator
works in blocks where it can.
"""

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx.defs
import onnxscript
import torch
from onnxscript import opset18
from torch import Tensor, nn

_OPSET = 18
_MICROSOFT = onnxscript.values.Opset("com.microsoft", 1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GraphInput:
    """An input of a graph.

    Attributes:
        example: it is traced with this; any sizes above 1 will do.
        sizes: which of its axes may have another size, and the name of that size.
    """

    example: Tensor
    sizes: Mapping[int, Any]


def write_graph(
    module: nn.Module,
    path: Path,
    *,
    inputs: Mapping[str, GraphInput],
    n_named: int,
    outputs: tuple[str, ...],
) -> None:
    """Export a module.

    Args:
        module: takes the inputs in their order and returns tensors.
        path: of the graph; its weights go into a file of the same name plus ``.data``.
        inputs: by name.
        n_named: how many of them ``forward`` names; the others go into its ``*args``.
        outputs: names of the results.
    """
    sizes = [dict(entry.sizes) for entry in inputs.values()]
    with _quiet():
        program: Any = torch.onnx.export(
            module.eval(),
            tuple(entry.example for entry in inputs.values()),
            dynamo=True,
            opset_version=_OPSET,
            dynamic_shapes=(*sizes[:n_named], *([tuple(sizes[n_named:])] if n_named < len(sizes) else [])),
            input_names=list(inputs),
            output_names=list(outputs),
            custom_translation_table={torch.ops.aten.scaled_dot_product_attention.default: _attention},
            verbose=False,
        )
        program.save(path, external_data=True)


def _attention_operator() -> Any:
    schema = onnx.defs.OpSchema
    tensors = "T"
    return onnxscript.values.Op(
        _MICROSOFT,
        "MultiHeadAttention",
        schema(
            "MultiHeadAttention",
            "com.microsoft",
            1,
            inputs=[schema.FormalParameter(name, tensors) for name in ("query", "key", "value")],
            outputs=[schema.FormalParameter("output", tensors)],
            type_constraints=[(tensors, ["tensor(float)"], "")],
            attributes=[
                schema.Attribute(name, schema.AttrType.INT, required=True) for name in ("num_heads", "unidirectional")
            ],
        ),
    )


_ATTENTION_OPERATOR = _attention_operator()


def _attention(  # noqa: PLR0917 - torch's signature
    query: Any,
    key: Any,
    value: Any,
    attn_mask: None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: None = None,
    enable_gqa: bool = False,
) -> Any:
    """``scaled_dot_product_attention`` as we call it, [b, n_heads, n, d / n_heads] each; no mask but the causal one."""
    if attn_mask is not None or dropout_p or scale is not None or enable_gqa:
        raise ValueError("attention is exported without mask, dropout, scale of its own and shared heads")
    n_heads = query.shape[1]
    flat = [_reshaped(opset18.Transpose(tensor, perm=[0, 2, 1, 3]), [0, 0, -1]) for tensor in (query, key, value)]
    mixed = _ATTENTION_OPERATOR(*flat, num_heads=n_heads, unidirectional=int(is_causal))
    return opset18.Transpose(_reshaped(mixed, [0, 0, n_heads, -1]), perm=[0, 2, 1, 3])


def _reshaped(tensor: Any, shape: list[int]) -> Any:
    """In another shape: 0 keeps a size, -1 takes what is left."""
    sizes: Any = opset18.Constant(value_ints=shape)
    return opset18.Reshape(tensor, sizes)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the exporter's remarks on its own working."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)  # it regrets that torchvision is not installed, which nothing here needs
    try:
        with warnings.catch_warnings():
            # Sizes are named once for all inputs of a graph, as they should be.
            warnings.filterwarnings("ignore", message=r"# The axis name: .* will not be used", category=UserWarning)
            # Of torch's own pickling of its own classes.
            warnings.filterwarnings("ignore", message=r".*LeafSpec.* is deprecated", category=FutureWarning)
            yield
    finally:
        logger.setLevel(level)
