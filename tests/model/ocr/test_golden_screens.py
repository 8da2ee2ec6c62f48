"""Pictures of real programs (GTK 3 and Qt, light and dark, a web page) and what must be read off them.

Every listed line must be there word for word with each side of its box within ``LINE_TOLERANCE_PX``, every listed
control with its kind, label and state and a box that shares 70 % with the listed one. What the recogniser is known to
misread (a small l as I, the letter O after "Ctrl+" as a zero) is not listed.
"""

import json
from typing import Any

import pytest

from model.grounder import Box
from model.ocr.page import Control, Line, Page
from model.ocr.reader import ScreenReader
from tests.model.ocr.drawing import GOLDEN, golden

LINE_TOLERANCE_PX = 3
MIN_SHARED_AREA = 0.7

NAMES = sorted(path.stem for path in GOLDEN.glob("*.png"))


def _shared(a: Box, b: list[float]) -> float:
    """Intersection over union."""
    width = max(min(a[2], b[2]) - max(a[0], b[0]), 0)
    height = max(min(a[3], b[3]) - max(a[1], b[1]), 0)
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - width * height
    return width * height / union


def _is_line(line: Line, expected: dict[str, Any]) -> bool:
    is_near = all(abs(a - b) <= LINE_TOLERANCE_PX for a, b in zip(line.bbox, expected["bbox"], strict=True))
    return is_near and line.text == expected["text"]


def _is_control(control: Control, expected: dict[str, Any], page: Page) -> bool:
    labels = [page.lines[idx].text for idx in control.line_idxs]
    return (
        control.kind == expected["kind"]
        and control.is_checked == expected.get("is_checked")
        and (not expected["label"] or expected["label"] in labels)
        and _shared(control.bbox, expected["bbox"]) >= MIN_SHARED_AREA
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_real_screen_is_read(name: str, reader: ScreenReader) -> None:
    expected = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    page = reader.read(golden(name))
    missing_lines = [e for e in expected["lines"] if not any(_is_line(line, e) for line in page.lines)]
    assert not missing_lines, [line.text for line in page.lines]
    missing_controls = [
        e for e in expected["controls"] if not any(_is_control(control, e, page) for control in page.controls)
    ]
    assert not missing_controls, page.controls
    missing_panes = [box for box in expected["panes"] if not any(_shared(p, box) > 0.9 for p in page.panes)]
    assert not missing_panes, page.panes
    assert len(page.lines) <= expected["n_lines_at_most"]
