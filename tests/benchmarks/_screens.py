"""A drawn screen of any size with what makes work: panels, rows of text, toolbars, a photograph."""

import cv2
import numpy as np
from numpy.typing import NDArray


def drawn_screen(width_px: int, height_px: int, seed: int = 0) -> NDArray[np.uint8]:
    """[height, width, 3] uint8, the same for the same arguments."""
    rng = np.random.default_rng(seed)
    image = np.full((height_px, width_px, 3), 244, np.uint8)
    cv2.rectangle(image, (0, 0), (width_px, 60), (222, 224, 228), -1)
    cv2.rectangle(image, (0, 60), (width_px // 5, height_px), (250, 250, 252), -1)
    for y in range(40, height_px, 26):
        for x in range(12, width_px - 160, 170):
            if rng.random() < 0.6:
                word = "".join(chr(97 + int(code)) for code in rng.integers(0, 26, rng.integers(4, 14)))
                cv2.putText(image, word, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (30, 30, 34), 1, cv2.LINE_AA)
    h, w = height_px // 4, width_px // 4
    image[height_px - h :, width_px - w :] = cv2.GaussianBlur(
        rng.integers(0, 255, (h, w, 3), dtype=np.uint8), (0, 0), 3
    )
    return image
