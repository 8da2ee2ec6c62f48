"""A graph whose weights are stored in 16 bits takes half of the room and computes the same, but for their rounding."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from model.nano.halving import halve
from model.nano.runtime import Graph


def test_it_is_half_as_large_and_says_the_same(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    weights = numpy_helper.from_array(rng.normal(size=(64, 512)).astype(np.float32), "weights")
    bias = numpy_helper.from_array(rng.normal(size=512).astype(np.float32), "bias")
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "weights"], ["xw"]), helper.make_node("Add", ["xw", "bias"], ["y"])],
        "plain",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 64])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 512])],
        [weights, bias],
    )
    file = tmp_path / "plain.onnx"
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    onnx.save(model, str(file))
    inputs = {"x": rng.normal(size=(5, 64)).astype(np.float32)}
    (before,), size = Graph(file)(inputs), file.stat().st_size
    halve(file)
    assert file.stat().st_size < 0.6 * size
    (after,) = Graph(file)(inputs)
    assert after.dtype == np.float32
    np.testing.assert_allclose(after, before, atol=2e-2)
    assert (after != before).any()
