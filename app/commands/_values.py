"""Values of arguments, for argparse, which turns the errors into wrong usage."""

import argparse
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


def keep_fraction(text: str) -> float:
    """A share of the patches, above 0 and at most 1."""
    try:
        value = float(text)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(f"{text} is not a number") from exc
    if not 0.0 < value <= 1.0:
        raise argparse.ArgumentTypeError(f"{text} is not above 0 and at most 1")
    return value


def whole_number(least: int) -> Callable[[str], int]:
    """A whole number of at least so much."""

    def convert(text: str) -> int:
        try:
            value = int(text)
        except ValueError as exc:
            raise argparse.ArgumentTypeError(f"{text} is not a whole number") from exc
        if value < least:
            raise argparse.ArgumentTypeError(f"{text} is less than {least}")
        return value

    return convert


def list_of(convert: Callable[[str], _T]) -> Callable[[str], list[_T]]:
    """Values with commas between them."""

    def split(text: str) -> list[_T]:
        return [convert(part.strip()) for part in text.split(",")]

    return split
