"""What can be chosen of an objective, read from a recipe."""

from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any, TypeVar

_T = TypeVar("_T")


def read_options(kind: type[_T], options: Mapping[str, Any]) -> _T:
    """Fill a dataclass whose fields all have defaults; a value must be of the kind of its default.

    Args:
        kind: the dataclass.
        options: by field name; what is missing keeps its default.

    Raises:
        ValueError: an option is unknown, of the wrong kind or out of range.
    """
    defaults = {field.name: field.default for field in fields(kind)}  # type: ignore[arg-type] # a dataclass
    if unknown := sorted(set(options) - set(defaults)):
        raise ValueError(f"there is no {unknown[0]!r}, but {', '.join(defaults)}")
    return kind(**{option: _fitting(option, value, defaults[option]) for option, value in options.items()})


def _fitting(option: str, value: object, default: Any) -> object:
    """The value as the kind of its default; whole numbers are numbers, truth values are not."""
    if isinstance(default, StrEnum) and isinstance(value, str):
        return type(default)(value)
    if isinstance(default, float) and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if type(value) is not type(default):
        raise ValueError(f"{option} is {value!r}, which is not like {default!r}")
    return value
