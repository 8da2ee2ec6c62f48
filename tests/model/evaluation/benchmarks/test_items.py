from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import InputError
from model.evaluation.benchmarks.items import BadItem, BenchmarkItem, ItemSet, by_picture, reasons_of
from model.evaluation.benchmarks.targets import Target


def _item(number: int, picture: int) -> BenchmarkItem:
    return BenchmarkItem(
        item_id=str(number),
        picture=Path(f"{picture}.png"),
        instruction="Save",
        target=Target(boxes=((0.0, 0.0, 0.5, 1.0),)),
        target_size=(1.0, 1.0),
    )


def test_a_target_of_another_size_is_put_on_the_picture() -> None:
    item = _item(0, 0)
    assert item.target_on(200, 100).boxes == ((0.0, 0.0, 100.0, 100.0),)


def test_bad_rows_and_doubles_are_left_out_with_their_reason() -> None:
    bad = BadItem(place="a:1", problem="The box is empty.")
    items = ItemSet.of([_item(0, 0), bad, _item(0, 1), _item(1, 1)])
    assert [item.item_id for item in items.items] == ["0", "1"]
    assert reasons_of(items.left_out) == [("The box is empty.", 1), ("Another row has the same id.", 1)]


def test_nothing_to_ask_is_an_error_with_the_reasons() -> None:
    with pytest.raises(InputError) as caught:
        ItemSet.of([BadItem(place="a", problem="The box is empty."), BadItem(place="b", problem="The box is empty.")])
    assert caught.value.hint == "2 rows: The box is empty."


@given(
    pictures=st.lists(st.integers(0, 9), min_size=1, max_size=40),
    n_shards=st.integers(1, 5),
    limit=st.integers(1, 50),
)
def test_shards_are_whole_pictures_and_lose_nothing(pictures: list[int], n_shards: int, limit: int) -> None:
    items = ItemSet.of(_item(number, picture) for number, picture in enumerate(pictures)).limited(limit)
    assert len(items.items) == min(limit, len(pictures))
    shards = [items.shard(index, n_shards) for index in range(n_shards)]
    assert sorted(item.item_id for shard in shards for item in shard.items) == sorted(i.item_id for i in items.items)
    of_shard = [{item.picture for item in shard.items} for shard in shards]
    assert sum(map(len, of_shard)) == len(set().union(*of_shard))
    assert [item for group in by_picture(items.items) for item in group] == sorted(
        items.items, key=lambda item: [i.picture for i in items.items].index(item.picture)
    )
