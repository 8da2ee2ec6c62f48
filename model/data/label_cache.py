"""Labels of the patch scorer, kept on disk.

Nearly all the work of a label is the UI graph of its picture, which is the same for every box on it. So that is what is
kept, by the content of the picture and the grid; the box is laid over it each time (0.1 ms). Many records about one
picture share one entry of a few kilobytes.
"""

import hashlib
import logging
import uuid
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from model.data.boxes import BoxNorm
from model.data.labels import PatchLabels, VisualGrid, labels_from, picture_saliency

VERSION = 1
"""Part of every key; raise it when the rule for the saliency changes."""

_ENDING = ".saliency"
_DTYPE = np.dtype("<f4")

_log = logging.getLogger(__name__)


class LabelCache:
    """Gives what ``model.data.labels.patch_labels`` gives, sooner the second time.

    Entries appear whole or not at all, so processes can share a folder. One that is damaged is made anew; where nothing
    can be written, labels are made each time, and that is logged once.

    Args:
        folder: of the entries; made when the first is written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._is_writable = True

    def patch_labels(self, picture: Image.Image, box: BoxNorm, grid: VisualGrid) -> PatchLabels:
        """The label of a box on a picture, see there."""
        path = self._path(picture, grid)
        saliency = _read(path, grid.n_visual)
        if saliency is None:
            saliency = picture_saliency(picture, grid)
            self._write(path, saliency)
        return labels_from(saliency, box, grid)

    def size_bytes(self) -> int:
        """How much room the entries take."""
        return sum(path.stat().st_size for path in self._folder.glob(f"*/*{_ENDING}"))

    def _path(self, picture: Image.Image, grid: VisualGrid) -> Path:
        about = f"{VERSION} {picture.mode} {picture.size} {grid.width_px} {grid.height_px} {grid.cell_px}"
        digest = hashlib.sha256(about.encode())
        digest.update(picture.tobytes())
        name = digest.hexdigest()
        return self._folder / name[:2] / f"{name}{_ENDING}"

    def _write(self, path: Path, saliency: NDArray[np.float32]) -> None:
        if not self._is_writable:
            return
        part = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(zlib.compress(saliency.astype(_DTYPE).tobytes(), 1))
            part.replace(path)
        except OSError as exc:
            self._is_writable = False
            _log.warning("labels cannot be kept in %s and are made each time: %s", self._folder, exc)


def _read(path: Path, n_visual: int) -> NDArray[np.float32] | None:
    """An entry; None if there is none that is whole. Its checksum is zlib's."""
    try:
        values = np.frombuffer(zlib.decompress(path.read_bytes()), _DTYPE)
    except (OSError, zlib.error, ValueError):
        return None
    return values.astype(np.float32) if len(values) == n_visual else None
