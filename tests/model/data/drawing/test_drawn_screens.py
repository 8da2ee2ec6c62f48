from pathlib import Path

import numpy as np
import pytest

from model.data.drawing.canvas import Canvas
from model.data.drawing.ledger import Ledger
from model.data.drawing.pen import Kit
from model.data.drawing.screens import Drawing, draw_crop, draw_keys, draw_screen, load_kit
from model.data.intents import normalised
from model.data.screens import LabelledElement
from model.errors import InputError
from model.grounder import ElementKind

N_CROPS = 60


@pytest.fixture(scope="module")
def drawings(kit: Kit) -> list[Drawing]:
    crops = [draw_crop(seed, kit, side_px=256) for seed in range(N_CROPS)]
    return [*crops, *(draw_screen(seed, kit, width_px=800, height_px=600) for seed in range(6))]


def test_the_same_seed_draws_the_same_picture_and_labels(kit: Kit) -> None:
    for seed in range(5):
        first, second = draw_crop(seed, kit, side_px=200), draw_crop(seed, kit, side_px=200)
        np.testing.assert_array_equal(first.pixels, second.pixels)
        assert first.screen == second.screen
    assert not np.array_equal(first.pixels, draw_crop(99, kit, side_px=200).pixels)


def test_keys_show_signs_that_stand_alone(kit: Kit) -> None:
    shown = [element for seed in range(6) for element in draw_keys(seed, kit, side_px=256).screen.elements]
    assert sum(len(element.text) == 1 for element in shown) > 0.7 * len(shown)
    assert {"+", "=", "×", "7"} <= {element.text for element in shown}
    for element in shown:
        if element.text_bbox is not None:
            x1, y1, x2, y2 = element.text_bbox
            left, top, right, foot = element.bbox
            assert left - 1 <= (x1 + x2) / 2 <= right + 1
            assert top - 1 <= (y1 + y2) / 2 <= foot + 1


def test_boxes_lie_inside_the_picture(drawings: list[Drawing]) -> None:
    for drawing in drawings:
        assert drawing.pixels.shape == (drawing.screen.height_px, drawing.screen.width_px, 3)
        for element in drawing.screen.elements:
            x1, y1, x2, y2 = element.bbox
            assert 0 <= x1 < x2 <= drawing.screen.width_px
            assert 0 <= y1 < y2 <= drawing.screen.height_px


def test_there_is_ink_in_every_labelled_text(drawings: list[Drawing]) -> None:
    n_texts = 0
    for drawing in drawings:
        for element in drawing.screen.elements:
            if element.kind not in {ElementKind.TEXT, ElementKind.LINK} or not element.text:
                continue
            x1, y1, x2, y2 = map(int, element.bbox)
            part = drawing.pixels[y1:y2, x1:x2].astype(int)
            contrast = np.ptp(part.reshape(-1, 3), axis=0).max()
            assert contrast > 30, (drawing.screen.picture, element)
            n_texts += 1
    assert n_texts > 3 * N_CROPS


def test_every_kind_of_element_is_drawn(drawings: list[Drawing]) -> None:
    assert {element.kind for drawing in drawings for element in drawing.screen.elements} == set(ElementKind)


def test_what_is_kept_for_judging_is_never_drawn(drawings: list[Drawing]) -> None:
    elements = [element for drawing in drawings for element in drawing.screen.elements]
    written = {normalised(text) for element in elements for text in (element.name, element.text, element.label)}
    icons = {name for element in elements for name in element.icons}
    assert "frobnicate" not in written
    assert not {"zebra", "arrow left"} & icons
    assert {"save", "close"} <= written, "what intents to be trained are called is drawn, shared names too"
    assert "document save" in icons


def test_judging_draws_only_with_what_is_kept_for_it(bank_folder: Path, lexicon: Path, tmp_path: Path) -> None:
    strings = tmp_path / "strings.txt"
    strings.write_text("Print preview\n", encoding="utf-8")
    kit = load_kit(bank_folder, strings, lexicon=lexicon, is_judging=True)
    elements = [element for seed in range(20) for element in draw_crop(seed, kit, side_px=256).screen.elements]
    icons = {name for element in elements for name in element.icons if not name.startswith("window ")}
    assert icons == {"zebra"}


def test_a_kit_without_strings_says_how_to_make_them(bank_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nothing\.txt") as caught:
        load_kit(bank_folder, tmp_path / "nothing.txt")
    assert "collect strings" in caught.value.hint


def _element(x1: int, y1: int, x2: int, y2: int) -> LabelledElement:
    return LabelledElement(bbox=(x1, y1, x2, y2), kind=ElementKind.BUTTON, name="One")


def test_what_another_window_covers_is_not_labelled() -> None:
    canvas, ledger = Canvas(100, 100), Ledger()
    ledger.add(canvas, _element(10, 10, 30, 20))
    ledger.add(canvas, _element(40, 10, 60, 20))
    ledger.add(canvas, _element(70, 10, 90, 20), ink=(75, 12, 88, 18))
    canvas.open_level((0, 0, 45, 100))
    canvas.open_level((80, 0, 100, 100))
    assert [element.bbox for element in ledger.visible(canvas)] == [(45.0, 10.0, 60.0, 20.0)]


def test_a_wide_element_is_told_by_its_text() -> None:
    canvas, ledger = Canvas(100, 100), Ledger()
    ledger.add(canvas, _element(40, 10, 240, 30), ink=(50, 12, 90, 28))
    ledger.add(canvas, _element(40, 40, 240, 60), ink=(70, 42, 130, 58))
    ledger.add(canvas, _element(40, 70, 240, 90))
    assert [element.bbox for element in ledger.visible(canvas)] == [(40.0, 10.0, 100.0, 30.0)]


def test_what_comes_after_a_scroll_bar_is_labelled() -> None:
    canvas, ledger = Canvas(100, 100), Ledger()
    canvas.open_level((0, 0, 100, 100))
    ledger.add(canvas, _element(10, 10, 30, 20))
    canvas.cover((10, 0, 30, 100))
    ledger.add(canvas, _element(40, 10, 60, 20))
    assert [element.bbox for element in ledger.visible(canvas)] == [(40.0, 10.0, 60.0, 20.0)]


def test_what_the_clip_cuts_is_labelled_as_far_as_it_is_seen() -> None:
    canvas, ledger = Canvas(100, 100), Ledger()
    with canvas.clipped((0, 0, 100, 18)):
        ledger.add(canvas, _element(10, 10, 30, 20))
        ledger.add(canvas, _element(10, 15, 30, 25))
        ledger.add(canvas, _element(10, 10, 30, 20), ink=(12, 12, 28, 20))
        ledger.add(canvas, _element(-90, 10, -70, 20))
    assert [element.bbox for element in ledger.visible(canvas)] == [(10.0, 10.0, 30.0, 18.0)]
