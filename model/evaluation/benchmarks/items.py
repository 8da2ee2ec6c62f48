"""What every reader of a benchmark makes of it: items that can be asked, and rows that cannot, with the reason."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from model.errors import InputError
from model.evaluation.benchmarks.targets import Target

Groups = tuple[tuple[str, str], ...]
"""(group, value) pairs; an item may have several values in one group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkItem:
    """An instruction about a picture, and where the answer is right.

    Attributes:
        item_id: tells it from all others of the benchmark, and stays from run to run.
        picture: path of the screenshot.
        instruction: as it is given to the model.
        target: where the answer is right.
        target_size: (width, height) of the picture that the target's coordinates are of, (1, 1) if they are fractions;
            None if they are pixels of this one.
        groups: by which it is counted.
    """

    item_id: str
    picture: Path
    instruction: str
    target: Target
    target_size: tuple[float, float] | None = None
    groups: Groups = ()

    def target_on(self, width_px: int, height_px: int) -> Target:
        """The target in pixels of the picture, which is of this size."""
        if self.target_size is None:
            return self.target
        return self.target.scaled(width_px / self.target_size[0], height_px / self.target_size[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class BadItem:
    """A row that cannot be used, or an item that a model failed on.

    Attributes:
        place: file and number of the row, from 0 in lists and from 1 in lines; or the item's id.
        problem: why, in the same words for all rows with the same problem.
    """

    place: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSet:
    """What is asked of a benchmark.

    Attributes:
        items: those that can be asked.
        left_out: the others.
    """

    items: tuple[BenchmarkItem, ...]
    left_out: tuple[BadItem, ...]

    @classmethod
    def of(cls, read: Iterable[BenchmarkItem | BadItem]) -> "ItemSet":
        """Sort the good from the bad; an item whose id another has already is bad.

        Raises:
            InputError: nothing can be asked.
        """
        items: dict[str, BenchmarkItem] = {}
        left_out: list[BadItem] = []
        for one in read:
            if isinstance(one, BadItem):
                left_out.append(one)
            elif one.item_id in items:
                left_out.append(BadItem(place=one.item_id, problem="Another row has the same id."))
            else:
                items[one.item_id] = one
        if not items:
            reasons = "; ".join(f"{n} rows: {problem}" for problem, n in reasons_of(left_out))
            raise InputError("No row of this benchmark can be asked.", hint=reasons or "The files hold no rows.")
        return cls(items=tuple(items.values()), left_out=tuple(left_out))

    def limited(self, n: int | None) -> "ItemSet":
        """At most so many items, evenly spaced, so that all parts of the benchmark are among them."""
        if n is None or n >= len(self.items):
            return self
        chosen = tuple(self.items[i * len(self.items) // n] for i in range(n))
        return ItemSet(items=chosen, left_out=self.left_out)

    def shard(self, index: int, n_shards: int) -> "ItemSet":
        """One of several parts, of whole pictures, so that no picture is looked at twice.

        Args:
            index: from 0.
            n_shards: number of parts.
        """
        number_of = {path: number for number, path in enumerate(dict.fromkeys(item.picture for item in self.items))}
        mine = tuple(item for item in self.items if number_of[item.picture] % n_shards == index)
        return ItemSet(items=mine, left_out=self.left_out if index == 0 else ())


def reasons_of(bad: Iterable[BadItem]) -> list[tuple[str, int]]:
    """What is wrong, and with how many of them, most frequent first."""
    return Counter(one.problem for one in bad).most_common()


def by_picture(items: Sequence[BenchmarkItem]) -> Iterator[list[BenchmarkItem]]:
    """The items of each picture, in the order in which pictures first appear."""
    of_picture: dict[Path, list[BenchmarkItem]] = {}
    for item in items:
        of_picture.setdefault(item.picture, []).append(item)
    return iter(of_picture.values())
