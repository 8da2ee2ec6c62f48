"""An encoder that sees everything as it is: maps and characters made from the targets of training."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.data.screens import LabelledElement
from model.grounder import Box
from model.nano.alphabet import BLANK
from model.nano.encoding import Encoded
from model.nano.glyphs import GLYPH_PX, cut_glyphs
from model.nano.laying import MARGIN
from model.nano.letters import Letters
from model.nano.shape import (
    BOX_CHANNELS,
    KIND_CHANNELS,
    N_CHANNELS,
    N_FEATURES,
    SLOTS_PER_CELL,
    TEXT_BOX_CHANNELS,
    TEXT_CHANNEL,
)
from model.ocr.meaning import EMBEDDING_WIDTH, TextEncoder
from model.training.nano.targets import dense_targets

_SURE = 12.0
_SAME = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PerfectEyes:
    """What an ideal encoder would say of a screen.

    Attributes:
        encoded: its maps; the first features of a cell are its number, row and column, by which it is known again.
        paths: [h * w, SLOTS_PER_CELL] class at each slot.
        glyphs: how icons look.
        vectors: what they mean.
    """

    encoded: Encoded
    paths: NDArray[np.int64]
    glyphs: NDArray[np.float32]
    vectors: NDArray[np.float32]

    def icons(self, image: NDArray[np.uint8], boxes: Sequence[Box]) -> NDArray[np.float32]:
        """What icons that look just so mean; zeros for what looks like none."""
        differences = np.abs(cut_glyphs(image, boxes)[:, None] - self.glyphs[None]).max(axis=(2, 3, 4), initial=0)
        if not differences.size:
            return np.zeros((len(boxes), EMBEDDING_WIDTH), np.float32)
        return np.where(differences.min(axis=1)[:, None] < _SAME, self.vectors[differences.argmin(axis=1)], 0)

    def letters(self, lines: Sequence[NDArray[np.float32]]) -> list[Letters]:
        """What is written at the slots of lines, for sure."""
        paths = [self.paths[line[MARGIN:-MARGIN, 0].astype(np.int64)].ravel() for line in lines]
        return [Letters(classes=path, shares=np.ones(len(path), np.float32)) for path in paths]


def perfect_eyes(
    elements: tuple[LabelledElement, ...],
    *,
    height_px: int,
    width_px: int,
    image: NDArray[np.uint8] | None = None,
    encoder: TextEncoder | None = None,
) -> PerfectEyes:
    """See a screen as its labels say; icons only on a picture."""
    targets = dense_targets(elements, height_px, width_px)
    n_rows, n_columns = targets.kinds.shape
    maps = np.zeros((n_rows, n_columns, N_CHANNELS), np.float32)
    kinds = np.zeros((n_rows, n_columns, KIND_CHANNELS.stop), np.float32)
    np.put_along_axis(kinds, targets.kinds.astype(np.int64)[..., None], _SURE, axis=-1)
    maps[..., KIND_CHANNELS] = kinds
    maps[..., BOX_CHANNELS] = np.nan_to_num(np.moveaxis(targets.boxes, 0, -1))
    shares = np.clip(targets.texts, 1e-4, 1 - 1e-4)
    maps[..., TEXT_CHANNEL] = np.log(shares / (1 - shares))
    maps[..., TEXT_BOX_CHANNELS] = np.nan_to_num(np.moveaxis(targets.text_boxes, 0, -1))
    paths = np.full((n_rows * n_columns * SLOTS_PER_CELL,), BLANK, np.int64)
    for line in targets.lines:
        start = SLOTS_PER_CELL * (line.row * n_columns + line.first)
        n_slots = SLOTS_PER_CELL * (line.end - line.first)
        at = np.linspace(0, n_slots - 1, len(line.classes)).round().astype(int)
        paths[start + at] = line.classes
    features = np.zeros((n_rows, n_columns, N_FEATURES), np.float32)
    features[..., 0] = np.arange(n_rows * n_columns).reshape(n_rows, n_columns)
    features[..., 1], features[..., 2] = np.indices((n_rows, n_columns))
    icons = [element for element in elements if element.icons]
    if image is None or encoder is None:
        glyphs, vectors = np.zeros((0, GLYPH_PX, GLYPH_PX, 3), np.float32), np.zeros((0, EMBEDDING_WIDTH), np.float32)
    else:
        glyphs = cut_glyphs(image, [icon.bbox for icon in icons])
        vectors = encoder.embed([icon.icons[0] for icon in icons])
    return PerfectEyes(
        encoded=Encoded(features=features, maps=maps),
        paths=paths.reshape(-1, SLOTS_PER_CELL),
        glyphs=glyphs,
        vectors=vectors,
    )
