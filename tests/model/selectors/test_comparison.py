from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from model.errors import InputError, ModelError
from model.focusui.checkpoint import Checkpoint
from model.packing import Packing
from model.selectors.catalog import SELECTORS, find_selector
from model.selectors.comparison import (
    SelectorBench,
    Setting,
    Trial,
    summarise,
    usable_packings,
    usable_selectors,
)
from model.selectors.rows import Row
from tests.model.focusui.tiny import tiny
from tests.reference import VARIANTS, screenshot

_ROW = Row(line=1, image=screenshot("editor_640x400"), instruction="Click Save", bbox_px=(10.0, 8.0, 90.0, 40.0))
_EVERYTHING = {"selectors": SELECTORS, "packings": tuple(Packing)}


@pytest.mark.parametrize("variant", VARIANTS)
def test_all_selectors_and_packings_point_at_the_same_place_when_everything_is_kept(variant: str) -> None:
    trials = SelectorBench(tiny(variant), **_EVERYTHING, keep_fractions=[1.0]).ground(_ROW)
    assert [(trial.setting.selector, trial.setting.packing) for trial in trials] == [
        (selector.name, packing) for selector in SELECTORS for packing in Packing
    ]
    assert len({trial.point_norm for trial in trials}) == 1
    assert all(trial.is_target_kept for trial in trials)


@pytest.mark.parametrize("variant", VARIANTS)
def test_less_is_kept_and_positions_matter(variant: str) -> None:
    bench = SelectorBench(tiny(variant), **_EVERYTHING, keep_fractions=[0.3])
    trials = {(trial.setting.selector, trial.setting.packing): trial for trial in bench.ground(_ROW)}
    assert len(trials) == len(SELECTORS) * len(Packing)
    assert trials["oracle", Packing.POSPAD].is_target_kept
    assert any(len({trials[one.name, packing].point_norm for packing in Packing}) > 1 for one in SELECTORS)
    assert all(trial.latency_ms > 0 for trial in trials.values())


def test_chance_is_repeated_by_the_seed() -> None:
    def points(seed: int) -> list[tuple[float, float]]:
        bench = SelectorBench(
            tiny("qwen3_vl"),
            selectors=[find_selector("random")],
            packings=[Packing.DROP],
            keep_fractions=[0.5, 0.1],
            seed=seed,
        )
        return [trial.point_norm for trial in bench.ground(_ROW)]

    assert points(3) == points(3)
    assert points(3) != points(4)


@pytest.fixture
def without_scorer() -> Iterator[Checkpoint]:
    checkpoint = tiny("qwen2_5_vl")
    options = checkpoint.network.options
    checkpoint.network.set_options(replace(options, has_patch_scorer=False))
    yield checkpoint
    checkpoint.network.set_options(options)


def test_a_model_without_a_scorer_does_what_it_can(without_scorer: Checkpoint) -> None:
    selectors, packings = usable_selectors(without_scorer), usable_packings(without_scorer)
    assert {selector.name for selector in SELECTORS} - {selector.name for selector in selectors} == {"focusui"}
    assert packings == (Packing.DROP, Packing.RENUMBER)
    bench = SelectorBench(without_scorer, selectors=selectors, packings=packings, keep_fractions=[0.5])
    assert len(bench.ground(_ROW)) == len(selectors) * len(packings)
    with pytest.raises(ModelError, match="focusui, pospad"):
        SelectorBench(without_scorer, **_EVERYTHING, keep_fractions=[0.5])


def test_a_model_without_a_pointer_head_cannot_be_compared() -> None:
    checkpoint = tiny("qwen2_5_vl")
    options = checkpoint.network.options
    checkpoint.network.set_options(replace(options, has_pointer_head=False))
    try:
        with pytest.raises(ModelError, match="pointer head"):
            SelectorBench(checkpoint, **_EVERYTHING, keep_fractions=[0.5])
    finally:
        checkpoint.network.set_options(options)


@pytest.mark.parametrize("bbox_px", [(0.0, 0.0, 641.0, 10.0), (5.0, 5.0, 5.0, 9.0), (9.0, 5.0, 5.0, 9.0)])
def test_a_box_must_lie_on_the_picture(bbox_px: tuple[float, float, float, float]) -> None:
    bench = SelectorBench(tiny("qwen3_vl"), **_EVERYTHING, keep_fractions=[0.5])
    with pytest.raises(InputError, match="no box on a picture of 640x400"):
        bench.ground(replace(_ROW, bbox_px=bbox_px))


def test_a_picture_must_exist() -> None:
    bench = SelectorBench(tiny("qwen3_vl"), **_EVERYTHING, keep_fractions=[0.5])
    with pytest.raises(InputError, match="no file"):
        bench.ground(replace(_ROW, image=Path("none.png")))


def _trial(setting: Setting, *, is_hit: bool, is_target_kept: bool, latency_ms: float) -> Trial:
    return Trial(
        setting=setting,
        line=1,
        point_norm=(0.5, 0.5),
        is_hit=is_hit,
        is_target_kept=is_target_kept,
        latency_ms=latency_ms,
    )


def test_summaries_are_per_setting_in_order_of_appearance() -> None:
    one = Setting(selector="random", packing=Packing.DROP, keep_fraction=0.5)
    other = replace(one, packing=Packing.RENUMBER)
    first, second = summarise(
        [
            _trial(one, is_hit=True, is_target_kept=True, latency_ms=1.0),
            _trial(other, is_hit=False, is_target_kept=False, latency_ms=4.0),
            _trial(one, is_hit=False, is_target_kept=True, latency_ms=9.0),
            _trial(one, is_hit=True, is_target_kept=False, latency_ms=2.0),
        ]
    )
    assert (first.setting, first.n, first.hit_rate, first.latency_ms) == (one, 3, pytest.approx(2 / 3), 2.0)
    assert first.target_kept_rate == pytest.approx(2 / 3)
    assert (second.setting, second.n, second.hit_rate, second.target_kept_rate) == (other, 1, 0.0, 0.0)
