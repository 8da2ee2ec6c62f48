"""What the reader promises whatever is on the screen: nothing is read twice, and nothing stops it."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.grounder import ElementKind
from model.ocr.reader import ScreenReader
from tests.model.ocr.drawing import desktop, frame, golden, screen, write


def test_the_same_picture_costs_nothing(reader: ScreenReader) -> None:
    picture = golden("replace-dialog")
    first = reader.read(picture)
    n_lines, n_tiles = reader.n_lines_recognised, reader.n_tiles_detected
    assert n_lines > 0
    assert reader.read(picture.copy()) is first
    assert (reader.n_lines_recognised, reader.n_tiles_detected) == (n_lines, n_tiles)


def test_four_screens_in_turn_are_remembered(reader: ScreenReader) -> None:
    pictures = [golden(name) for name in ("menu-dark", "replace-dialog", "notebook-dialog", "menu-with-icons")]
    pages = [reader.read(picture) for picture in pictures]
    n_lines = reader.n_lines_recognised
    assert [reader.read(picture) for picture in pictures] == pages
    assert reader.n_lines_recognised == n_lines


def test_a_clock_that_ticks_costs_a_line_or_two(reader: ScreenReader) -> None:
    picture = desktop()
    write(picture, "12:59:58", 1800, 8, color=(255, 255, 255))
    before = reader.read(picture)
    n_lines = reader.n_lines_recognised
    ticked = desktop()
    write(ticked, "13:00:01", 1800, 8, color=(255, 255, 255))
    after = reader.read(ticked)
    assert 1 <= reader.n_lines_recognised - n_lines <= 4
    assert {line.text for line in after.lines} ^ {line.text for line in before.lines} == {"12:59:58", "13:00:01"}


def test_a_moved_window_is_not_read_again(reader: ScreenReader) -> None:
    window = golden("notebook-dialog")[10:280, 10:490]
    at_left, at_right = screen(1280, 800, (0, 0, 0)), screen(1280, 800, (0, 0, 0))
    at_left[100:370, 50:530] = window
    at_right[331:601, 613:1093] = window
    before = reader.read(at_left)
    n_lines = reader.n_lines_recognised
    after = reader.read(at_right)
    assert reader.n_lines_recognised == n_lines
    assert [line.text for line in after.lines] == [line.text for line in before.lines]
    assert after.lines[0].bbox[0] - before.lines[0].bbox[0] == 563


def test_a_page_does_not_depend_on_what_was_read_before(reader: ScreenReader) -> None:
    whole = desktop()
    changed = whole.copy()
    changed[40:300, 40:400] = 255
    reader.read(whole)
    fresh = ScreenReader(n_threads=1)
    try:
        assert reader.read(changed) == fresh.read(changed)
    finally:
        fresh.close()


@pytest.mark.parametrize("text_color", [(20, 20, 20), (255, 255, 255)])
def test_entries_of_a_menu_bar_are_lines_of_their_own(reader: ScreenReader, text_color: tuple[int, int, int]) -> None:
    picture = screen(640, 60, (120, 120, 120))
    x, boxes = 12, []
    for label in ("File", "Edit", "Search", "Options", "Help"):
        boxes.append(write(picture, label, x, 16, color=text_color))
        x = boxes[-1][2] + 16
    lines = reader.read(picture).lines
    assert [line.text for line in lines] == ["File", "Edit", "Search", "Options", "Help"]
    for line, box in zip(lines, boxes, strict=True):
        assert all(abs(a - b) <= 3 for a, b in zip(line.bbox, box, strict=True))


def test_words_of_a_sentence_have_their_own_boxes(reader: ScreenReader) -> None:
    picture = screen(640, 60)
    whole = write(picture, "Keep the changes in this document?", 20, 16)
    (line,) = reader.read(picture).lines
    assert line.text == "Keep the changes in this document?"
    assert [word.text for word in line.words] == line.text.split()
    edges = [edge for word in line.words for edge in (word.bbox[0], word.bbox[2])]
    assert edges == sorted(edges)
    assert abs(line.words[0].bbox[0] - whole[0]) <= 3
    assert abs(line.words[-1].bbox[2] - whole[2]) <= 3


def test_labels_of_two_buttons_are_two_lines(reader: ScreenReader) -> None:
    picture = screen(300, 80)
    for left, label in ((20, "Yes"), (70, "No")):
        frame(picture, (left, 20, left + 48, 50), fill=250)
        write(picture, label, left + 12, 27)
    page = reader.read(picture)
    assert [line.text for line in page.lines] == ["Yes", "No"]
    buttons = [control for control in page.controls if control.kind is ElementKind.BUTTON]
    assert [control.line_idxs for control in buttons] == [(0,), (1,)]


def test_text_on_a_photograph_is_found(reader: ScreenReader) -> None:
    rng = np.random.default_rng(1)
    picture = rng.integers(0, 110, (440, 1400, 3), dtype=np.uint8)
    write(picture, "Holiday pictures", 180, 200, size_px=34, color=(255, 255, 255))
    assert "Holiday" in " ".join(line.text for line in reader.read(picture).lines)
    n_tiles = reader.n_tiles_detected
    picture[430:, 1390:] = 0
    reader.read(picture)
    assert reader.n_tiles_detected - n_tiles == 1


def test_chinese_text_is_read(reader: ScreenReader, chinese_font: str) -> None:
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (400, 80), "white")
    ImageDraw.Draw(image).text((20, 20), "打开文件", fill="black", font=ImageFont.truetype(chinese_font, 22))
    (line,) = reader.read(np.asarray(image)).lines
    assert line.text == "打开文件"


@pytest.mark.parametrize(("width_px", "height_px"), [(1, 1), (3, 400), (64, 64), (3840, 2160)])
@pytest.mark.parametrize("kind", ["black", "noise", "stripes"])
def test_any_picture_is_survived(reader: ScreenReader, width_px: int, height_px: int, kind: str) -> None:
    picture = screen(width_px, height_px, (0, 0, 0))
    if kind == "noise":
        picture = np.random.default_rng(0).integers(0, 256, picture.shape, dtype=np.uint8)
    if kind == "stripes":
        picture[::7] = 255
        picture[:, ::11] = 90
    page = reader.read(picture)
    assert (page.width_px, page.height_px) == (width_px, height_px)


# One reader for all examples is meant: what it read before must not matter.
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1))
def test_boxes_lie_in_the_picture_and_indices_in_the_page(reader: ScreenReader, seed: int) -> None:
    rng = np.random.default_rng(seed)
    picture = screen(320, 200)
    for _ in range(12):
        x, y = int(rng.integers(0, 280)), int(rng.integers(0, 180))
        frame(picture, (x, y, min(x + int(rng.integers(4, 120)), 320), min(y + int(rng.integers(4, 60)), 200)))
        write(picture, str(rng.integers(0, 10**6)), int(rng.integers(-10, 300)), int(rng.integers(-10, 195)))
    page = reader.read(picture)
    boxes = [item.bbox for item in (*page.lines, *page.controls)] + [w.bbox for line in page.lines for w in line.words]
    for x1, y1, x2, y2 in (*boxes, *page.panes):
        assert 0 <= x1 < x2 <= 320
        assert 0 <= y1 < y2 <= 200
    assert all(0 <= idx < len(page.lines) for control in page.controls for idx in control.line_idxs)
