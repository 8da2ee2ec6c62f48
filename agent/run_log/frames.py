"""Pictures of a run log: PNG, with a hash of the pixels and one of the file."""

import hashlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from agent.run_log.record import FRAMES_NAME
from agent.types import Screenshot


def frame_name(number: int) -> str:
    """Path of a frame inside the run's folder."""
    return f"{FRAMES_NAME}/{number:04d}.png"


def write_frame(folder: Path, number: int, screenshot: Screenshot) -> dict[str, Any]:
    """Write a picture and return what the log says about it.

    Raises:
        OSError: it cannot be written.
    """
    bgr = cv2.cvtColor(screenshot.pixels, cv2.COLOR_RGB2BGR)
    # OpenCV's default (run lengths, level 1) takes 20 ms at 1920x1080; every level named outright takes 45 ms or more
    # and saves a fifth of the space.
    _, png = cv2.imencode(".png", bgr)
    data = png.tobytes()
    name = frame_name(number)
    (folder / name).write_bytes(data)
    bounds_pt = screenshot.transform.bounds_pt
    return {
        "frame": number,
        "file": name,
        "pixels_sha256": pixels_digest(screenshot.pixels),
        "file_sha256": hashlib.sha256(data).hexdigest(),
        "monitor_idx": screenshot.monitor.index,
        "capture_ms": screenshot.capture_ms,
        "transform": {
            "width_px": screenshot.transform.width_px,
            "height_px": screenshot.transform.height_px,
            "bounds_pt": [bounds_pt.left, bounds_pt.top, bounds_pt.width, bounds_pt.height],
        },
    }


def read_pixels(data: bytes) -> NDArray[np.uint8] | None:
    """Decode a PNG file to [height, width, 3] uint8 RGB; None if it is none."""
    bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    return None if bgr is None else np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)


def pixels_digest(pixels: NDArray[np.uint8]) -> str:
    """SHA-256 over the size and the RGB bytes of a picture, [height, width, 3] uint8."""
    digest = hashlib.sha256(f"{pixels.shape[1]}x{pixels.shape[0]} RGB\n".encode())
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.hexdigest()
