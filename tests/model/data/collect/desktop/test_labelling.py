"""A tree and a picture as a program would give them."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from model.data.collect.desktop.labelling import label_screen
from model.data.drawing.fonts import FontRole, find_fonts
from model.data.drawing.lettering import Lettering, TextStyle
from model.data.screens import LabelledElement
from model.grounder import ElementKind

WINDOW = [0, 0, 400, 300]
STYLE = TextStyle(file=find_fonts().by_role[FontRole.SANS][0].regular, size_px=13, lettering=Lettering.HINTED)


def _node(role: str, box: list[int], name: str = "", **more: Any) -> dict[str, Any]:
    told = {"role": role, "box": box, "name": name, "top": "Editor", "top_box": WINDOW, "path": ["frame", "panel"]}
    told |= {"label": "", "label_box": None, "text": "", "description": "", "image": "", "toolkit": "gtk"}
    return told | {"is_enabled": True, "is_modal": False, "clip": None} | more


def _picture(*texts: tuple[int, int, str], icons: tuple[tuple[int, int], ...] = ()) -> NDArray[np.uint8]:
    image = Image.new("RGB", (400, 300), "white")
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype(STYLE.file, STYLE.size_px)
    for x, y, text in texts:
        pen.text((x, y), text, fill="black", font=font)
    for x, y in icons:
        pen.ellipse((x, y, x + 15, y + 15), outline="black", width=2)
    return np.asarray(image)


def _label(
    nodes: list[dict[str, Any]], pixels: NDArray[np.uint8], windows: tuple[list[int], ...] = (WINDOW,)
) -> tuple[list[LabelledElement], dict[str, int]]:
    labelled = label_screen(nodes, [{"box": box} for box in windows], pixels, scale=1.0, style=STYLE)
    return list(labelled.elements), dict(labelled.dropped)


def test_a_button_with_its_name_on_it() -> None:
    (button,), dropped = _label([_node("push button", [10, 10, 110, 40], "Save all")], _picture((30, 17, "Save all")))
    assert (button.kind, button.text, button.icons, button.window) == (ElementKind.BUTTON, "Save all", (), "Editor")
    assert dropped == {}


def test_the_text_of_a_menu_entry_stands_between_its_icon_and_its_keys() -> None:
    node = _node("menu item", [10, 10, 250, 36], "Save")
    (entry,), _ = _label([node], _picture((44, 14, "Save"), (180, 14, "Save"), icons=((16, 14),)))
    assert entry.text_bbox is not None
    x1, y1, x2, y2 = entry.text_bbox
    assert 43 <= x1 < x2 < 85
    assert 14 <= y1 < y2 <= 32


def test_a_text_of_which_only_a_part_is_drawn_has_no_place() -> None:
    (button,), _ = _label([_node("push button", [10, 10, 110, 40], "Save all files")], _picture((20, 17, "Save all…")))
    assert button.text_bbox is None


def test_a_button_without_text_is_an_icon_that_means_its_name() -> None:
    node = _node("push button", [10, 10, 40, 40], "Save all", image="document-save")
    (icon,), _ = _label([node], _picture(icons=((17, 17),)))
    assert (icon.kind, icon.name, icon.text) == (ElementKind.ICON, "Save all", "")
    assert icon.icons == ("document-save", "Save all")


def test_a_tool_button_that_stays_pressed_is_no_checkbox() -> None:
    node = _node("check box", [10, 10, 40, 40], "Word wrap", path=["frame", "tool bar"], toolkit="Qt")
    (icon,), _ = _label([node], _picture(icons=((17, 17),)))
    assert icon.kind is ElementKind.ICON


def test_a_tool_button_whose_name_did_not_fit_is_an_icon() -> None:
    node = _node("push button", [10, 10, 90, 40], "New", path=["frame", "tool bar"])
    (icon,), _ = _label([node], _picture((60, 17, "…"), icons=((17, 17),)))
    assert (icon.kind, icon.icons, icon.text) == (ElementKind.ICON, ("New",), "")


def test_a_checkbox_without_a_box_is_a_button() -> None:
    image = Image.fromarray(_picture((40, 17, "Open"), (40, 77, "Open")))
    ImageDraw.Draw(image).rectangle((10, 10, 109, 39), outline="gray")
    ImageDraw.Draw(image).rectangle((12, 77, 24, 89), outline="gray")
    nodes = [_node("check box", [10, 10, 110, 40], "Open"), _node("check box", [10, 70, 110, 100], "Open")]
    elements, _ = _label(nodes, np.asarray(image))
    assert [element.kind for element in elements] == [ElementKind.BUTTON, ElementKind.CHECKBOX]
    assert all(element.text_bbox for element in elements)


def test_tags_are_no_text() -> None:
    (text,), _ = _label([_node("label", [10, 10, 390, 40], "<b>Ready</b> <1>")], _picture((180, 17, "Ready <1>")))
    assert text.text == "Ready <1>"


def test_a_text_is_outlined_as_it_is_drawn() -> None:
    (text,), _ = _label([_node("label", [10, 10, 390, 40], "Ready")], _picture((180, 17, "Ready")))
    x1, _, x2, _ = text.bbox
    assert 170 < x1 < x2 < 240


def test_what_is_not_drawn_is_left_out() -> None:
    nodes = [_node("label", [10, 10, 90, 30], "Ready"), _node("push button", [10, 100, 90, 130], "Save")]
    assert _label(nodes, _picture()) == ([], {"nothing is drawn there": 2})


def test_a_text_that_stands_beside_its_box_is_left_out() -> None:
    node = _node("table cell", [60, 10, 160, 30], "notes.txt")
    elements, dropped = _label([node], _picture((35, 12, "notes.txt")))
    assert elements == []
    assert set(dropped) <= {"text goes over its box", "another text is drawn there"}


def test_what_another_window_covers_is_left_out() -> None:
    nodes = [_node("push button", [10, 10, 110, 40], "Save all"), _node("push button", [200, 10, 300, 40], "Open all")]
    pixels = _picture((30, 17, "Save all"), (220, 17, "Open all"))
    elements, dropped = _label(nodes, pixels, ([0, 0, 150, 100], WINDOW))
    assert [element.name for element in elements] == ["Open all"]
    assert dropped == {"covered by a window": 1}


def test_what_a_list_has_scrolled_away_is_left_out() -> None:
    clip = [10, 10, 110, 60]
    names = ["First row", "Second row", "Third row", "A long row that goes on"]
    boxes = [[10, 0, 110, 20], [10, 30, 110, 50], [10, 70, 110, 90], [12, 34, 260, 50]]
    nodes = [_node("list item", box, name, clip=clip) for box, name in zip(boxes, names, strict=True)]
    image = Image.fromarray(_picture(*((12, box[1] + 1, name) for box, name in zip(boxes[:2], names, strict=False))))
    elements, _ = _label(nodes, np.asarray(image))
    assert [element.text for element in elements] == ["Second row"]


def test_what_a_popover_covers_is_left_out_and_its_entries_are_a_menu() -> None:
    below = _node("push button", [10, 60, 110, 90], "Open all", path=["frame"])
    popover = [
        _node("panel", [0, 30, 150, 140], path=["frame"], is_modal=True),
        _node("push button", [10, 60, 140, 90], "Save all", path=["frame", "panel"]),
    ]
    beside = _node("push button", [200, 10, 300, 40], "Print", path=["frame"])
    pixels = _picture((20, 67, "Save all"), (230, 17, "Print"))
    elements, dropped = _label([below, *popover, beside], pixels)
    assert [(element.name, element.kind) for element in elements] == [
        ("Print", ElementKind.BUTTON),
        ("Save all", ElementKind.MENU),
    ]
    assert dropped == {"covered by a popover": 1}


def test_the_frame_of_a_column_header_is_not_its_text() -> None:
    image = Image.fromarray(_picture((20, 14, "Size")))
    ImageDraw.Draw(image).rectangle((10, 10, 109, 33), outline="black")
    (header,), _ = _label([_node("column header", [10, 10, 110, 34], "Size")], np.asarray(image))
    assert header.text_bbox is not None
    assert header.bbox[2] - header.bbox[0] < 50


def test_half_covered_is_covered() -> None:
    nodes = [_node("push button", [10, 10, 110, 40], "Save all")]
    elements, dropped = _label(nodes, _picture((30, 17, "Save all")), ([0, 0, 50, 100], WINDOW))
    assert elements == []
    assert dropped == {"covered by a window": 1}


@pytest.mark.parametrize(("label_box", "at"), [([10, 52, 60, 68], (12, 52)), ([80, 30, 130, 46], (82, 30))])
def test_a_field_takes_the_label_beside_or_above_it(label_box: list[int], at: tuple[int, int]) -> None:
    nodes = [_node("label", label_box, "Name:"), _node("text", [80, 50, 200, 70], text="Ada")]
    image = Image.fromarray(_picture((*at, "Name:"), (84, 53, "Ada")))
    ImageDraw.Draw(image).rectangle((80, 50, 199, 69), outline="gray")
    elements, _ = _label(nodes, np.asarray(image))
    field = next(element for element in elements if element.kind is ElementKind.FIELD)
    assert (field.label, field.text) == ("Name", "Ada")


def test_what_the_program_says_labels_a_field_goes_before() -> None:
    nodes = [_node("label", [10, 52, 60, 68], "Name:"), _node("text", [80, 50, 200, 70], text="Ada", label="Author:")]
    elements, _ = _label(nodes, _picture((12, 52, "Name:"), (84, 53, "Ada")))
    assert "Author" in {element.label for element in elements}


def test_a_password_is_not_told() -> None:
    node = _node("password text", [80, 50, 200, 70], text="secret")
    (field,), _ = _label([node], _picture((84, 53, "●●●●●●")))
    assert field.text == ""


def test_the_text_of_a_button_is_part_of_it() -> None:
    nodes = [_node("push button", [10, 10, 110, 40], "Save all"), _node("label", [28, 15, 90, 36], "Save all")]
    elements, dropped = _label(nodes, _picture((30, 17, "Save all")))
    assert [element.kind for element in elements] == [ElementKind.BUTTON]
    assert dropped == {"part of another element": 1}


def test_windows_come_before_what_they_hold() -> None:
    nodes = [
        _node("push button", [10, 10, 110, 40], "Save all"),
        _node("frame", [0, 0, 400, 300], "Editor", path=[]),
    ]
    elements, _ = _label(nodes, _picture((30, 17, "Save all")))
    assert [element.name for element in elements] == ["Editor", "Save all"]


@pytest.mark.parametrize("toolkit", ["gtk", "Qt"])
def test_the_cells_of_a_gtk_tree_are_left_of_where_it_tells(toolkit: str) -> None:
    node = _node("table cell", [60, 10, 160, 30], "notes.txt", path=["frame", "tree table"], toolkit=toolkit)
    elements, _ = _label([node], _picture((35, 12, "notes.txt")))
    assert [element.text_bbox is not None and 34 <= element.text_bbox[0] < 40 for element in elements] == (
        [True] if toolkit == "gtk" else []
    )


def test_a_cell_that_is_not_found_is_left_out() -> None:
    node = _node("table cell", [60, 10, 160, 30], "notes.txt", path=["frame", "tree table"])
    assert _label([node], _picture((35, 12, "letters"))) == ([], {"cell of a GTK tree": 1})
