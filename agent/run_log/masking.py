"""Keeping typed text out of records."""

from collections.abc import Sequence
from typing import Any

MASK = "•••"
"""Stands for typed text, whatever its length."""

_MIN_LENGTH = 3
"""Shorter texts are masked only where they stand alone: masked inside of words they would leave nothing readable."""


_OWN_WORDS = frozenset({"status", "outcome", "kind", "button", "direction", "device", "digest"})
"""Keys whose values are words of ours: a run that types "done" has still ended as "done"."""


def mask_texts(value: Any, texts: Sequence[str]) -> Any:
    """A JSON value in which every string that holds one of the texts is masked; keys and our own words are kept."""
    if isinstance(value, str):
        return MASK if any(_holds(value, text) for text in texts) else value
    if isinstance(value, dict):
        return {key: entry if key in _OWN_WORDS else mask_texts(entry, texts) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [mask_texts(entry, texts) for entry in value]
    return value


def _holds(value: str, text: str) -> bool:
    if len(text) < _MIN_LENGTH:
        return value.strip().casefold() == text.casefold()
    return text.casefold() in value.casefold()
