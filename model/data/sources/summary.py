"""What a data set holds, in numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.data.batching import visual_lengths
from model.data.sources.source import RecordSource
from model.focusui.picture import ImageSpec

_HALF = (0.5, 0.5, 0.5)
# FocusUI was trained on at most 5,720,064 pixels (its ``train_focusui.py``); Qwen3-VL has patches of 16 pixels.
PUBLISHED_SPECS = {
    name: ImageSpec(
        patch_px=patch_px, merge_size=2, temporal_size=2, mean=_HALF, std=_HALF, min_pixels=3136, max_pixels=5_720_064
    )
    for name, patch_px in {"Qwen2.5-VL": 14, "Qwen3-VL": 16}.items()
}
"""How FocusUI's checkpoints want their pictures, as far as lengths depend on it, by backbone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How numbers lie: the least, the middle one, the one that 95 % do not exceed, the largest."""

    least: float
    median: float
    most_but_5_percent: float
    largest: float

    @classmethod
    def of(cls, values: Sequence[float] | NDArray[np.int64] | NDArray[np.float64]) -> "Spread":
        """Of at least one value."""
        least, median, most, largest = np.quantile(values, (0.0, 0.5, 0.95, 1.0)).tolist()
        return cls(least=least, median=median, most_but_5_percent=most, largest=largest)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSummary:
    """What can be learned from.

    Attributes:
        n_turns: turns that point at something; a record has one or more.
        width_px, height_px: of screenshots, counted once for every record about them.
        target_percent: side of a target, the root of its area, in per cent of that of its screenshot.
        instruction_chars: length of instructions.
        visual_tokens: of a picture, by backbone.
    """

    n_turns: int
    width_px: Spread
    height_px: Spread
    target_percent: Spread
    instruction_chars: Spread
    visual_tokens: dict[str, Spread]


def summarise_source(source: RecordSource) -> SourceSummary:
    """Go through all records once; there must be at least one."""
    sizes = [source.size_px(i) for i in range(len(source))]
    chars: list[int] = []
    sides: list[float] = []
    for i in range(len(source)):
        record = source.record(i)
        chars.append(len(record.instruction))
        for box in (turn.box for turn in record.turns if turn.box is not None):
            sides.append(100 * ((box.x2_norm - box.x1_norm) * (box.y2_norm - box.y1_norm)) ** 0.5)
    return SourceSummary(
        n_turns=len(sides),
        width_px=Spread.of([width for width, _ in sizes]),
        height_px=Spread.of([height for _, height in sizes]),
        target_percent=Spread.of(sides),
        instruction_chars=Spread.of(chars),
        visual_tokens={name: Spread.of(visual_lengths(source, spec)) for name, spec in PUBLISHED_SPECS.items()},
    )
