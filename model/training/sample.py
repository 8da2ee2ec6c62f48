"""One training sample: what the network takes and what it should answer.

Legend: ``n_seq`` tokens of the sequence, ``n_visual`` visual tokens, ``n_target`` pointer tokens, ``n_patches`` patches
of the vision tower, ``d_patch`` numbers of a patch, ``n_text`` tokens of the instruction alone.
"""

from dataclasses import astuple, dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from model.data.annotations import SeenElement
from model.data.label_cache import LabelCache
from model.data.labels import VisualGrid, patch_labels, pointer_label, token_index
from model.data.records import TrainingRecord
from model.errors import RecordError
from model.focusui.image_input import ImageSpec, patchify
from model.pictures import to_rgb
from model.smart_resize import smart_resize
from model.training.losses import IGNORED
from model.training.phrased import Phrased, phrased
from model.training.sequence import SequenceWriter


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShownPicture:
    """A screenshot, from which further views of it can be made.

    Attributes:
        pixels: [height, width, 3] uint8 RGB in its own size.
        spec: how the checkpoint wants its pictures.
    """

    pixels: NDArray[np.uint8]
    spec: ImageSpec


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrainingSample:
    """A sample on the CPU; nothing in it is padded.

    Attributes:
        name: of the record.
        input_ids: [n_seq] int64.
        labels: [n_seq] int64, -100 where the language model learns nothing.
        instruction_ids: [n_text] int64, what the patch scorer reads.
        pixel_values: [n_patches, d_patch] float32.
        grid_thw: [1, 3] int64, frames, rows and columns of patches.
        patch_label: [n_visual] float32 in [-1, 1], what the patch scorer should say.
        pointer_labels: [n_target, n_visual] float32, 1 where a pointer may point.
        points_norm: [n_target, 2] float64, (x, y) as the record gives it.
        target_idx: [n_target] int64, the visual token of each point.
        boxes_norm: [n_target, 4] float64, left, top, right and lower edge of what each point is in.
        answer_start: position in ``input_ids`` at which the turn with the first point begins.
        phrasings: the same asked in other words, () if no others are known.
        elements: all that can be seen, None if nobody knows.
        shown: the screenshot itself.
    """

    name: str
    input_ids: Tensor
    labels: Tensor
    instruction_ids: Tensor
    pixel_values: Tensor
    grid_thw: Tensor
    patch_label: Tensor
    pointer_labels: Tensor
    points_norm: Tensor
    target_idx: Tensor
    boxes_norm: Tensor
    answer_start: int
    phrasings: tuple[Phrased, ...]
    elements: tuple[SeenElement, ...] | None
    shown: ShownPicture

    @property
    def grid(self) -> VisualGrid:
        """The visual tokens of the picture as the vision tower sees it."""
        return visual_grid(self.grid_thw, self.shown.spec)


def visual_grid(grid_thw: Tensor, spec: ImageSpec) -> VisualGrid:
    """The visual tokens of a picture of so many patches, [1, 3] as in ``TrainingSample``."""
    _, n_rows, n_cols = grid_thw[0].tolist()
    return VisualGrid(
        width_px=n_cols * spec.patch_px,
        height_px=n_rows * spec.patch_px,
        cell_px=spec.cell_px,
        merge_size=spec.merge_size,
    )


class SampleBuilder:
    """Makes samples of records and their pictures.

    Args:
        writer: of token sequences.
        image_spec: how the checkpoint wants its pictures.
        label_cache: keeps what labels are made of; None to make each anew.
    """

    def __init__(self, writer: SequenceWriter, image_spec: ImageSpec, *, label_cache: LabelCache | None = None) -> None:
        self.image_spec = image_spec
        self._writer = writer
        self._labels = patch_labels if label_cache is None else label_cache.patch_labels

    def build(self, record: TrainingRecord, picture: Image.Image) -> TrainingSample:
        """The sample of a record.

        Args:
            record: what is asked and answered.
            picture: the screenshot as stored. The network sees it in RGB on white; the labels are made of it as it is.

        Raises:
            RecordError: the picture is too long and thin, or the sequence too long.
        """
        grid = self._grid(record, *picture.size)
        whole = to_rgb(picture)
        seen = whole.resize((grid.width_px, grid.height_px), Image.Resampling.BICUBIC)
        image = patchify(np.asarray(seen), self.image_spec)
        sequence = self._writer.write(record, grid.n_visual)
        targets = [(turn.box, point) for turn in record.turns if turn.box is not None for point in turn.points_norm]
        return TrainingSample(
            name=record.name,
            input_ids=sequence.input_ids,
            labels=sequence.labels,
            instruction_ids=sequence.instruction_ids,
            pixel_values=image.pixel_values,
            grid_thw=image.grid_thw,
            patch_label=torch.from_numpy(self._labels(picture, record.box, grid).merged),
            pointer_labels=torch.from_numpy(np.stack([pointer_label(box, grid) for box, _ in targets])),
            points_norm=torch.tensor([point for _, point in targets], dtype=torch.float64),
            target_idx=torch.tensor([token_index(x, y, grid) for _, (x, y) in targets]),
            boxes_norm=torch.tensor([astuple(box) for box, _ in targets], dtype=torch.float64),
            answer_start=sequence.answer_start,
            phrasings=phrased(self._writer, record, grid.n_visual),
            elements=record.elements,
            shown=ShownPicture(pixels=np.asarray(whole), spec=self.image_spec),
        )

    def n_supervised(self, record: TrainingRecord, size_px: tuple[int, int]) -> int:
        """How many tokens the language model will learn of a record; its picture is not needed.

        Args:
            record: what is asked and answered.
            size_px: (width, height) of its picture.

        Raises:
            RecordError: it cannot be learned from.
        """
        sequence = self._writer.write(record, self._grid(record, *size_px).n_visual)
        return int((sequence.labels != IGNORED).sum())

    def _grid(self, record: TrainingRecord, width_px: int, height_px: int) -> VisualGrid:
        """The grid after one resize; at inference a first one with wider limits comes before it."""
        spec = self.image_spec
        limits = {"min_pixels": spec.min_pixels, "max_pixels": spec.max_pixels}
        try:
            resized_height_px, resized_width_px = smart_resize(height_px, width_px, factor=spec.cell_px, **limits)
        except ValueError as exc:
            raise RecordError(f"{record.name}: {exc}.", hint="Crop the picture.") from exc
        return VisualGrid(
            width_px=resized_width_px, height_px=resized_height_px, cell_px=spec.cell_px, merge_size=spec.merge_size
        )
