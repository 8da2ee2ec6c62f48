"""Selection, PosPad packing and decoding on the finest grid in use: 8 px cells at 3840x2160."""

from collections.abc import Iterator

import numpy as np

from model.decode import find_regions
from model.selection import pack_pospad, select_patches
from tests.benchmarks._measure import Benchmark, measure


def run() -> Iterator[Benchmark]:
    """One row per kernel."""
    rng = np.random.default_rng(0)
    scores = rng.random((270, 480), dtype=np.float32)
    yield measure("selection, 270x480 patches", lambda: select_patches(scores, 0.3))
    keep_mask = select_patches(scores, 0.3).ravel()
    image_mask = np.ones_like(keep_mask)
    yield measure("PosPad packing, 129600 tokens", lambda: pack_pospad(keep_mask, image_mask))
    logits = rng.normal(size=scores.shape) * 3
    probs = (np.exp(logits) / np.exp(logits).sum()).astype(np.float32)
    yield measure("regions, peaked probabilities", lambda: find_regions(probs))
    yield measure("regions, every patch active (worst case)", lambda: find_regions(np.ones_like(probs)), n_runs=5)
