"""Sub-cell pointing: after the visual token one of its patches is chosen, and then a place inside that.

Source: MolmoPoint (arXiv 2603.28069; the heads as the port in mlx-vlm has them): a pointing token selects a visual
token, a second one a patch of it by a dot product with what the vision tower knew of the patches before merging them,
and a third one of 3 x 3 places by a linear layer. Training chooses with the true token and the true patch.

Ours: FocusUI has one pointer token, so instead of two more tokens through the decoder the state of that token is
changed by what was chosen. The visual token is chosen by FocusUI's pointer head, and as in MolmoPoint only the one that
holds the point is right, not all that the element touches: in another one the place would mean nothing. MolmoPoint's
rotary order of several points and its "no more points" are left out: an answer here says how many points it has.

Legend: ``n_target`` pointer tokens, ``n_merged`` patches of a visual token, ``n_places`` of a patch, ``d`` width of a
token, ``d_vision`` inside the vision tower.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from model.focusui.network import FocusUI
from model.focusui.patch_features import record_patches
from model.training.forward import Decoded, decode, draw_keep_fraction, encode, grounding_losses, score, select
from model.training.losses import LossWeights, pointer_loss
from model.training.objectives.objective import ObjectiveLoss
from model.training.objectives.options import read_options
from model.training.objectives.sub_cell_places import PLACES_PER_SIDE, SubCell, sub_cell_at
from model.training.sample import TrainingSample


@dataclass(frozen=True, slots=True, kw_only=True)
class SubCellOptions:
    """How the losses are weighed.

    Attributes:
        cell: of the choice of a visual token.
        patch: of the choice of a patch of it.
        place: of the choice of a place inside that.
        lm: of the language model, FocusUI's loss.
        scorer: of the patch scorer, likewise.
    """

    cell: float = 1.0
    patch: float = 1.0
    place: float = 1.0
    lm: float = 1.0
    scorer: float = 0.1

    def __post_init__(self) -> None:
        if min(self.cell, self.patch, self.place) <= 0:
            raise ValueError("cell, patch and place must be positive")
        self.others  # noqa: B018 - complains of its own accord

    @property
    def others(self) -> LossWeights:
        """Weights of FocusUI's own losses."""
        return LossWeights(lm=self.lm, pointer=0.0, scorer=self.scorer)


class SubCellHead(nn.Module):
    """Chooses a patch of a visual token and a place inside it.

    Args:
        d_model: width of a token.
        d_vision: width inside the vision tower.
    """

    def __init__(self, d_model: int, d_vision: int) -> None:
        super().__init__()
        self.pointer_norm = nn.LayerNorm(d_model)
        self.cell = nn.Linear(d_model, d_model)
        self.patch_norm = nn.LayerNorm(d_vision)
        self.patch_query = nn.Linear(d_model, d_model)
        self.patch_key = nn.Linear(d_vision, d_model)
        self.patch = nn.Linear(d_vision, d_model)
        self.place = nn.Linear(d_model, PLACES_PER_SIDE**2)

    def patch_logits(self, state: Tensor, patches: Tensor) -> Tensor:
        """Which patch, [n_target, n_merged] float32.

        Args:
            state: [n_target, d] from ``state``.
            patches: [n_target, n_merged, d_vision] of the chosen tokens, before they were merged.
        """
        keys = self.patch_key(self.patch_norm(patches))
        logits: Tensor = (keys @ self.patch_query(state).unsqueeze(-1)).squeeze(-1)
        scaled: Tensor = logits.float() / state.shape[-1] ** 0.5
        return scaled

    def place_logits(self, state: Tensor, patch: Tensor) -> Tensor:
        """Which place, [n_target, n_places] float32; ``patch`` [n_target, d_vision] is the chosen one."""
        logits: Tensor = self.place(functional.gelu(state + self.patch(self.patch_norm(patch))))
        return logits.float()

    def state(self, pointer: Tensor, cell: Tensor) -> Tensor:
        """What is looked for where, [n_target, d].

        Args:
            pointer: [n_target, d] hidden states of the pointer tokens.
            cell: [n_target, d] the chosen visual tokens, as they enter the decoder.
        """
        changed: Tensor = self.pointer_norm(pointer) + self.cell(cell)
        return changed

    def choose(self, pointer: Tensor, cell: Tensor, patches: Tensor, cell_idx: int) -> SubCell:
        """The likeliest place of one pointer in one visual token: [1, d], [1, d] and [1, n_merged, d_vision]."""
        state = self.state(pointer, cell)
        patch_idx = int(self.patch_logits(state, patches).argmax())
        place_idx = int(self.place_logits(state, patches[:, patch_idx]).argmax())
        return SubCell(cell_idx=cell_idx, patch_idx=patch_idx, place_idx=place_idx)


