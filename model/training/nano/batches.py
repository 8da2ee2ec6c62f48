"""Batches from a pool of crops: each crop is learned from a few times, in other colours, while others are drawn."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from model.data.drawing.screens import load_kit
from model.training.nano.crops import Crop, drawn_crops, icon_crops, screen_crops
from model.training.nano.recipe import Recipe
from model.training.nano.screens import training_screens
from model.training.nano.targets import DenseTargets


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Batch:
    """Pictures [b, 3, side, side] float32 in [-1, 1] and what is in them."""

    pixels: Tensor
    targets: tuple[DenseTargets, ...]


class Crops(IterableDataset[Crop]):
    """Drawn and collected crops in the recipe's proportion; each worker draws its own."""

    def __init__(self, recipe: Recipe, *, seed: int) -> None:
        self.recipe = recipe
        self.seed = seed

    def __iter__(self) -> Iterator[Crop]:
        worker = get_worker_info()
        index, n_workers = (0, 1) if worker is None else (worker.id, worker.num_workers)
        recipe = self.recipe
        cv2.setNumThreads(1)
        kit = load_kit(recipe.icons, recipe.strings)
        seed, side = self.seed + index, recipe.side_px
        streams = [
            drawn_crops(kit, side_px=side, seed=seed, step=n_workers),
            icon_crops(kit, side_px=side, seed=seed, step=n_workers),
        ]
        shares = [recipe.drawn_share, recipe.icon_share]
        if screens := training_screens(recipe.screens):
            streams.append(screen_crops(screens, side_px=side, seed=seed))
            shares.append(1 - sum(shares))
        rng = random.Random(seed)  # noqa: S311 - proportions, not secrets
        while True:
            (stream,) = rng.choices(streams, shares)
            yield next(stream)


def batches(recipe: Recipe, *, seed: int) -> Iterator[Batch]:
    """Batches without end.

    Args:
        recipe: sizes, proportions, and where things lie.
        seed: of the drawings; a run that is resumed takes another one than before.
    """
    loader = DataLoader(
        Crops(recipe, seed=seed),
        batch_size=None,
        num_workers=recipe.n_workers,
        prefetch_factor=16 if recipe.n_workers else None,
        collate_fn=_as_is,
    )
    rng = np.random.default_rng(seed)
    fresh = iter(loader)
    pool = [next(fresh) for _ in range(min(recipe.n_pool, recipe.n_batch * recipe.n_steps))]
    n_fresh = max(1, recipe.n_batch // recipe.n_uses)
    while True:
        for _ in range(n_fresh):
            pool[rng.integers(len(pool))] = next(fresh)
        chosen = [pool[index] for index in rng.choice(len(pool), recipe.n_batch, replace=False)]
        crops = [replace(crop, pixels=recoloured(crop.pixels, rng)) for crop in chosen]
        yield batch_of(crops)


def batch_of(crops: list[Crop]) -> Batch:
    """Stack crops of one size."""
    pixels = torch.from_numpy(np.stack([crop.pixels for crop in crops])).permute(0, 3, 1, 2)
    return Batch(pixels=pixels.float() / 127.5 - 1, targets=tuple(crop.targets for crop in crops))


def recoloured(pixels: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """The same picture in other colours, contrast or sharpness."""
    chance = rng.random(5)
    if chance[0] < 0.3:
        pixels = pixels[..., rng.permutation(3)]
    if chance[1] < 0.15:
        pixels = 255 - pixels
    if chance[2] < 0.4:
        gain, shift = rng.uniform(0.6, 1.1), rng.uniform(0, 40)
        pixels = np.clip(pixels * gain + shift, 0, 255).astype(np.uint8)
    if chance[3] < 0.05:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.3, 0.7)), dtype=np.uint8)
    if chance[4] < 0.05:
        pixels = np.clip(pixels + rng.normal(0, 4, pixels.shape), 0, 255).astype(np.uint8)
    return np.ascontiguousarray(pixels)


def _as_is(crop: Any) -> Any:
    """Crops travel as they are: the pool stacks them later."""
    return crop
