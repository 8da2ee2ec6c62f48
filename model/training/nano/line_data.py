"""Lines of text to read, as the trained encoder sees them: of collected screens, and of drawn ones."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice, pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from model.data.drawing.screens import load_kit
from model.data.screens import LabelledScreen, screen_pixels
from model.nano.encoding import PictureEncoder
from model.nano.laying import MARGIN
from model.training.nano.crops import Crop, drawn_crops, key_crops
from model.training.nano.screens import training_screens
from model.training.nano.targets import Line, line_of

SPARE = 1
"""Cells that are kept on either side beyond the margin: where a line begins is not always told exactly."""
_TOLD_EVERY = 10
_DRAWN_PX = 256
_N_SCREENS_PER_SHEET = 2
"""Drawn screens for each sheet of keys."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeenLine:
    """A line of text.

    Attributes:
        cells: [SPARE + MARGIN + n + MARGIN + SPARE, N_FEATURES] float16.
        classes: of its characters.
    """

    cells: NDArray[np.float16]
    classes: tuple[int, ...]


def seen_lines(features: NDArray[np.floating], lines: Iterable[Line]) -> list[SeenLine]:
    """What the encoder says of lines.

    Args:
        features: [h, w, N_FEATURES] of a picture.
        lines: on it.
    """
    wide = SPARE + MARGIN
    around = np.pad(features.astype(np.float16), ((0, 0), (wide, wide), (0, 0)))
    return [
        SeenLine(cells=around[line.row, line.first : line.end + 2 * wide].copy(), classes=line.classes)
        for line in lines
    ]


def screen_lines(
    eyes: PictureEncoder, cache: Path, folders: tuple[Path, ...], *, on_progress: Callable[[str], None]
) -> list[SeenLine]:
    """All lines of the training part of collected screens.

    Args:
        eyes: the trained encoder.
        cache: folder where what was seen is kept for next time.
        folders: of collected screens.
        on_progress: is told how many screens are done.
    """
    cache.mkdir(parents=True, exist_ok=True)
    found: list[SeenLine] = []
    screens = training_screens(folders)
    for index, (folder, screen) in enumerate(screens):
        file = cache / f"{index}.npz"
        if not file.is_file():
            features = eyes.encode(screen_pixels(folder, screen)).features
            _write(file, seen_lines(features, _lines(screen, *features.shape[:2])))
            if (index + 1) % _TOLD_EVERY == 0:
                on_progress(f"{index + 1} of {len(screens)} screens")
        found += _read(file)
    return found


def _lines(screen: LabelledScreen, n_rows: int, n_columns: int) -> list[Line]:
    texts = [(element.text, element.text_bbox) for element in screen.elements if element.text_bbox is not None]
    lines = [line_of(text, box, n_rows, n_columns) for text, box in texts]
    return [line for line in lines if line is not None]


def _write(file: Path, lines: Sequence[SeenLine]) -> None:
    """What is written is whole or not there."""
    none = np.zeros((0, 0), np.float16)
    part = file.with_suffix(".part")
    with part.open("wb") as stream:
        np.savez(
            stream,
            cells=np.concatenate([line.cells for line in lines]) if lines else none,
            n_cells=np.array([len(line.cells) for line in lines], np.int32),
            classes=np.array([mark for line in lines for mark in line.classes], np.uint8),
            n_classes=np.array([len(line.classes) for line in lines], np.int32),
        )
    part.replace(file)


def _read(file: Path) -> list[SeenLine]:
    with np.load(file) as saved:
        cells, classes = saved["cells"], saved["classes"].tolist()
        cells_at = pairwise(accumulate(saved["n_cells"].tolist(), initial=0))
        classes_at = pairwise(accumulate(saved["n_classes"].tolist(), initial=0))
    return [
        SeenLine(cells=cells[start:stop], classes=tuple(classes[first:end]))
        for (start, stop), (first, end) in zip(cells_at, classes_at, strict=True)
    ]


class _Drawings(IterableDataset[Crop]):
    def __init__(self, icons: Path, strings: Path, *, seed: int) -> None:
        self.icons, self.strings, self.seed = icons, strings, seed

    def __iter__(self) -> Iterator[Crop]:
        worker = get_worker_info()
        index, n_workers = (0, 1) if worker is None else (worker.id, worker.num_workers)
        cv2.setNumThreads(1)
        kit = load_kit(self.icons, self.strings)
        places = {"side_px": _DRAWN_PX, "seed": self.seed + index, "step": n_workers}
        screens, keys = drawn_crops(kit, **places), key_crops(kit, **places)
        while True:
            yield from islice(screens, _N_SCREENS_PER_SHEET)
            yield next(keys)


def drawn_stream(icons: Path, strings: Path, *, seed: int, n_workers: int) -> Iterator[Crop]:
    """Drawn crops without end, drawn by other processes."""
    drawings = _Drawings(icons, strings, seed=seed)
    # Spawned: forked processes inherit locks of ONNX Runtime's threads.
    context = "spawn" if n_workers else None
    return iter(
        DataLoader(drawings, batch_size=None, num_workers=n_workers, collate_fn=_as_is, multiprocessing_context=context)
    )


def _as_is(crop: Any) -> Any:
    """Crops travel as they are."""
    return crop
