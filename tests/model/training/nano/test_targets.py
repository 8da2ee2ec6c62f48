import numpy as np

from model.data.screens import LabelledElement
from model.grounder import ElementKind
from model.nano.alphabet import classes_of
from model.nano.shape import KINDS
from model.training.nano.targets import IGNORED, dense_targets, doubted

BUTTON = LabelledElement(
    bbox=(16, 16, 80, 40), kind=ElementKind.BUTTON, name="Save", text="Save", text_bbox=(30, 22, 62, 34)
)
ICON = LabelledElement(bbox=(60, 18, 78, 36), kind=ElementKind.ICON, name="Menu", icons=("menu", "bars"))
WINDOW = LabelledElement(bbox=(0, 0, 120, 64), kind=ElementKind.OTHER, name="Editor")


def _kind(kind: ElementKind) -> int:
    return 1 + KINDS.index(kind)


def test_what_is_smaller_lies_on_top_and_windows_are_no_targets() -> None:
    targets = dense_targets((ICON, BUTTON, WINDOW), 64, 120)
    assert targets.kinds[2, 3] == _kind(ElementKind.BUTTON)
    assert targets.kinds[3, 8] == _kind(ElementKind.ICON)
    assert targets.kinds[7, 14] == 0


def test_each_cell_tells_the_box_of_its_element() -> None:
    targets = dense_targets((BUTTON,), 64, 120)
    rows, columns = np.nonzero(targets.kinds)
    left, top, right, bottom = np.exp(targets.boxes[:, rows, columns]) * 8
    np.testing.assert_allclose((columns + 0.5) * 8 - left, 16, atol=1e-3)
    np.testing.assert_allclose((rows + 0.5) * 8 - top, 16, atol=1e-3)
    np.testing.assert_allclose((columns + 0.5) * 8 + right, 80, atol=1e-3)
    np.testing.assert_allclose((rows + 0.5) * 8 + bottom, 40, atol=1e-3)


def test_a_text_passes_through_the_cells_around_its_middle() -> None:
    targets = dense_targets((BUTTON,), 64, 120)
    assert targets.texts[3, 3:8].tolist() == [1.0] * 5  # its middle is the middle of row 3
    assert targets.texts.sum() == 5
    (line,) = targets.lines
    assert (line.row, line.first, line.end) == (3, 3, 8)
    assert line.classes == tuple(classes_of("Save"))


def test_an_element_smaller_than_a_cell_still_has_one() -> None:
    tiny = LabelledElement(bbox=(33, 33, 36, 36), kind=ElementKind.ICON, name="dot", icons=("dot",))
    assert np.count_nonzero(dense_targets((tiny,), 64, 64).kinds) == 1


def test_icons_with_a_text_teach_no_meaning() -> None:
    (icon,) = dense_targets((ICON, BUTTON), 64, 120).icons
    assert (icon.x, icon.y) == (69 / 8, 27 / 8)
    assert icon.names == ("menu", "bars")


def test_a_text_that_has_no_room_for_its_letters_is_not_read() -> None:
    squeezed = LabelledElement(
        bbox=(0, 0, 8, 8), kind=ElementKind.TEXT, name="", text="mmmmm", text_bbox=(0.0, 0.0, 8.0, 8.0)
    )
    assert dense_targets((squeezed,), 16, 16).lines == ()


def test_where_labels_are_not_complete_nothing_is_said_of_what_is_drawn() -> None:
    is_flat = np.ones((8, 15), np.bool_)
    is_flat[6, 2] = False
    targets = doubted(dense_targets((BUTTON, ICON), 64, 120), is_flat)
    assert targets.kinds[6, 2] == IGNORED
    assert targets.kinds[6, 3] == 0
    assert np.isnan(targets.texts[6, 2])
    assert targets.texts[3, 4] == 1
