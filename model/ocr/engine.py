"""The two networks that read: one finds text in pictures, one says which letters a strip of text shows.

They are the PP-OCRv6 models that come inside the package rapidocr. Its pipeline is not used: it reads whole pictures
only (nothing could be cached per line), would look for models on the network, and batches strips, which is slower here
than one strip per thread (7.5 against 2.5 ms per 100 px of strip on two cores).
"""

import importlib.util
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from model.errors import ModelLoadError

_STRIP_HEIGHT_PX = 48
_FRAME_PX = 8
_MAX_STRIP_WIDTH_PX = 4096
_DETECTOR_MULTIPLE_PX = 32
_TEXT_PROBABILITY = 0.3
_UNCLIP_RATIO = 0.75
_BLANK = 0
_MODELS = ("PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the recogniser made of a strip.

    Attributes:
        text: the letters, spaces included, as far as the recogniser saw them.
        scores: per letter, in [0, 1].
        centers_px: per letter, x of its middle in pixels of the strip.
    """

    text: str
    scores: tuple[float, ...]
    centers_px: tuple[float, ...]

    @property
    def score(self) -> float:
        """Mean over the letters; 0 if there are none."""
        return sum(self.scores) / len(self.scores) if self.scores else 0.0

    def shifted(self, x_px: float) -> "Reading":
        """The same with its letters further right."""
        return replace(self, centers_px=tuple(center + x_px for center in self.centers_px))


class OcrEngine:
    """Loads each network when it is first needed.

    Args:
        n_threads: how many threads work at once; None takes one per core, at most four.

    Raises:
        model.errors.ModelLoadError: the model files are missing or broken.
    """

    def __init__(self, *, n_threads: int | None = None) -> None:
        self._n_threads = n_threads or min(os.cpu_count() or 1, 4)
        folder = _models_folder()
        self._detector = _load(folder / _MODELS[0], n_threads=self._n_threads)
        self._recogniser = _load(folder / _MODELS[1], n_threads=1)
        letters = self._recogniser.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._alphabet = ("", *letters, " ")
        self._pool = ThreadPoolExecutor(self._n_threads, thread_name_prefix="ocr")

    def recognise(self, strips: Sequence[NDArray[np.uint8]]) -> list[Reading]:
        """Read strips of one line of text each, [height, width, 3] uint8 RGB."""
        return list(self._pool.map(self._recognise, strips))

    def _recognise(self, strip: NDArray[np.uint8]) -> Reading:
        height, width = strip.shape[:2]
        strip_width = min(max(round(width * _STRIP_HEIGHT_PX / height), _FRAME_PX), _MAX_STRIP_WIDTH_PX)
        method = cv2.INTER_AREA if height > _STRIP_HEIGHT_PX else cv2.INTER_CUBIC
        probs = self._recogniser.run(
            None, {"x": _as_input(cv2.resize(strip, (strip_width, _STRIP_HEIGHT_PX), interpolation=method))}
        )[0][0]
        letter_idxs = probs.argmax(axis=1)
        is_new = np.append(True, letter_idxs[1:] != letter_idxs[:-1])
        frames = np.flatnonzero(is_new & (letter_idxs != _BLANK))
        px_per_frame = width / len(letter_idxs)
        return Reading(
            text="".join(self._alphabet[idx] for idx in letter_idxs[frames]),
            scores=tuple(float(score) for score in probs[frames, letter_idxs[frames]]),
            centers_px=tuple(float((frame + 0.5) * px_per_frame) for frame in frames),
        )

    def detect(self, image: NDArray[np.uint8]) -> list[tuple[int, int, int, int]]:
        """Boxes (x1, y1, x2, y2) around lines of text in a picture, [height, width, 3] uint8 RGB."""
        height, width = image.shape[:2]
        below, right = -height % _DETECTOR_MULTIPLE_PX, -width % _DETECTOR_MULTIPLE_PX
        padded = cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_REPLICATE)
        probs = self._detector.run(None, {"x": _as_input(padded)})[0][0, 0, :height, :width]
        _, _, stats, _ = cv2.connectedComponentsWithStats((probs > _TEXT_PROBABILITY).astype(np.uint8))
        boxes = []
        for left, top, w, h, area in stats[1:].tolist():
            # The network is trained to mark lines shrunk by their area over their perimeter; this grows them back.
            margin = round(_UNCLIP_RATIO * w * h / (w + h))
            if h >= 3 and w >= 3 and area >= 0.4 * w * h:
                boxes.append(
                    (
                        *(max(left - margin, 0), max(top - margin, 0)),
                        *(min(left + w + margin, width), min(top + h + margin, height)),
                    )
                )
        return boxes

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()


def _models_folder() -> Path:
    # find_spec, not import: the package itself is slow to import and is not needed.
    spec = importlib.util.find_spec("rapidocr")
    if spec is None or not spec.submodule_search_locations:
        raise ModelLoadError("The package rapidocr is missing.", hint="Install Foveal again: `make run` does it.")
    folder = Path(spec.submodule_search_locations[0]) / "models"
    for name in _MODELS:
        if not (folder / name).is_file():
            raise ModelLoadError(f"The reading model {name} is missing.", hint="Reinstall the package rapidocr.")
    return folder


def _load(path: Path, *, n_threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = n_threads
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as exc:  # onnxruntime raises many kinds, all without a common base of its own
        raise ModelLoadError(
            f"The reading model {path.name} is broken.", hint="Reinstall the package rapidocr."
        ) from exc


def _as_input(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """[height, width, 3] uint8 RGB to [1, 3, height, width] float32 BGR in [-1, 1]."""
    scaled = image[:, :, ::-1].astype(np.float32) * np.float32(2 / 255) - np.float32(1)
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[np.newaxis])
