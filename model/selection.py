"""From patch scores to kept patches, and from kept patches to a shorter sequence that keeps every position.

Legend: ``n`` patches or visual tokens, ``n_seq`` tokens of a sequence, ``n_packed`` of those that remain.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


def n_kept(n: int, keep_fraction: float) -> int:
    """How many of ``n`` patches are kept: the product with the keep fraction, truncated, but at least one.

    This is FocusUI's expression: ``keep_fraction = 1.0 - ratio`` gives exactly its count for a reduction ratio, except
    that FocusUI keeps none where this keeps one. The product is that of floats, so 0.29 of 100 is 28.

    Args:
        n: number of patches, at least 1.
        keep_fraction: share to keep, in (0, 1].
    """
    if n < 1:
        raise ValueError(f"there must be a patch to keep, not {n}")
    if not 0.0 < keep_fraction <= 1.0:
        raise ValueError(f"keep_fraction must be in (0, 1], not {keep_fraction}")
    return max(1, int(n * keep_fraction))


def select_patches(scores: NDArray[np.floating[Any]], keep_fraction: float) -> NDArray[np.bool_]:
    """Mark the best patches; of equal scores the earlier in raster order are kept.

    Args:
        scores: any shape, higher is more relevant, no NaN.
        keep_fraction: share of patches kept, in (0, 1].

    Returns:
        keep_mask: the shape of ``scores``, bool, exactly ``n_kept(scores.size, keep_fraction)`` True.
    """
    if np.isnan(scores).any():
        raise ValueError("scores must not be NaN")
    flat = scores.ravel()
    n_keep = n_kept(flat.size, keep_fraction)
    lowest_kept = np.partition(flat, flat.size - n_keep)[flat.size - n_keep]
    keep_mask: NDArray[np.bool_] = flat > lowest_kept
    n_open = n_keep - int(keep_mask.sum())
    keep_mask[np.flatnonzero(flat == lowest_kept)[:n_open]] = True
    return keep_mask.reshape(scores.shape)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PosPadPacking:
    """Which positions of a sequence remain, and as what.

    Attributes:
        index: [n_packed] int64, ascending: positions in the full sequence. Position ids, embeddings and attention
            mask of the packed sequence are these columns of the full ones.
        is_marker: [n_packed] bool, True where a run of dropped visual tokens is replaced by one drop marker.
        is_visual: [n_packed] bool, True where a visual token was kept; False for text and markers.
    """

    index: NDArray[np.int64]
    is_marker: NDArray[np.bool_]
    is_visual: NDArray[np.bool_]

    @property
    def n_packed(self) -> int:
        """Length of the packed sequence."""
        return len(self.index)


def pack_pospad(keep_mask: NDArray[np.bool_], image_mask: NDArray[np.bool_]) -> PosPadPacking:
    """Replace each maximal run of dropped visual tokens by one marker at the run's last position (PosPad).

    Runs are those of the sequence, so they continue from one row of patches to the next. Text always stays.

    Args:
        keep_mask: [n_seq] bool, read at visual tokens only: False drops the token.
        image_mask: [n_seq] bool, True at visual tokens.
    """
    if keep_mask.shape != image_mask.shape or keep_mask.ndim != 1:
        raise ValueError(f"both masks must cover one sequence, not {keep_mask.shape} and {image_mask.shape}")
    is_dropped = image_mask & ~keep_mask
    is_next_dropped = np.append(is_dropped[1:], False)
    is_run_end = is_dropped & ~is_next_dropped
    index = np.flatnonzero(~is_dropped | is_run_end).astype(np.int64)
    is_marker = is_run_end[index]
    return PosPadPacking(index=index, is_marker=is_marker, is_visual=image_mask[index] & ~is_marker)
