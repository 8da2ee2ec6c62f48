"""Packings by name, as they are written on the command line."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.commands._errors import UsageError

if TYPE_CHECKING:
    from model.packing import Packing


def known_packings(names: Sequence[str]) -> "list[Packing]":
    """What the names stand for.

    Raises:
        UsageError: there is no such packing.
    """
    from model.packing import Packing

    if unknown := [name for name in names if name not in list(Packing)]:
        raise UsageError(f'There is no packing named "{unknown[0]}".', hint=f"There is {', '.join(Packing)}.")
    return [Packing(name) for name in names]
