"""Loss curves of a run as a picture: one panel per loss, each value as a dot, their running mean as a line."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from model.errors import InputError
from model.training.nano import encoder_run, glyph_run, pointer_run, reader_run

_PANEL_PX: Final = (420, 220)
_EDGES_PX: Final = (56, 30, 14, 26)
"""Left, top, right and below, for the numbers."""
_N_COLUMNS: Final = 3
_N_LEVELS: Final = 4
_MEAN_OF: Final = 15
_BACK, _FRAME, _INK, _DOT, _LINE = (255, 255, 255), (205, 208, 214), (40, 44, 52), (178, 202, 236), (24, 92, 190)
_NOT_LOSSES: Final = {"step", "seconds_a_step"}


def draw_curves(run: Path, picture: Path) -> int:
    """Draw all losses that a run has logged.

    Args:
        run: folder of the run.
        picture: file to write.

    Returns:
        How many panels it has.

    Raises:
        InputError: nothing was logged there yet.
    """
    panels: list[Image.Image] = []
    for name in (encoder_run.LOG, reader_run.LOG, glyph_run.LOG, pointer_run.LOG):
        rows = _rows(run / name)
        losses = dict.fromkeys(key for row in rows for key in row if key not in _NOT_LOSSES)
        for loss in losses:
            # A run that was resumed logs the steps since its last checkpoint again.
            last = {row["step"]: row[loss] for row in rows if loss in row}
            points = np.array(sorted(last.items()), np.float64)
            panels.append(_panel(f"{Path(name).stem}: {loss}", points))
    if not panels:
        raise InputError(f"Nothing was logged in {run}.", hint="Train first: `foveal train --help`.")
    _sheet(panels).save(picture)
    return len(panels)


def _rows(log: Path) -> list[dict[str, float]]:
    if not log.is_file():
        return []
    with log.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _panel(title: str, points: NDArray[np.float64]) -> Image.Image:
    width, height = _PANEL_PX
    left, top, right, below = _EDGES_PX
    panel = Image.new("RGB", _PANEL_PX, _BACK)
    pencil = ImageDraw.Draw(panel)
    steps, values = points[:, 0], np.maximum(points[:, 1], 1e-6)
    low, high = np.log(values.min()), np.log(values.max())
    spread, length = max(high - low, 1e-6), max(float(steps.max()), 1.0)

    def place(step: float, value: float) -> tuple[float, float]:
        x = left + (width - left - right) * step / length
        return x, height - below - (height - top - below) * (float(np.log(value)) - low) / spread

    for level in np.exp(np.linspace(low, high, _N_LEVELS)):
        y = place(0, level)[1]
        pencil.line((left, y, width - right, y), fill=_FRAME)
        pencil.text((4, y - 6), f"{level:.3g}", fill=_INK)
    for step, value in zip(steps, values, strict=True):
        x, y = place(step, value)
        pencil.point(((x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)), fill=_DOT)
    pencil.line([place(step, value) for step, value in zip(steps, _running_mean(values), strict=True)], _LINE, 2)
    pencil.text((left, 8), f"{title}, last {_running_mean(values)[-1]:.3g}", fill=_INK)
    pencil.text((left, height - 18), "0", fill=_INK)
    pencil.text((width - right, height - 18), f"{length:.0f} steps", fill=_INK, anchor="ra")
    return panel


def _running_mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of the last values at each."""
    sums = np.concatenate(([0.0], np.cumsum(values)))
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(ends - _MEAN_OF, 0)
    return np.asarray((sums[ends] - sums[starts]) / (ends - starts))


def _sheet(panels: Sequence[Image.Image]) -> Image.Image:
    width, height = _PANEL_PX
    n_columns = min(_N_COLUMNS, len(panels))
    sheet = Image.new("RGB", (n_columns * width, -(-len(panels) // n_columns) * height), _BACK)
    for index, panel in enumerate(panels):
        sheet.paste(panel, (index % n_columns * width, index // n_columns * height))
    return sheet
