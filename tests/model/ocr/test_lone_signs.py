"""Signs that stand alone on keys: recogniser and shape together."""

import numpy as np
import pytest

from model.ocr.engine import Reading
from model.ocr.signs import read_sign


def _read(*readings: tuple[str, float], part: np.ndarray | None = None, is_on_key: bool = True) -> str:
    ink = np.ones((12, 11), np.uint8) if part is None else part
    raw = [Reading(text=text, scores=(score,) * len(text), centers_px=(5.0,) * len(text)) for text, score in readings]
    return read_sign(raw, ink, is_on_key=is_on_key).text


@pytest.mark.parametrize(("chinese", "sign"), [("十", "+"), ("三", "="), ("一", "-"), ("士", "±"), ("，", ",")])
def test_chinese_look_alikes_are_signs(chinese: str, sign: str) -> None:
    assert _read((chinese, 0.95), (chinese, 0.95)) == sign


def test_a_real_chinese_letter_stays_if_all_cuts_agree() -> None:
    assert _read(("中", 0.99), ("中", 0.98)) == "中"
    assert _read(("中", 0.99), ("申", 0.98)) == ""


def test_a_sign_goes_before_a_digit_that_is_hardly_surer() -> None:
    assert _read(("!", 0.81), ("1", 0.82)) == "!"


def test_doubtful_letters_off_keys_are_drawings() -> None:
    assert _read(("C", 0.6), ("", 0.0), is_on_key=False) == ""
    assert _read(("7", 0.99), ("7", 0.98), is_on_key=False) == "7"


def test_shapes_that_the_recogniser_does_not_know() -> None:
    bar = np.ones((4, 13), np.uint8)
    dot = np.ones((4, 4), np.uint8)
    slash = np.zeros((15, 9), np.uint8)
    for row in range(15):
        x = round((14 - row) / 14 * 6)
        slash[row, x : x + 3] = 1
    assert _read(("", 0.0), ("", 0.0), part=bar) == "-"
    assert _read(("1", 0.7), ("", 0.0), part=dot) == "."
    assert _read(("1", 0.98), ("1", 0.99), part=slash) == "/"
    assert _read(("1", 0.98), ("1", 0.99), part=slash[:, ::-1]) == "\\"


def test_arrows_are_no_text() -> None:
    triangle = np.array([[0 if abs(x - 7) > 7 - y else 1 for x in range(15)] for y in range(8)], np.uint8)
    assert _read(("V", 0.97), ("V", 0.97), part=triangle) == ""
    assert _read(("1", 0.97), ("1", 0.97), part=triangle.T) == ""
