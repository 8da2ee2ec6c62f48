"""Small things that once went wrong on real screens."""

import logging

import cv2
import numpy as np
import pytest

from model.grounder import ElementKind
from model.ocr.engine import OcrEngine
from model.ocr.page import Line, Word
from model.ocr.reader import ScreenReader
from model.ocr.strays import without_strays
from tests.model.ocr.drawing import frame, screen, write


def _line(*texts: str) -> Line:
    words = tuple(
        Word(bbox=(100.0 * idx, 0.0, 100.0 * idx + 60.0, 16.0), text=text, score=0.9) for idx, text in enumerate(texts)
    )
    return Line(bbox=(0.0, 0.0, words[-1].bbox[2], 16.0), words=words, score=0.9)


def test_the_line_under_a_mnemonic_does_not_turn_f_into_e(reader: ScreenReader) -> None:
    picture = screen(200, 60)
    left, _, _, bottom = write(picture, "File", 40, 20, size_px=16)
    picture[bottom + 1, left : left + 8] = 30
    (line,) = reader.read(picture).lines
    assert line.text == "File"


def test_an_icon_read_as_a_chinese_letter_is_taken_off_its_label() -> None:
    lines, strays = without_strays([_line("图Print", "Ctrl+P"), _line("入")])
    assert [line.text for line in lines] == ["Print Ctrl+P"]
    assert lines[0].bbox[0] == strays[0][2] == 16
    assert len(strays) == 2


def test_chinese_pages_keep_their_single_letters() -> None:
    lines = [_line("打开文件"), _line("大")]
    assert without_strays(lines) == (lines, [])


@pytest.mark.parametrize("is_checked", [False, True])
def test_check_boxes_tell_whether_they_are_on(reader: ScreenReader, is_checked: bool) -> None:
    picture = screen(300, 60)
    frame(picture, (20, 22, 36, 38), fill=255)
    if is_checked:
        cv2.polylines(picture, [np.array([[23, 30], [27, 34], [33, 25]])], False, (20, 20, 20), 2)
    write(picture, "Match case", 46, 21)
    (control,) = reader.read(picture).controls
    assert control.kind is ElementKind.CHECKBOX
    assert control.is_checked is is_checked
    assert control.line_idxs == (0,)


def test_an_empty_field_is_a_field(reader: ScreenReader) -> None:
    picture = screen(400, 80)
    write(picture, "Name:", 20, 30)
    frame(picture, (90, 22, 380, 54))
    (control,) = reader.read(picture).controls
    assert control.kind is ElementKind.FIELD
    assert control.line_idxs == ()


def test_a_window_of_bars_and_content_is_one_pane(reader: ScreenReader) -> None:
    picture = screen(800, 600, (10, 20, 30))
    picture[100:126, 100:500] = (210, 208, 206)
    picture[128:400, 100:500] = (246, 245, 244)
    picture[126:128, 100:500] = (150, 150, 150)
    panes = reader.read(picture).panes
    assert any(np.abs(np.array(pane) - (100, 100, 500, 400)).max() <= 3 for pane in panes)


def test_reading_is_silent(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        engine = OcrEngine(n_threads=1)
        picture = screen(120, 30)
        write(picture, "Quiet", 10, 6)
        assert engine.recognise([picture])[0].text == "Quiet"
        engine.detect(picture)
        engine.close()
    assert not caplog.records
    assert capfd.readouterr() == ("", "")
