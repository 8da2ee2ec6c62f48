"""Failures to look at: the picture with the heatmap, the target, and where the model pointed."""

import base64
import io
from collections.abc import Sequence
from html import escape
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from model.errors import InputError
from model.evaluation.benchmarks.answers import ItemAnswer
from model.pictures import load_picture

MAX_PICTURES = 24
"""Pictures in a report, of all settings together."""

_MAX_SIDE_PX = 640
_QUALITY = 70
_WARM = np.array([255.0, 140.0, 0.0], np.float32)
_HOT = np.array([205.0, 20.0, 60.0], np.float32)
_OPACITY = 0.55
_LEAST_SPREAD = 0.01
"""Of scores that are kept in steps of 1/255: below it nothing is told apart."""


def failures_shown(answers: Sequence[ItemAnswer], n: int = MAX_PICTURES) -> list[ItemAnswer]:
    """Some of the wrong answers, evenly spaced, so that all parts of a benchmark and all settings are among them."""
    wrong = [answer for answer in answers if not answer.is_hit]
    return wrong if len(wrong) <= n else [wrong[i * len(wrong) // n] for i in range(n)]


def failure_figure(answer: ItemAnswer, folder: Path | None) -> str:
    """One failure as HTML.

    Args:
        answer: a wrong one.
        folder: of the pictures; None if they are not at hand, then the heatmap stands alone.
    """
    shown = "" if answer.is_there else " It is not on the screen."
    became = f" Failed: {escape(answer.failure)}" if answer.failure else " Refused." if answer.is_rejected else ""
    groups = ", ".join(f"{group}: {value}" for group, value in answer.groups)
    return (
        f'<figure class="failure"><svg viewBox="0 0 {answer.width_px} {answer.height_px}" role="img">'
        f'<image width="{answer.width_px}" height="{answer.height_px}" href="{_picture_uri(answer, folder)}"/>'
        f"{_marks(answer)}</svg><figcaption><b>{escape(answer.instruction)}</b>{shown}{became}<br>"
        f"{escape(str(answer.setting))} · {escape(answer.item_id)}<br><small>{escape(groups)}</small>"
        "</figcaption></figure>"
    )


def _marks(answer: ItemAnswer) -> str:
    """The target green, the answer a blue ring, other candidates thin rings; as thick on every picture."""
    unit = max(answer.width_px, answer.height_px) / 200
    target = "".join(
        f'<rect x="{x1}" y="{y1}" width="{x2 - x1}" height="{y2 - y1}" class="target" stroke-width="{unit / 2}"/>'
        for x1, y1, x2, y2 in answer.target.boxes
    )
    if answer.target.polygon:
        corners = " ".join(f"{x},{y}" for x, y in answer.target.polygon)
        target = f'<polygon points="{corners}" class="target" stroke-width="{unit / 2}"/>'
    rings = "".join(
        f'<circle cx="{x}" cy="{y}" r="{1.5 * unit}" class="candidate" stroke-width="{unit / 4}"/>'
        for x, y in answer.candidates
        if (x, y) != answer.point
    )
    if answer.point is not None:
        x, y = answer.point
        rings += f'<circle cx="{x}" cy="{y}" r="{2.5 * unit}" class="answer" stroke-width="{unit}"/>'
    return target + rings


def _picture_uri(answer: ItemAnswer, folder: Path | None) -> str:
    scale = min(1.0, _MAX_SIDE_PX / max(answer.width_px, answer.height_px))
    size = (max(1, round(answer.width_px * scale)), max(1, round(answer.height_px * scale)))
    picture = _heated(_background(answer, folder, size), answer)
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=_QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode('ascii')}"


def _background(answer: ItemAnswer, folder: Path | None, size: tuple[int, int]) -> NDArray[np.uint8]:
    """The picture, or light grey if it is not at hand; [height, width, 3]."""
    if folder is not None:
        try:
            pixels = load_picture(folder / answer.picture)
        except InputError:
            pass
        else:
            return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    return np.full((size[1], size[0], 3), 236, np.uint8)


def _heated(picture: NDArray[np.uint8], answer: ItemAnswer) -> NDArray[np.uint8]:
    if answer.heat is None:
        return picture
    height, width, _ = picture.shape
    scores = cv2.resize(_stretched(answer.heat.scores()), (width, height), interpolation=cv2.INTER_LINEAR)[..., None]
    mixed = picture * (1 - _OPACITY * scores) + (_WARM * (1 - scores) + _HOT * scores) * (_OPACITY * scores)
    heated: NDArray[np.uint8] = np.rint(mixed).clip(0, 255).astype(np.uint8)
    return heated


def _stretched(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """From 0 for the lowest to 1 for the highest: a scorer may tell patches apart within a few hundredths."""
    low, high = float(scores.min()), float(scores.max())
    if high - low < _LEAST_SPREAD:
        return np.zeros_like(scores)
    return (scores - low) / np.float32(high - low)
