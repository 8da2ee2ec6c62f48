"""The page: whole in itself, well formed, with every failure's picture and what was left out."""

import base64
import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model.evaluation.benchmarks.answers import ItemAnswer
from model.evaluation.benchmarks.heat import Heat
from model.evaluation.benchmarks.items import BadItem, BenchmarkItem
from model.evaluation.benchmarks.measure import Asking, measure_picture
from model.evaluation.benchmarks.summary import summarise
from model.evaluation.benchmarks.targets import Target
from model.evaluation.page.gallery import MAX_PICTURES, failure_figure, failures_shown
from model.evaluation.page.page import html_report
from model.evaluation.page.plots import COLOURS, Series, bar_plot, line_plot
from model.evaluation.rates import Rate
from model.evaluation.settings import Setting
from model.packing import Packing
from tests.fakes.constant_grounder import ConstantGrounder
from tests.model.evaluation.miniatures import write_screen


@pytest.fixture
def answers(tmp_path: Path) -> list[ItemAnswer]:
    """Wrong ones: forty boxes, a polygon and a refusal, in two settings."""
    write_screen(tmp_path / "a.png", "a")
    targets = {f"<b>{n}</b>": Target(boxes=((1.0, 1.0, 2.0 + 4 * n, 9.0),)) for n in range(40)}
    targets |= {"polygon": Target(polygon=((1.0, 1.0), (9.0, 1.0), (1.0, 9.0))), "refusal": Target()}
    items = [
        BenchmarkItem(item_id=name, picture=tmp_path / "a.png", instruction=name, target=target, groups=(("k", "<v>"),))
        for name, target in targets.items()
    ]
    settings = [Setting(model="fake", packing=Packing.POSPAD, keep_fraction=keep) for keep in (1.0, 0.3)]
    asking = Asking(benchmark="jsonl", folder=tmp_path, settings=settings)
    return [one for one in measure_picture(ConstantGrounder(), asking, items, set()) if isinstance(one, ItemAnswer)]


class _Tags(HTMLParser):
    """Counts open tags, which must all be closed but the void ones."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "br"}:
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("has_pictures", [True, False])
def test_the_page_stands_alone(answers: list[ItemAnswer], tmp_path: Path, has_pictures: bool) -> None:
    summaries = summarise(answers, mean_over=lambda _: "k")
    page = html_report(
        summaries,
        answers,
        [BadItem(place="rows:3", problem="<odd>")],
        titles={"jsonl": "Rows & more"},
        folder=tmp_path if has_pictures else None,
    )
    tags = _Tags()
    tags.feed(page)
    assert not tags.open
    assert len(tags.links) == MAX_PICTURES
    assert all(link.startswith("data:image/jpeg;base64,") for link in tags.links)
    assert "http" not in page
    assert "Rows &amp; more" in page
    assert "&lt;odd&gt;" in page
    assert "<b>0</b>" not in page
    assert page.count('class="answer"') == MAX_PICTURES
    assert "hit@1 by size of the target" in page
    assert page.count("<tr><td>below 16 px</td>") == 1
    for svg in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
        ET.fromstring(svg)


@pytest.mark.parametrize(("high", "is_told"), [(0.55, True), (0.9, True), (0.505, False)])
def test_scores_that_are_close_are_told_apart(answers: list[ItemAnswer], high: float, is_told: bool) -> None:
    """Scores of a network lie between -1 and 1 and may all be about 0: a picture evenly tinted shows nothing."""
    scores = np.full((3, 4), 0.5, np.float32)
    scores[1, 2] = high
    figure = failure_figure(replace(answers[0], heat=Heat.of(scores)), None)
    found = re.search(r"base64,([^\"]+)", figure)
    assert found
    with Image.open(io.BytesIO(base64.b64decode(found.group(1)))) as picture:
        blue = np.asarray(picture)[..., 2].astype(int)
    height, width = blue.shape
    assert (blue.max() - blue[height // 2, width * 5 // 8] > 80) == is_told
    assert blue[2, 2] > 225, "where the scores are lowest nothing is tinted"


def test_failures_are_of_all_parts(answers: list[ItemAnswer]) -> None:
    shown = failures_shown(answers)
    assert len(shown) == MAX_PICTURES
    assert {answer.setting.keep_fraction for answer in shown} == {1.0, 0.3}
    assert failures_shown(answers[:3]) == answers[:3]


def test_plots_put_rates_where_they_belong() -> None:
    series = [Series(name="a & b", points=((0.5, Rate(n_hits=1, n=2)), (1.0, Rate(n_hits=2, n=2))))]
    svg = re.search(r"<svg.*?</svg>", line_plot(series, x_label="kept", y_label="hit@1"), re.DOTALL)
    assert svg
    plot = ET.fromstring(svg.group())
    (half, whole) = plot.findall("circle")
    assert float(half.get("cx", "")) < float(whole.get("cx", ""))
    assert float(half.get("cy", "")) > float(whole.get("cy", ""))
    assert "50.0% (" in (half.find("title").text or "")  # type: ignore[union-attr] # it is there
    bars = bar_plot(
        [Series(name="x", points=(("small", Rate(n_hits=1, n=4)), ("large", Rate(n_hits=3, n=4))))],
        ["small", "large"],
        y_label="failures",
    )
    small, large = (float(h) for h in re.findall(r'<rect [^>]*height="([0-9.]+)"', bars))
    assert large == pytest.approx(3 * small, rel=0.01)


def test_bars_are_told_apart_by_their_colours() -> None:
    """As many settings as a plot shows: dashes, by which lines differ further on, are not to be seen in bars."""
    names = [str(i) for i in range(len(COLOURS))]
    bars = bar_plot(
        [Series(name=name, points=(("small", Rate(n_hits=1, n=4)),)) for name in names], ["small"], y_label="failures"
    )
    assert len(set(re.findall(r'<rect [^>]*fill="([^"]+)"', bars))) == len(names) == 8
    assert "stroke-dasharray" not in bars
