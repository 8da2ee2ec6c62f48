"""What the targets of training say, the run time reads back."""

from model.data.screens import LabelledElement
from model.grounder import Box, ElementKind
from model.nano.reading import read_lines
from model.nano.shape import CELL_PX
from tests.model.nano.seen import perfect_eyes


def _text(text: str, box: Box) -> LabelledElement:
    return LabelledElement(bbox=box, kind=ElementKind.TEXT, name=text, text=text, text_bbox=box)


LABELS = (
    _text("File", (8, 6, 34, 18)),
    _text("Edit", (48, 6, 74, 18)),
    _text("Save the report as...", (20, 40, 180, 54)),
    _text("12 of 48 files", (300.5, 43.5, 380, 55)),
    _text("Large heading", (16, 90, 300, 124)),
)


def _read() -> dict[str, Box]:
    eyes = perfect_eyes(LABELS, height_px=160, width_px=400)
    return {line.text: line.bbox for line in read_lines(eyes.encoded, eyes)}


def test_every_line_is_read_once_in_reading_order() -> None:
    assert list(_read()) == [element.text for element in LABELS]


def test_lines_stand_where_they_were() -> None:
    found = _read()
    for element in LABELS:
        assert all(abs(a - b) < CELL_PX for a, b in zip(found[element.text], element.bbox, strict=True)), element.text


def test_words_have_places_of_their_own() -> None:
    eyes = perfect_eyes(LABELS, height_px=160, width_px=400)
    line = next(line for line in read_lines(eyes.encoded, eyes) if line.text.startswith("Save"))
    assert [word.text for word in line.words] == ["Save", "the", "report", "as..."]
    edges = [edge for word in line.words for edge in (word.bbox[0], word.bbox[2])]
    assert edges == sorted(edges)


def test_nothing_is_read_on_an_empty_screen() -> None:
    eyes = perfect_eyes((), height_px=64, width_px=64)
    assert read_lines(eyes.encoded, eyes) == ()
