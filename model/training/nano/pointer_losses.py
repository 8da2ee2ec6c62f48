"""FocusUI's losses for patch scorer and pointer: divergence from the fused label, and the pointer on what was kept."""

import random
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from model.nano.packing import PackedCells, pack_cells
from model.nano.pointer import PatchScorer, Pointed, Pointer
from model.training.nano.pointer_samples import PointerSample, PointerScreen
from model.training.nano.recipe import PointerRecipe

_SHARPNESS = 5.0
"""Of the scorer's fused label (arXiv 2601.03928, section 3.2): a screen has thousands of cells, a target a few."""
_UI_GRAPH_SHARE = 0.5
_SCORER_WEIGHT = 0.5
_OFFSET_WEIGHT = 0.3


class PointingNetwork(nn.Module):
    """Scorer and pointer."""

    def __init__(self) -> None:
        super().__init__()
        self.scorer = PatchScorer()
        self.pointer = Pointer()


def pointing_losses(
    network: PointingNetwork,
    chosen: Sequence[tuple[PointerScreen, PointerSample]],
    recipe: PointerRecipe,
    rng: random.Random,
) -> dict[str, Tensor]:
    """Scalars that are to be added up.

    Args:
        network: to be trained.
        chosen: instructions with their screens.
        recipe: how much fits.
        rng: draws what is dropped and what is hidden.
    """
    scorer_losses, packed, kept = [], [], []
    for screen, asked in chosen:
        inputs = _inputs(screen, asked, recipe, rng)
        question = torch.from_numpy(asked.question.astype(np.float32))
        logits = network.scorer(inputs[None], question[None])[0]
        scorer_losses.append(_scorer_loss(logits, screen, asked))
        # What is dropped is drawn anew for each sample, as in FocusUI's second stage.
        choice = _packed(screen, logits.detach().numpy(), rng.uniform(0.0, 1.0), recipe.most_tokens)
        packed.append(choice)
        rows = torch.cat((inputs, logits.detach()[:, None]), dim=-1)
        # Markers outnumber no cells: what they hold is not read.
        kept.append(rows[torch.from_numpy(np.clip(choice.index, 0, len(rows) - 1))])
    pointed = _point(network, chosen, packed, kept)
    pointer_losses, offset_losses = [], []
    for index, ((_, asked), choice) in enumerate(zip(chosen, packed, strict=True)):
        loss, offset = _pointer_loss(pointed, index, asked, choice)
        pointer_losses.append(loss)
        offset_losses.append(offset)
    return {
        "scorer": _SCORER_WEIGHT * torch.stack(scorer_losses).mean(),
        "pointer": torch.stack(pointer_losses).mean(),
        "offset": _OFFSET_WEIGHT * torch.stack(offset_losses).mean(),
    }


def _inputs(screen: PointerScreen, asked: PointerSample, recipe: PointerRecipe, rng: random.Random) -> Tensor:
    shown = asked.evidence.astype(np.float32)
    for channel in range(shown.shape[1]):
        if rng.random() < recipe.evidence_dropout:
            shown[:, channel] = 0
    return torch.from_numpy(np.concatenate((screen.views.astype(np.float32), shown), axis=1))


def _scorer_loss(logits: Tensor, screen: PointerScreen, asked: PointerSample) -> Tensor:
    """KL(label || score), both as a softmax over the cells."""
    fused = np.clip(asked.overlap + _UI_GRAPH_SHARE * screen.saliency, 0, 1).astype(np.float32) * 2 - 1
    wanted = torch.from_numpy(_SHARPNESS * fused)
    return functional.kl_div(logits.log_softmax(-1), wanted.log_softmax(-1), log_target=True, reduction="sum")


def _packed(screen: PointerScreen, scores: NDArray[np.float32], share: float, most_tokens: int) -> PackedCells:
    """The best cells, as many as drawn but at most what fits, and a marker at the end of each dropped run."""
    n = len(scores)
    n_keep = max(8, min(round(share * n), int(0.75 * most_tokens), n))
    is_kept = np.zeros(n, np.bool_)
    is_kept[np.argsort(-scores, kind="stable")[:n_keep]] = True
    return pack_cells(screen.cells, screen.shape, is_kept, most_tokens=most_tokens)


def _point(
    network: PointingNetwork,
    chosen: Sequence[tuple[PointerScreen, PointerSample]],
    packed: Sequence[PackedCells],
    kept: Sequence[Tensor],
) -> Pointed:
    pad = torch.nn.utils.rnn.pad_sequence
    cells = pad(list(kept), batch_first=True)
    is_marker = pad([torch.from_numpy(choice.is_marker) for choice in packed], batch_first=True)
    places = pad([torch.from_numpy(choice.places) for choice in packed], batch_first=True)
    words = pad([torch.from_numpy(asked.words.astype(np.float32)) for _, asked in chosen], batch_first=True)
    whole = torch.stack([torch.from_numpy(asked.question.astype(np.float32)) for _, asked in chosen])
    n_words = words.shape[1]
    is_there = torch.zeros(len(chosen), 1 + n_words + cells.shape[1], dtype=torch.bool)
    for index, ((_, asked), choice) in enumerate(zip(chosen, packed, strict=True)):
        is_there[index, : 1 + len(asked.words)] = True
        is_there[index, 1 + n_words : 1 + n_words + len(choice.index)] = True
    pointed: Pointed = network.pointer(cells, is_marker, places, whole, words, is_there)
    return pointed


def _pointer_loss(pointed: Pointed, index: int, asked: PointerSample, choice: PackedCells) -> tuple[Tensor, Tensor]:
    """Cross entropy with an even spread over the kept target cells, or with *nothing here*; and the offset's error."""
    n = len(choice.index)
    logits = torch.cat((pointed.cells[index, :n], pointed.nothing[index : index + 1])).log_softmax(-1)
    none = logits.sum() * 0 if not torch.isinf(logits).any() else logits[-1] * 0
    if not asked.is_target.any():
        return -logits[-1], none
    is_target = torch.from_numpy((choice.index >= 0) & asked.is_target[choice.index])
    if not is_target.any():
        return none, none
    wanted = torch.from_numpy(asked.offsets.astype(np.float32)[choice.index])[is_target]
    offset = functional.smooth_l1_loss(pointed.offsets[index, :n][is_target], wanted, beta=0.2)
    # Any target cell will do: the likelihood of all together.
    return -logits[:-1][is_target].logsumexp(-1), offset
