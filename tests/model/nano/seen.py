"""An encoder that sees everything as it is: maps and characters made from the targets of training."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.data.screens import LabelledElement
from model.nano.alphabet import BLANK, N_CLASSES
from model.nano.encoding import Encoded
from model.nano.shape import (
    AROUND,
    BOX_CHANNELS,
    KIND_CHANNELS,
    N_CHANNELS,
    N_FEATURES,
    SLOTS_PER_CELL,
    TEXT_BOX_CHANNELS,
    TEXT_CHANNEL,
)
from model.ocr.meaning import EMBEDDING_WIDTH, TextEncoder
from model.training.nano.targets import Icon, dense_targets

_SURE = 12.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PerfectEyes:
    """What an ideal encoder would say of a screen.

    Attributes:
        encoded: its maps; the first features of a cell are its number, row and column, by which it is known again.
        paths: [h * w, SLOTS_PER_CELL] class at each slot.
        icons: what is drawn.
        encoder: tells what icons mean.
    """

    encoded: Encoded
    paths: NDArray[np.int64]
    icons: tuple[Icon, ...]
    encoder: TextEncoder | None

    def meaning(self, cells: NDArray[np.float32]) -> NDArray[np.float32]:
        """Vectors of the names of the icons in whose middle each cell is; zeros beside them."""
        middle = AROUND.index((0, 0)) * N_FEATURES
        found = np.zeros((len(cells), EMBEDDING_WIDTH), np.float32)
        for row, (y, x) in enumerate(cells[:, middle + 1 : middle + 3] + 0.5):
            for icon in self.icons:
                if self.encoder is not None and max(abs(icon.x - x), abs(icon.y - y)) < 0.6:
                    found[row] = self.encoder.embed([icon.names[0]])[0]
        return found

    def read(self, cells: NDArray[np.float32]) -> NDArray[np.float32]:
        """Logits of the slots of cells."""
        numbers = cells[:, N_FEATURES].astype(np.int64)
        logits = np.zeros((len(cells), SLOTS_PER_CELL, N_CLASSES), np.float32)
        np.put_along_axis(logits, self.paths[numbers][..., None], _SURE, axis=-1)
        return logits


def perfect_eyes(
    elements: tuple[LabelledElement, ...], *, height_px: int, width_px: int, encoder: TextEncoder | None = None
) -> PerfectEyes:
    """See a screen as its labels say."""
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
    return PerfectEyes(
        encoded=Encoded(features=features, maps=maps),
        paths=paths.reshape(-1, SLOTS_PER_CELL),
        icons=targets.icons,
        encoder=encoder,
    )
