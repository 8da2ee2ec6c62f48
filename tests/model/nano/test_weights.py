"""The weights that come with the program, on a real screen that they never saw."""

import json

import numpy as np
import pytest
from PIL import Image

from assets import ASSETS_DIR
from model.nano.grounder import NanoGrounder

SELF_TEST = ASSETS_DIR / "selftest"
CASES = json.loads((SELF_TEST / "selftest.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def grounder() -> NanoGrounder:
    return NanoGrounder()


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    with Image.open(SELF_TEST / CASES["image"]) as picture:
        return np.asarray(picture.convert("RGB"))


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["instruction"])
@pytest.mark.parametrize("keep_fraction", [1.0, 0.3, 0.1])
def test_the_self_test_is_passed(
    grounder: NanoGrounder, image: np.ndarray, case: dict[str, object], keep_fraction: float
) -> None:
    found = grounder.find(grounder.look(image), str(case["instruction"]), keep_fraction=keep_fraction)
    assert found.point is not None
    x1, y1, x2, y2 = case["bbox"]  # type: ignore[misc]
    assert x1 <= found.point[0] <= x2
    assert y1 <= found.point[1] <= y2


def test_the_menu_is_read(grounder: NanoGrounder, image: np.ndarray) -> None:
    texts = {element.text for element in grounder.read(grounder.look(image))}
    assert {"Save", "Quit", "Search", "Help"} <= texts