class SubCellPointing:
    """Pointing finer than visual tokens.

    Args:
        head: learns beside the network.
        options: see there.
    """

    extra: nn.Module | None

    def __init__(self, head: SubCellHead, options: SubCellOptions) -> None:
        self.extra = head
        self._head = head
        self._options = options

    def loss(self, network: FocusUI, samples: Sequence[TrainingSample], *, generator: torch.Generator) -> ObjectiveLoss:
        """See ``Objective``."""
        with record_patches(network) as record:
            visuals = encode(network, samples)
        scores = score(network, samples, visuals)
        keep_masks = select(samples, scores, [draw_keep_fraction(generator) for _ in samples])
        decoded = decode(network, samples, visuals, keep_masks)
        others = grounding_losses(
            network, samples, scores=scores, keep_masks=keep_masks, decoded=decoded, weights=self._options.others
        )
        cell = torch.stack(
            [
                pointer_loss(network.pointer_logits(prompt, hidden), one_cell(sample)[:, keep_mask].to(hidden.device))
                for prompt, hidden, sample, keep_mask in zip(
                    decoded.prompts, decoded.hidden, samples, keep_masks, strict=True
                )
            ]
        ).mean()
        finer = [
            self._finer(sample, states, visual.embeds[sample.target_idx], patches[sample.target_idx])
            for sample, states, visual, patches in zip(
                samples, pointer_states(network, decoded), visuals, record.of(visuals), strict=True
            )
        ]
        patch, place = (torch.stack(part).mean() for part in zip(*finer, strict=True))
        options = self._options
        return ObjectiveLoss(
            total=options.cell * cell + options.patch * patch + options.place * place + others.total,
            parts={"cell": cell.item(), "patch": patch.item(), "place": place.item(), **others.parts()},
            per_token=others.per_token,
        )

    def _finer(self, sample: TrainingSample, pointers: Tensor, cells: Tensor, patches: Tensor) -> tuple[Tensor, Tensor]:
        """Cross entropies of patches and places, means over the pointers of a sample; see ``SubCellHead``."""
        places = [sub_cell_at(x_norm, y_norm, sample.grid) for x_norm, y_norm in sample.points_norm.tolist()]
        patch_idx = torch.tensor([place.patch_idx for place in places], device=pointers.device)
        place_idx = torch.tensor([place.place_idx for place in places], device=pointers.device)
        state = self._head.state(pointers, cells)
        chosen = patches[torch.arange(len(patches), device=pointers.device), patch_idx]
        return (
            functional.cross_entropy(self._head.patch_logits(state, patches), patch_idx),
            functional.cross_entropy(self._head.place_logits(state, chosen), place_idx),
        )


def build(options: Mapping[str, Any], network: FocusUI) -> SubCellPointing:
    """The objective that a recipe asks for: ``SubCellOptions``. The head draws from torch's own generator.

    Raises:
        ValueError: the options are not understood.
    """
    d_vision = network.model.visual.patch_embed.proj.out_channels
    head = SubCellHead(network.config.text_config.hidden_size, d_vision).to(network.device, network.dtype)
    return SubCellPointing(head, read_options(SubCellOptions, options))


def one_cell(sample: TrainingSample) -> Tensor:
    """1 at the visual token that holds each point, else 0: [n_target, n_visual] float32."""
    return functional.one_hot(sample.target_idx, sample.grid.n_visual).float()


def pointer_states(network: FocusUI, decoded: Decoded) -> list[Tensor]:
    """Hidden states of the pointer tokens, [n_target, d] of each sample."""
    pointer_id = network.config.pointer_pad_token_id
    return [
        hidden[(prompt.input_ids == pointer_id).to(hidden.device)]
        for prompt, hidden in zip(decoded.prompts, decoded.hidden, strict=True)
    ]
