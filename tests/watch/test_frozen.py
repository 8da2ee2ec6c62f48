"""What ``make eval`` watches fits together; the model itself is asked only there."""

from pathlib import Path

from model.evaluation.benchmarks.answers import read_item_answers
from model.evaluation.benchmarks.catalog import find_benchmark
from model.evaluation.watch import judge

_HERE = Path(__file__).parent


def test_every_question_can_be_asked_and_has_its_recorded_answer() -> None:
    items = find_benchmark("jsonl").load(_HERE / "questions.jsonl")
    assert not items.left_out
    assert {item.picture for item in items.items} == set((_HERE / "screens").iterdir())
    recorded = list(read_item_answers(_HERE / "baseline.jsonl"))
    assert {(a.item_id, a.instruction) for a in recorded} == {(i.item_id, i.instruction) for i in items.items}
    assert {answer.setting.model for answer in recorded} == {"nano"}
    (verdict,) = judge(recorded, recorded)
    assert verdict.paired.n == len(items.items)
    assert not verdict.is_drop
    for answer in recorded:
        target = next(item.target for item in items.items if item.item_id == answer.item_id)
        assert answer.target == target
        right = answer.is_rejected if not target.boxes else answer.point is not None and target.contains(answer.point)
        assert answer.is_hit == right
