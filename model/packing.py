"""Three ways of leaving out visual tokens: what remains of a sequence, and which positions it has.

FocusUI (arXiv 2601.03928, figure 1c) says that pruning hurts grounding because it breaks positions. ``Packing`` names
the alternatives, so that they can be measured against each other.

Position ids are those of M-RoPE as Qwen2-VL (arXiv 2409.12191, section 2.1) and its successors assign them: text
counts up on all three axes alike; visual token (row, col) of an image that starts at position p has
(p, p + row, p + col); what follows the image goes on from p + max(n_rows, n_cols).

Legend: ``n_seq`` tokens of a sequence, ``n_packed`` of those that remain.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from model.selection import pack_pospad

_N_AXES = 3  # temporal, height, width


class Packing(StrEnum):
    """What becomes of the places of dropped visual tokens.

    Attributes:
        POSPAD: each run of them becomes one drop marker at the run's last position; all positions stay.
        DROP: they disappear; all positions stay.
        RENUMBER: they disappear, and positions close up. The kept tokens of an image fill its grid anew in raster
            order: the i-th of them takes the place of cell (i // n_cols, i % n_cols) of the unpruned grid, as if the
            image were a shorter one of the same width. What follows goes on right behind it, and so on with every
            further image. An image that keeps everything keeps all its positions.
    """

    POSPAD = "pospad"
    DROP = "drop"
    RENUMBER = "renumber"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PackedSequence:
    """What remains of a sequence.

    Attributes:
        index: [n_packed] int64, ascending: positions in the full sequence; embeddings and attention mask of the
            packed sequence are these columns of the full ones.
        is_marker: [n_packed] bool, True where a run of dropped visual tokens is replaced by one drop marker.
        is_visual: [n_packed] bool, True where a visual token was kept; False for text and markers.
        position_ids: [3, n_packed] int64, temporal, height and width position of each token.
    """

    index: NDArray[np.int64]
    is_marker: NDArray[np.bool_]
    is_visual: NDArray[np.bool_]
    position_ids: NDArray[np.int64]

    @property
    def n_packed(self) -> int:
        """Length of the packed sequence."""
        return len(self.index)


def pack_sequence(
    packing: Packing,
    *,
    keep_mask: NDArray[np.bool_],
    image_mask: NDArray[np.bool_],
    position_ids: NDArray[np.int64],
) -> PackedSequence:
    """Leave out the dropped visual tokens of one sequence; text always stays.

    Args:
        packing: what becomes of their places.
        keep_mask: [n_seq] bool, read at visual tokens only: False drops the token.
        image_mask: [n_seq] bool, True at visual tokens. Images are separated by at least one other token.
        position_ids: [3, n_seq] int64, M-RoPE positions of the full sequence. Images only, for ``RENUMBER``: the
            frames of a video would have to be told apart.
    """
    if position_ids.shape != (_N_AXES, len(image_mask)):
        raise ValueError(f"positions must be [{_N_AXES}, {len(image_mask)}], not {list(position_ids.shape)}")
    with_markers = pack_pospad(keep_mask, image_mask)
    if packing is Packing.POSPAD:
        index, is_marker = with_markers.index, with_markers.is_marker
    else:
        index = with_markers.index[~with_markers.is_marker]
        is_marker = np.zeros(len(index), np.bool_)
    positions = _renumbered(position_ids, keep_mask, image_mask) if packing is Packing.RENUMBER else position_ids
    return PackedSequence(
        index=index,
        is_marker=is_marker,
        is_visual=image_mask[index] & ~is_marker,
        position_ids=positions[:, index],
    )


def _renumbered(
    position_ids: NDArray[np.int64], keep_mask: NDArray[np.bool_], image_mask: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Closed-up positions [3, n_seq]; those of dropped tokens mean nothing."""
    renumbered = position_ids.copy()
    for image in _runs(image_mask):
        cells = renumbered[:, image].copy()  # earlier images have moved it already
        if np.ptp(cells[0]) != 0:
            raise ValueError("only images can be renumbered: the temporal position changes within one")
        is_kept = keep_mask[image]
        refilled = cells[:, : is_kept.sum()]
        renumbered[:, image][:, is_kept] = refilled
        end = refilled.max() + 1 if refilled.size else cells.min()
        renumbered[:, image.stop :] += end - (cells.max() + 1)
    return renumbered


def _runs(mask: NDArray[np.bool_]) -> Iterator[slice]:
    """The maximal runs of True, first to last."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.view(np.int8), [0]))))
    for start, stop in edges.reshape(-1, 2).tolist():
        yield slice(start, stop)
