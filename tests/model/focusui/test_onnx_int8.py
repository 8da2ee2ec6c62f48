import torch
from hypothesis import given
from hypothesis import strategies as st

from model.focusui.onnx_int8 import BLOCK, quantize


@given(
    n_out=st.integers(1, 9),
    n_in=st.integers(1, 100),
    scale=st.floats(1e-6, 1e6),
    seed=st.integers(0, 2**31),
)
def test_no_weight_moves_by_more_than_half_a_step(n_out: int, n_in: int, scale: float, seed: int) -> None:
    weight = torch.randn(n_out, n_in, generator=torch.Generator().manual_seed(seed)) * scale
    weights, scales = quantize(weight)
    assert weights.shape == (n_out, -(-n_in // BLOCK), BLOCK)
    restored = ((weights.float() - 128) * scales.unsqueeze(-1)).flatten(1)
    half_step = scales.repeat_interleave(BLOCK, 1)[:, :n_in] * 0.501
    assert bool(((restored[:, :n_in] - weight).abs() <= half_step).all())
    assert not restored[:, n_in:].any()


def test_a_block_of_zeros_stays_zero() -> None:
    weights, scales = quantize(torch.zeros(2, 40))
    assert bool((weights == 128).all())
    assert bool(torch.isfinite(scales).all())
