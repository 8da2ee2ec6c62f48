import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from model.data.annotations import SeenElement
from model.data.boxes import BoxNorm
from model.data.element_labels import KINDS, element_labels
from model.data.labels import VisualGrid, centred_label, pointer_label
from model.grounder import ElementKind

_GRID = VisualGrid(width_px=280, height_px=168, cell_px=28, merge_size=2)

_edges = st.lists(st.integers(0, 1000), min_size=2, max_size=2, unique=True).map(sorted)


@st.composite
def _boxes(draw: st.DrawFn) -> BoxNorm:
    (x1, x2), (y1, y2) = draw(_edges), draw(_edges)
    return BoxNorm(x1 / 1000, y1 / 1000, x2 / 1000, y2 / 1000)


@given(_boxes())
def test_every_element_has_a_cell_and_every_cell_of_it_knows_its_box(box: BoxNorm) -> None:
    labels = element_labels([SeenElement(box=box, kind=ElementKind.TAB)], _GRID)
    found = np.flatnonzero(labels.classes)
    assert len(found)
    assert set(labels.classes[found]) == {1 + KINDS.index(ElementKind.TAB)}
    for cell in found:
        row, col = divmod(int(cell), _GRID.n_cols)
        left, top, right, bottom = labels.reaches[cell]
        edges = [(col + 0.5 - left) / 10, (row + 0.5 - top) / 6, (col + 0.5 + right) / 10, (row + 0.5 + bottom) / 6]
        np.testing.assert_allclose(edges, [box.x1_norm, box.y1_norm, box.x2_norm, box.y2_norm], atol=1e-5)
    assert not labels.reaches[labels.classes == 0].any()


def test_of_several_elements_the_smallest_lies_on_top() -> None:
    window = SeenElement(box=BoxNorm(0.0, 0.0, 1.0, 1.0), kind=ElementKind.OTHER)
    button = SeenElement(box=BoxNorm(0.3, 0.0, 0.5, 0.5), kind=ElementKind.BUTTON)
    for elements in ([window, button], [button, window]):
        classes = element_labels(elements, _GRID).classes.reshape(6, 10)
        expected = np.full((6, 10), 1 + KINDS.index(ElementKind.OTHER))
        expected[:3, 3:5] = 1 + KINDS.index(ElementKind.BUTTON)
        np.testing.assert_array_equal(classes, expected)


@given(_boxes())
def test_the_centred_label_lies_on_what_may_be_pointed_at(box: BoxNorm) -> None:
    label = centred_label(box, _GRID)
    np.testing.assert_array_equal(label > 0, pointer_label(box, _GRID) > 0)
    assert label.max() <= 1.0


def test_the_centred_label_is_overlap_times_a_gaussian() -> None:
    """Two whole cells and a half one beside each other, by hand."""
    label = centred_label(BoxNorm(0.0, 0.0, 0.25, 1 / 6), _GRID).reshape(6, 10)
    gaussian = np.exp(-0.5 * ((np.array([14.0, 42.0, 70.0]) - 35.0) / (0.8 * 70.0)) ** 2)
    np.testing.assert_allclose(label[0, :3], np.array([1.0, 1.0, 0.5]) * gaussian / gaussian[1], rtol=1e-6)
    assert not label[1:].any()
    assert not label[:, 3:].any()
