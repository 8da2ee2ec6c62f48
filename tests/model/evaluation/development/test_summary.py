import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from model.evaluation.development.answers import Answer
from model.evaluation.development.report import text_table, to_json
from model.evaluation.development.summary import FALSE_REFUSALS, summarise
from model.evaluation.rates import Rate
from model.evaluation.settings import Setting
from model.packing import Packing

_SETTING = Setting(model="nano", packing=Packing.POSPAD, keep_fraction=0.3)
_ANSWER = Answer(
    setting=_SETTING,
    picture="data/a.png",
    instruction="Save",
    source="name",
    kind="text",
    origin="desktop",
    program="glade",
    width_px=1920,
    height_px=1080,
    is_there=True,
    is_hit=True,
    is_pointed=True,
    is_rejected=False,
    score=0.9,
    look_ms=100.0,
    find_ms=10.0,
)
_REFUSED = replace(_ANSWER, is_hit=False, is_rejected=True, score=0.2)
_ABSENT = replace(_ANSWER, kind="none", source="negative", is_there=False, is_hit=False, is_pointed=False, score=0.1)


def test_rates_are_of_what_is_there() -> None:
    icon = replace(_ANSWER, kind="icon", is_hit=False, is_pointed=False, width_px=3840, height_px=2160)
    rejected = replace(_ABSENT, is_rejected=True)
    (summary,) = summarise([_ANSWER, _REFUSED, icon, _ABSENT, rejected])
    assert summary.hits == Rate(n_hits=1, n=3)
    assert summary.pointed == Rate(n_hits=2, n=3)
    assert summary.groups["kind"] == {"icon": Rate(n_hits=0, n=1), "text": Rate(n_hits=1, n=2)}
    assert summary.groups["resolution"] == {
        "above 2.5 megapixels": Rate(n_hits=0, n=1),
        "up to 2.5 megapixels": Rate(n_hits=1, n=2),
    }
    assert summary.refused == Rate(n_hits=1, n=2)
    assert summary.falsely_refused == Rate(n_hits=1, n=3)


def test_settings_are_summarised_apart() -> None:
    other = replace(_ANSWER, setting=replace(_SETTING, packing=Packing.DROP), is_hit=False)
    one, two = summarise([_ANSWER, other])
    assert (str(one.setting), str(two.setting)) == ("nano 0.3", "nano drop 0.3")
    assert (one.hits.share, two.hits.share) == (1.0, 0.0)
    assert one.operating_point is None, "nothing absent was asked for"


def test_medians_count_a_screen_once() -> None:
    slow = replace(_ANSWER, picture="data/b.png", look_ms=300.0, find_ms=30.0)
    (summary,) = summarise([_ANSWER, _ANSWER, _ANSWER, slow])
    assert (summary.look_ms, summary.find_ms) == (200.0, 10.0)


_SCORES = st.lists(st.integers(0, 20).map(lambda n: n / 20), min_size=1, max_size=60)


@given(there=_SCORES, absent=_SCORES)
def test_at_the_operating_point_at_most_so_many_are_falsely_refused(there: list[float], absent: list[float]) -> None:
    answers = [replace(_ANSWER, score=s) for s in there] + [replace(_ABSENT, score=s) for s in absent]
    (summary,) = summarise(answers)
    point = summary.operating_point
    assert point is not None
    n_refused = sum(score < point.threshold for score in there)
    assert n_refused <= FALSE_REFUSALS * len(there)
    assert point.hits.n_hits == len(there) - n_refused
    assert point.refused == Rate.of(score < point.threshold for score in absent)
    higher = min((score for score in there if score > point.threshold), default=None)
    if higher is not None:
        assert sum(score < higher for score in there) > FALSE_REFUSALS * len(there), "no higher threshold would do"


def test_the_table_has_a_column_per_setting() -> None:
    other = replace(_ANSWER, setting=replace(_SETTING, model="ocr"), kind="field")
    summaries = summarise([_ANSWER, _ABSENT, other])
    lines = text_table(summaries).splitlines()
    assert lines[0].split() == ["nano", "0.3", "ocr", "0.3"]
    row = next(line for line in lines if "kind: text" in line)
    assert "100.0% 21-100 n=1" in row
    assert row.endswith("-"), "the other was asked for no text"
    told = json.loads(json.dumps(to_json(summaries)))
    assert told["settings"][0]["found"] == {
        "share": 1.0,
        "low": told["settings"][0]["found"]["low"],
        "high": 1.0,
        "n": 1,
    }
    assert told["settings"][1]["operating_point"] is None
