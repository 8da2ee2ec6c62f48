from dataclasses import replace

import pytest

from model.errors import InputError
from model.evaluation.benchmarks.answers import ItemAnswer
from model.evaluation.benchmarks.targets import Target
from model.evaluation.settings import Setting
from model.evaluation.watch import judge, settings_for
from model.packing import Packing

_SETTING = Setting(model="nano", packing=Packing.POSPAD, keep_fraction=1.0)


def _answers(rights: str, setting: Setting = _SETTING) -> list[ItemAnswer]:
    """One answer a letter: "+" is right."""
    return [
        ItemAnswer(
            benchmark="watch",
            item_id=str(number),
            setting=setting,
            digest="0" * 64,
            picture="a.png",
            instruction="Save",
            groups=(),
            width_px=100,
            height_px=100,
            target=Target(boxes=((0.0, 0.0, 1.0, 1.0),)),
            point=(0.5, 0.5),
            candidates=((0.5, 0.5),),
            score=1.0,
            is_hit=right == "+",
            is_hit_top=right == "+",
            is_overlap=True,
            is_overlap_top=True,
            is_pointed=True,
            look_ms=0.0,
            find_ms=0.0,
            look_bytes=None,
            find_bytes=None,
            heat=None,
        )
        for number, right in enumerate(rights)
    ]


def test_the_same_is_no_drop() -> None:
    (verdict,) = judge(_answers("++-+"), _answers("++-+"))
    assert not verdict.is_drop
    assert not verdict.lost


@pytest.mark.parametrize(("n_lost", "n_won", "is_drop"), [(6, 0, False), (7, 0, True), (8, 1, False), (12, 1, True)])
def test_a_drop_is_more_than_chance_explains(n_lost: int, n_won: int, is_drop: bool) -> None:
    """Six in a row come about by chance once in 64 times, seven once in 128."""
    before = "+" * n_lost + "-" * n_won + "+" * 50
    now = "-" * n_lost + "+" * n_won + "+" * 50
    (verdict,) = judge(_answers(before), _answers(now))
    assert verdict.is_drop == is_drop
    assert len(verdict.lost) == n_lost
    (better,) = judge(_answers(now), _answers(before))
    assert not better.is_drop


def test_several_settings_share_the_level() -> None:
    half = replace(_SETTING, keep_fraction=0.5)
    before = _answers("+" * 7) + _answers("+" * 7, half)
    now = _answers("-" * 7) + _answers("+" * 7, half)
    assert [verdict.is_drop for verdict in judge(before, now)] == [False, False]
    assert [verdict.is_drop for verdict in judge(before, now, alpha=0.02)] == [True, False]


def test_another_model_may_be_judged_but_not_other_items() -> None:
    other = replace(_SETTING, model="folder")
    (verdict,) = judge(_answers("++"), _answers("+-", other))
    assert verdict.setting == other
    assert settings_for("folder", _answers("++")) == [other]
    with pytest.raises(InputError, match="other items"):
        judge(_answers("++"), _answers("+++"))
    with pytest.raises(InputError, match="other items"):
        judge(_answers("++"), _answers("++", replace(_SETTING, keep_fraction=0.5)))
