"""What the vision tower knows of each patch before patches are merged into visual tokens.

Legend: ``n_visual`` visual tokens of a picture in raster order, ``n_merged`` patches of one, row by row, ``d_vision``
width inside the tower.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from model.focusui.network import FocusUI, VisualFeatures


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PatchRecord:
    """What went into the merger of a vision tower.

    Attributes:
        window_cells: side of the tower's windows in visual tokens; None if it has none.
        n_merged: patches of a visual token.
        calls: [n_patches of all pictures, d_vision] of each call, in the order of the tower.
    """

    window_cells: int | None
    n_merged: int
    calls: list[Tensor] = field(default_factory=list)

    def of(self, visuals: Sequence[VisualFeatures]) -> list[Tensor]:
        """[n_visual, n_merged, d_vision] of each of the pictures that were encoded at once."""
        (patches,) = self.calls
        grouped = patches.view(-1, self.n_merged, patches.shape[-1])
        pictures = torch.split(grouped, [len(visual.embeds) for visual in visuals])
        return [
            picture[_places(visual.n_rows, visual.n_cols, self.window_cells).to(picture.device)]
            for picture, visual in zip(pictures, visuals, strict=True)
        ]


@contextmanager
def record_patches(network: FocusUI) -> Iterator[PatchRecord]:
    """Keep what one ``encode_images`` inside the ``with`` block knows of patches, with gradients.

    Only the forwards of transformers are read, which run while gradients are on: our own order of windows is another.
    """
    record = PatchRecord(
        window_cells=network.vision_planner.window_cells,
        n_merged=network.config.vision_config.spatial_merge_size**2,
    )

    def keep(_merger: nn.Module, given: tuple[Tensor, ...]) -> None:
        if not torch.is_grad_enabled():
            raise ValueError("patches are read while gradients are on")
        record.calls.append(given[0])

    handle = network.model.visual.merger.register_forward_pre_hook(keep)
    try:
        yield record
    finally:
        handle.remove()


def _places(n_rows: int, n_cols: int, window_cells: int | None) -> Tensor:
    """Where each visual token of the raster stands in the order of the tower, [n_visual]: window after window."""
    if window_cells is None:
        return torch.arange(n_rows * n_cols)
    rows, cols = torch.arange(n_rows)[:, None], torch.arange(n_cols)[None]
    window = (rows // window_cells) * (n_cols // window_cells + 1) + cols // window_cells
    inside = (rows % window_cells) * window_cells + cols % window_cells
    order = (window * window_cells**2 + inside).flatten().argsort()
    return order.argsort()
