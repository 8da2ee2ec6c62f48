"""Halves the files of graphs: weights are stored in 16 bits and made 32 bits again as a graph is loaded. Needs onnx."""

from pathlib import Path
from typing import Final

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

_LEAST_SIZE: Final = 1024
"""Numbers in a tensor that is worth it."""


def halve(file: Path) -> None:
    """Store the large float32 tensors of a graph as float16; what it computes, it computes in float32 as before.

    Args:
        file: ONNX graph, rewritten.
    """
    model = onnx.load(str(file))
    graph = model.graph
    kept, casts = [], []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or values.size < _LEAST_SIZE:
            kept.append(tensor)
            continue
        half = f"{tensor.name}.half"
        kept.append(numpy_helper.from_array(values.astype(np.float16), half))
        casts.append(helper.make_node("Cast", [half], [tensor.name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, str(file))
