from pathlib import Path

import numpy as np
import pytest

from model.errors import InputError
from model.evaluation.benchmarks.answers import ItemAnswer, append_item_answer, read_item_answers
from model.evaluation.benchmarks.heat import MAX_COLS, Heat
from model.evaluation.benchmarks.items import BadItem, BenchmarkItem
from model.evaluation.benchmarks.measure import Asking, measure_picture
from model.evaluation.benchmarks.targets import Target
from model.evaluation.settings import Setting
from model.packing import Packing
from tests.fakes.constant_grounder import ConstantGrounder
from tests.fakes.fake_grounder import FakeGrounder
from tests.model.evaluation.miniatures import BOXES, write_screen

_WHOLE = Setting(model="fake", packing=Packing.POSPAD, keep_fraction=1.0)
_HALF = Setting(model="fake", packing=Packing.POSPAD, keep_fraction=0.5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_screen(tmp_path / "a.png", "a")
    return tmp_path


def _item(folder: Path, colour: str, target: Target) -> BenchmarkItem:
    return BenchmarkItem(item_id=colour, picture=folder / "a.png", instruction=colour, target=target)


def _box(colour: str) -> Target:
    return Target(boxes=(tuple(map(float, BOXES["a"][colour])),))  # type: ignore[arg-type] # four edges


def _ask(grounder: FakeGrounder, folder: Path, *items: BenchmarkItem) -> list[ItemAnswer]:
    asking = Asking(benchmark="jsonl", folder=folder, settings=[_WHOLE])
    answers = list(measure_picture(grounder, asking, items, set()))
    assert all(isinstance(answer, ItemAnswer) for answer in answers)
    return answers  # type: ignore[return-value] # as was just asserted


def test_a_refusal_is_right_only_where_nothing_is(folder: Path) -> None:
    right, wrong = _ask(FakeGrounder(), folder, _item(folder, "purple", Target()), _item(folder, "red", Target()))
    assert (right.is_hit, right.is_rejected, right.is_pointed) == (True, True, False)
    assert (wrong.is_hit, wrong.is_rejected, wrong.is_hit_top) == (False, False, False)


def test_refusing_what_is_there_is_wrong_though_the_best_candidate_may_be_right(folder: Path) -> None:
    grounder = FakeGrounder(points={"odd": None})
    (answer,) = _ask(grounder, folder, _item(folder, "odd", _box("red")))  # the nearest candidates: red is the first
    assert (answer.is_hit, answer.is_hit_top, answer.is_overlap, answer.is_pointed) == (False, False, False, True)
    assert answer.candidates
    assert answer.heat is not None


def test_one_of_the_next_candidates_counts_for_hit_at_k(folder: Path) -> None:
    class _Second(FakeGrounder):
        def _candidates(self, look, instruction):  # type: ignore[no-untyped-def]
            return tuple(reversed(super()._candidates(look, "red"))) + super()._candidates(look, "green")

    answer, *_ = _ask(_Second(), folder, _item(folder, "green", _box("green")))
    assert (answer.is_hit, answer.is_hit_top) == (False, True)


def test_overlap_is_a_box_around_the_point(folder: Path) -> None:
    near, far = _ask(ConstantGrounder(), folder, _item(folder, "blue", _box("blue")), _item(folder, "red", _box("red")))
    assert (near.is_hit, near.is_overlap) == (False, True)
    assert (far.is_hit, far.is_overlap) == (False, False)


def test_one_look_and_every_setting_and_what_is_known_is_not_asked(folder: Path, tmp_path: Path) -> None:
    grounder = FakeGrounder()
    items = [_item(folder, colour, _box(colour)) for colour in ("red", "green")]
    asking = Asking(benchmark="jsonl", folder=folder, settings=[_WHOLE, _HALF])
    answers = list(measure_picture(grounder, asking, items, set()))
    assert (grounder.n_encoded, len(answers)) == (1, 4)
    for answer in answers:
        assert isinstance(answer, ItemAnswer)
        append_item_answer(tmp_path / "answers.jsonl", answer)
    kept = list(read_item_answers(tmp_path / "answers.jsonl"))
    assert kept == answers
    assert not list(measure_picture(grounder, asking, items, asking.keys(items)))
    rest = list(measure_picture(grounder, asking, items, {answer.key for answer in kept[:3]}))
    assert [answer.key for answer in rest] == [kept[3].key]  # type: ignore[union-attr] # nothing is left out


def test_a_broken_picture_leaves_its_items_out(folder: Path) -> None:
    (folder / "a.png").write_bytes(b"no picture")
    asking = Asking(benchmark="jsonl", folder=folder, settings=[_WHOLE, _HALF])
    items = [_item(folder, "red", _box("red")), _item(folder, "blue", _box("blue"))]
    left_out = list(measure_picture(FakeGrounder(), asking, items, set()))
    assert left_out == [
        BadItem(place=colour, problem="The picture cannot be read, or is no screen.") for colour in ("red", "blue")
    ]


def test_what_a_model_cannot_do_stops_the_run(folder: Path) -> None:
    setting = Setting(model="fake", packing=Packing.POSPAD, keep_fraction=0.5, selector="random")
    asking = Asking(benchmark="jsonl", folder=folder, settings=[setting])
    with pytest.raises(InputError, match="chosen by itself"):
        list(measure_picture(FakeGrounder(), asking, [_item(folder, "red", _box("red"))], set()))


def test_heat_keeps_the_highest_scores() -> None:
    scores = np.zeros((70, 200), np.float32)
    scores[69, 199] = 1.0
    heat = Heat.of(scores)
    assert heat.n_cols <= MAX_COLS
    assert heat.scores().shape == (heat.n_rows, heat.n_cols)
    assert heat.scores()[-1, -1] == 1.0
    assert heat.scores().sum() == 1.0
