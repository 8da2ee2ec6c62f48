"""A page of our own in a real browser."""

import io

import numpy as np
import pytest
from PIL import Image

from model.data.collect.labelled import Labelled
from model.data.collect.web.browser import Browser
from model.data.collect.web.labelling import label_page
from model.data.screens import LabelledElement
from model.errors import CollectError
from model.grounder import ElementKind

PAGE = """<!doctype html><meta charset="utf-8"><title>Letters</title>
<style>
body{font:16px sans-serif;margin:10px;width:600px} .bi{display:inline-block;width:16px;height:16px;background:#246}
.none{background:none} .wide{height:3000px}
#over{position:absolute;left:0;top:300px;width:300px;height:60px;background:#ccc}
#partly{position:absolute;left:0;top:380px;margin:0}
#corner{position:absolute;left:50px;top:372px;width:40px;height:16px;background:#ccc}
#under{position:absolute;left:20px;top:310px} #box{position:absolute;left:320px;top:300px;height:40px;overflow:hidden}
</style>
<h1>Incoming mail</h1>
<button>Send <i class="bi bi-envelope"></i></button>
<button aria-label="Move to bin"><i class="bi bi-trash"></i></button>
<button aria-label="Archive"><i class="bi bi-archive none"></i>Keep</button>
<p>Some words and <a href="#a">a link</a> and more words, which go on for so long that they need a second line here.</p>
<label for="n">Your name</label> <input id="n" value="Ada">
<input type="checkbox" id="c" checked><label for="c">Urgent</label>
<label>Secret <input type="password" value="abc"></label>
<div role="menuitem" tabindex="0">Print <kbd>Ctrl+P</kbd></div>
<button id="under">Covered</button><div id="over"></div>
<p id="partly">Halfway</p><div id="corner"></div>
<div id="box"><p>Seen</p><p style="margin-top:60px">Clipped</p></div>
<button style="visibility:hidden">Hidden</button>
<div class="wide"></div><button>Far below</button>
"""


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Labelled:
    page = tmp_path_factory.mktemp("page") / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    with Browser() as browser:
        browser.show(page, size_px=(1000, 750), zoom=1.25, is_dark=False)
        truth = browser.truth()
        pixels = np.asarray(Image.open(io.BytesIO(browser.picture())).convert("RGB"))
    assert pixels.shape == (750, 1000, 3)
    return label_page(truth, pixels, zoom=1.25)


def _one(labelled: Labelled, kind: ElementKind, name: str) -> LabelledElement:
    (found,) = [element for element in labelled.elements if element.kind is kind and element.name == name]
    return found


def test_buttons_have_text_and_icons(labelled: Labelled) -> None:
    assert _one(labelled, ElementKind.BUTTON, "Send").icons == ("envelope",)
    bin_ = _one(labelled, ElementKind.ICON, "Move to bin")
    assert (bin_.icons, bin_.text, bin_.window) == (("trash",), "", "Letters")


def test_an_icon_that_is_not_drawn_has_no_name(labelled: Labelled) -> None:
    archive = _one(labelled, ElementKind.BUTTON, "Archive")
    assert (archive.text, archive.icons) == ("Keep", ())


def test_boxes_are_pixels_of_the_picture(labelled: Labelled) -> None:
    heading = _one(labelled, ElementKind.TEXT, "Incoming mail")
    assert heading.bbox[0] == pytest.approx(10 * 1.25)


def test_the_text_of_a_control_stands_inside_of_it_beside_its_icon(labelled: Labelled) -> None:
    send = _one(labelled, ElementKind.BUTTON, "Send")
    assert send.text_bbox is not None
    assert send.bbox[0] < send.text_bbox[0] < send.text_bbox[2] < send.bbox[2] - 16 * 1.25
    assert send.bbox[1] < send.text_bbox[1] < send.text_bbox[3] < send.bbox[3]
    assert _one(labelled, ElementKind.ICON, "Move to bin").text_bbox is None


def test_the_text_of_a_field_is_what_it_holds(labelled: Labelled) -> None:
    name, print_ = _one(labelled, ElementKind.FIELD, "Your name"), _one(labelled, ElementKind.MENU, "Print")
    assert name.text_bbox is not None
    assert print_.text_bbox is not None
    assert 20 < name.text_bbox[2] - name.text_bbox[0] < 50
    assert 30 < print_.text_bbox[2] - print_.text_bbox[0] < 60
    assert _one(labelled, ElementKind.FIELD, "Secret").text_bbox is None


def test_a_line_of_text_is_outlined_by_its_strokes(labelled: Labelled) -> None:
    heading = _one(labelled, ElementKind.TEXT, "Incoming mail")
    assert heading.text_bbox is not None
    assert heading.bbox[1] < heading.text_bbox[1] < heading.text_bbox[3] < heading.bbox[3] + 1


def test_fields_and_checkboxes_have_labels(labelled: Labelled) -> None:
    name = _one(labelled, ElementKind.FIELD, "Your name")
    assert (name.text, name.label) == ("Ada", "Your name")
    assert _one(labelled, ElementKind.CHECKBOX, "Urgent").label == "Urgent"
    assert _one(labelled, ElementKind.FIELD, "Secret").text == ""


def test_a_text_of_several_lines_is_lines_without_names(labelled: Labelled) -> None:
    first, *others = [e for e in labelled.elements if e.kind is ElementKind.TEXT and not e.name]
    assert first.text.startswith("Some words and a link and more words")
    assert others
    assert _one(labelled, ElementKind.LINK, "a link").text == "a link"


def test_the_keys_of_a_menu_entry_are_not_its_name(labelled: Labelled) -> None:
    assert _one(labelled, ElementKind.MENU, "Print")


def test_what_cannot_be_seen_is_left_out(labelled: Labelled) -> None:
    texts = {element.text for element in labelled.elements}
    assert "Seen" in texts
    assert not texts & {"Covered", "Halfway", "Clipped", "Hidden", "Far below"}
    assert labelled.dropped["covered"] >= 1
    assert labelled.dropped["scrolled away"] >= 1
    assert labelled.dropped["invisible"] >= 1


def test_without_chromium_its_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CollectError) as caught, Browser():
        pass
    assert caught.value.hint == "apt-get install chromium"
