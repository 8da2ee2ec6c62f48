"""Losses of Nano's encoder: what is where (dense), what is written, what icons mean."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from model.nano.alphabet import BLANK
from model.nano.network import AROUND, MeaningHead, ReadingHead, with_neighbours
from model.nano.shape import BOX_CHANNELS, KIND_CHANNELS, TEXT_BOX_CHANNELS, TEXT_CHANNEL
from model.training.nano.targets import IGNORED, DenseTargets, Line

_EMPTY_WEIGHT = 0.3
"""Most cells are empty."""
_MIDDLE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DenseLosses:
    """Scalars, each a mean over the cells that it is about."""

    kind: Tensor
    box: Tensor
    text: Tensor
    text_box: Tensor


def dense_losses(maps: Tensor, targets: Sequence[DenseTargets]) -> DenseLosses:
    """What is where.

    Args:
        maps: [b, N_CHANNELS, h, w].
        targets: of each picture.
    """
    maps = maps.float()
    kinds = torch.stack([torch.from_numpy(target.kinds) for target in targets]).to(maps.device).long()
    weights = torch.ones(KIND_CHANNELS.stop, device=maps.device)
    weights[0] = _EMPTY_WEIGHT
    kind = functional.cross_entropy(maps[:, KIND_CHANNELS], kinds, weights, ignore_index=IGNORED)
    texts = torch.stack([torch.from_numpy(target.texts) for target in targets]).to(maps.device)
    is_known = ~texts.isnan()
    text = functional.binary_cross_entropy_with_logits(maps[:, TEXT_CHANNEL][is_known], texts[is_known])
    text = text - _entropy(texts[is_known])
    boxes = torch.stack([torch.from_numpy(target.boxes) for target in targets]).to(maps.device)
    text_boxes = torch.stack([torch.from_numpy(target.text_boxes) for target in targets]).to(maps.device)
    return DenseLosses(
        kind=kind,
        box=_box_loss(maps[:, BOX_CHANNELS], boxes),
        text=text,
        text_box=_box_loss(maps[:, TEXT_BOX_CHANNELS], text_boxes),
    )


def _entropy(soft: Tensor) -> Tensor:
    """What the text loss is at least, so that it can reach about zero."""
    least: Tensor = torch.special.entr(soft).mean() + torch.special.entr(1 - soft).mean()
    return least


def _box_loss(found: Tensor, wanted: Tensor) -> Tensor:
    known = ~wanted[:, 0].isnan()
    if not known.any():
        return found.sum() * 0
    error: Tensor = functional.smooth_l1_loss(found.movedim(1, -1)[known], wanted.movedim(1, -1)[known], beta=0.2)
    return error


def reading_loss(features: Tensor, head: ReadingHead, lines: Sequence[tuple[int, Line]]) -> Tensor:
    """What is written, per character.

    Args:
        features: [b, c, h, w].
        head: reads cells.
        lines: with the index of the picture each stands on.
    """
    if not lines:
        return features.sum() * 0
    lines = sorted(lines, key=lambda pair: pair[1].end - pair[1].first)
    beside = with_neighbours(features)
    _, n_rows, n_columns, n_wide = beside.shape
    index = torch.cat(
        [torch.arange(line.first, line.end) + n_columns * (line.row + n_rows * picture) for picture, line in lines]
    ).to(features.device)
    logits = head(beside.reshape(-1, n_wide)[index]).float()
    n_slots = [(line.end - line.first) * logits.shape[1] for _, line in lines]
    return written_loss(logits.flatten(0, 1), n_slots, [line.classes for _, line in lines])


def written_loss(logits: Tensor, n_slots: Sequence[int], written: Sequence[Sequence[int]]) -> Tensor:
    """Connectionist temporal classification (Graves et al. 2006), per character.

    Args:
        logits: [sum of n_slots, N_CLASSES], line after line; best in the order of their lengths.
        n_slots: of each line.
        written: classes of the characters of each line.
    """
    lengths = torch.tensor(n_slots)
    line_of_slot = torch.repeat_interleave(lengths)
    slot = torch.arange(len(logits)) - (lengths.cumsum(0) - lengths)[line_of_slot]
    # Put there in one go: the gradient of each of many slices would be as large as all of them.
    paths = logits.new_zeros(int(lengths.max()), len(n_slots), logits.shape[-1])
    paths = paths.index_put((slot.to(logits.device), line_of_slot.to(logits.device)), logits.log_softmax(-1))
    classes = torch.tensor([mark for line in written for mark in line])
    n_classes = torch.tensor([len(line) for line in written])
    # The CPU's implementation is taken everywhere: cuDNN's has limits of its own.
    losses = functional.ctc_loss(
        paths.cpu(), classes, lengths, n_classes, blank=BLANK, reduction="none", zero_infinity=True
    )
    return (losses.sum() / n_classes.sum()).to(paths.device)


def icon_vectors(features: Tensor, head: MeaningHead, places: Tensor) -> Tensor:
    """What icons mean, from the features in and around their middle, interpolated between cells.

    Args:
        features: [b, c, h, w].
        head: tells meaning.
        places: [n, 3] of picture, x and y in cells.

    Returns:
        [n, MEANING_WIDTH].
    """
    features = features.float()
    shifts = [places.new_tensor((0, across, down)) for down, across in AROUND]
    vectors: Tensor = head(torch.cat([middles(features, places + shift) for shift in shifts], dim=-1))
    return vectors


def middles(features: Tensor, places: Tensor) -> Tensor:
    """Bilinear samples of features, [n, c]."""
    n_rows, n_columns = features.shape[-2:]
    picture = places[:, 0].long()
    x = (places[:, 1] - _MIDDLE).clamp(0, n_columns - 1)
    y = (places[:, 2] - _MIDDLE).clamp(0, n_rows - 1)
    left, top = x.floor().long(), y.floor().long()
    right, low = (left + 1).clamp(max=n_columns - 1), (top + 1).clamp(max=n_rows - 1)
    to_right, down = (x - left)[:, None], (y - top)[:, None]
    upper = features[picture, :, top, left] * (1 - to_right) + features[picture, :, top, right] * to_right
    lower = features[picture, :, low, left] * (1 - to_right) + features[picture, :, low, right] * to_right
    return upper * (1 - down) + lower * down
