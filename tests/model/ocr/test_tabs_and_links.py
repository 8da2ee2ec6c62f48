"""Tabs and links are told from buttons and from text."""

import pytest

from model.grounder import ElementKind
from model.ocr.page import Control, Page
from model.ocr.reader import ScreenReader
from tests.model.ocr.drawing import Picture, screen, write

_LABELS = ("General", "Fonts", "Shortcuts")


def _of_kind(page: Page, kind: ElementKind) -> list[Control]:
    return [control for control in page.controls if control.kind is kind]


def _labels(picture: Picture) -> list[tuple[int, int, int, int]]:
    boxes, x = [], 40
    for label in _LABELS:
        boxes.append(write(picture, label, x, 20))
        x = boxes[-1][2] + 36
    return boxes


@pytest.mark.parametrize("chosen", range(3))
def test_labels_with_a_bar_below_one_are_tabs(reader: ScreenReader, chosen: int) -> None:
    picture = screen(500, 160, (255, 255, 255))
    left, _, right, _ = _labels(picture)[chosen]
    picture[46:49, left - 10 : right + 10] = (50, 80, 220)
    page = reader.read(picture)
    tabs = _of_kind(page, ElementKind.TAB)
    assert [page.lines[tab.line_idxs[0]].text for tab in tabs] == list(_LABELS)


def test_faint_bars_below_two_labels_are_read_without_an_error(reader: ScreenReader) -> None:
    picture = screen(500, 160, (255, 255, 255))
    boxes = [write(picture, "General", 40, 20), write(picture, "Fonts", 130, 20)]
    for (left, _, right, _), shade in zip(boxes, (223, 250), strict=True):
        picture[46:49, left - 10 : right + 10] = shade
    assert [line.text for line in reader.read(picture).lines] == ["General", "Fonts"]


@pytest.mark.parametrize("chosen", range(3))
def test_labels_above_a_line_that_is_open_below_one_are_tabs(reader: ScreenReader, chosen: int) -> None:
    picture = screen(500, 160, (255, 255, 255))
    left, _, right, _ = _labels(picture)[chosen]
    picture[48, 10:490] = 190
    picture[10:49, [left - 14, right + 14]] = 190
    picture[10, left - 14 : right + 14] = 190
    picture[48, left - 13 : right + 14] = 255
    page = reader.read(picture)
    assert [page.lines[tab.line_idxs[0]].text for tab in _of_kind(page, ElementKind.TAB)] == list(_LABELS)


def test_a_menu_bar_is_no_row_of_tabs(reader: ScreenReader) -> None:
    picture = screen(500, 160, (255, 255, 255))
    _labels(picture)
    picture[48, :] = 190
    assert not _of_kind(reader.read(picture), ElementKind.TAB)


def test_an_underlined_word_and_a_blue_word_are_links(reader: ScreenReader) -> None:
    picture = screen(640, 120, (255, 255, 255))
    left, _, right, bottom = write(picture, "manual", 20, 20)
    write(picture, "explains everything", right + 6, 20)
    picture[bottom + 1, left:right] = 30
    _, _, right, _ = write(picture, "See also the", 20, 70)
    write(picture, "examples", right + 6, 70, color=(20, 80, 220))
    page = reader.read(picture)
    links = _of_kind(page, ElementKind.LINK)
    assert len(links) == 2
    assert abs(links[0].bbox[0] - left) <= 3
    assert abs(links[1].bbox[0] - right - 6) <= 3


def test_letters_of_large_text_are_no_radio_buttons(reader: ScreenReader) -> None:
    picture = screen(640, 120, (255, 255, 255))
    write(picture, "Order book of dogs", 20, 30, size_px=36)
    page = reader.read(picture)
    assert [line.text for line in page.lines] == ["Order book of dogs"]
    assert not _of_kind(page, ElementKind.RADIO)
