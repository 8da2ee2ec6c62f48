"""Which of the answers that are kept still hold: those of these weights, about what is asked now."""

import sys
from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar


class _Kept(Protocol):
    """An answer of a benchmark or of the development set."""

    @property
    def key(self) -> Any:
        """What tells it from others."""
        ...

    @property
    def digest(self) -> str:
        """Of the weights that gave it."""
        ...


_K = TypeVar("_K", bound=_Kept)


def still_true(kept: Iterable[_K], *, is_about: Callable[[_K], bool], digest: str) -> list[_K]:
    """The last answer of each key, if it is of these weights and about what is asked now; others are told.

    Args:
        kept: answers, in the order in which they were given.
        is_about: whether one is about what is asked now.
        digest: of these weights.
    """
    last = {answer.key: answer for answer in kept}
    same = [answer for answer in last.values() if is_about(answer)]
    if n_changed := len(last) - len(same):
        print(f"{n_changed} answers are about rows that have changed, and are asked anew.", file=sys.stderr)
    true = [answer for answer in same if answer.digest == digest]
    if n_stale := len(same) - len(true):
        print(f"{n_stale} answers are of other weights and are asked anew.", file=sys.stderr)
    return true
