"""A sign is found where it is written, and nowhere else."""

import numpy as np
import pytest

from model.grounder import Box, ElementKind
from model.nano.signs import only_at, targets_of_sign
from model.ocr.page import Line, Page, Word
from model.ocr.scene import Scene, Target, build_scene
from tests.model.ocr import pages

LABELS = ("+", "x", "x=", "7", "77", "OK", "")


def _scene() -> Scene:
    box: Box = (0, 0, 10, 10)
    targets = tuple(Target(bbox=box, point=(5, 5), kind=ElementKind.BUTTON, label=label) for label in LABELS)
    return Scene(page=build_scene(pages.editor()).page, targets=targets, unit_px=16)


@pytest.mark.parametrize(("name", "shown"), [("+", ["+"]), ("7", ["7"]), ("ok", ["OK"]), ("X=", ["x="]), ("9", [])])
def test_only_what_shows_just_the_sign(name: str, shown: list[str]) -> None:
    assert [LABELS[i] for i in targets_of_sign(_scene(), name)] == shown


def test_words_and_nothing_are_no_signs() -> None:
    assert targets_of_sign(_scene(), "Save") == {}
    assert targets_of_sign(_scene(), "") == {}


def test_what_is_read_more_surely_weighs_more() -> None:
    boxes: list[Box] = [(0, 0, 10, 10), (20, 0, 30, 10)]
    lines = tuple(
        Line(bbox=box, words=(Word(bbox=box, text="+", score=score),), score=score)
        for box, score in zip(boxes, (0.78, 0.99), strict=True)
    )
    targets = tuple(Target(bbox=box, point=(box[0] + 5, 5), kind=ElementKind.BUTTON, label="+") for box in boxes)
    page = Page(width_px=40, height_px=10, lines=lines, controls=())
    found = targets_of_sign(Scene(page=page, targets=targets, unit_px=16), "+")
    assert found[1] > 10 * found[0] > 0
    kept = only_at(np.full((1, 2), 0.4, np.float32), np.array([[0, 1]], np.int32), found)
    assert kept[0, 1] > 0.9


def test_what_is_elsewhere_goes_to_where_the_sign_is() -> None:
    shares = np.array([[0.5, 0.1], [0.0, 0.2]], np.float32)
    kept = only_at(shares, np.array([[0, 1], [-1, 1]], np.int32), {1: 3.0})
    np.testing.assert_allclose(kept, [[0, 1 / 3], [0, 2 / 3]], rtol=1e-6)


def test_a_sign_that_was_passed_over_is_pointed_at_evenly() -> None:
    kept = only_at(np.array([[0.8, 0.0, 0.0]], np.float32), np.array([[0, 1, 1]], np.int32), {1: 3.0})
    np.testing.assert_allclose(kept, [[0, 0.5, 0.5]], rtol=1e-6)
