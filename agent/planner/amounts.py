"""Numbers, repetitions and durations in words."""

import re

from agent.errors import PlanError

_WORDS = {
    "a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "seven": 7.0,
    "eight": 8.0, "nine": 9.0, "ten": 10.0, "twelve": 12.0, "fifteen": 15.0, "twenty": 20.0, "thirty": 30.0,
    "sixty": 60.0, "half a": 0.5, "half an": 0.5, "a few": 3.0, "a couple of": 2.0,
}  # fmt: skip
_NUMBER = r"\d{1,9}(?:\.\d{1,6})?|" + "|".join(sorted(_WORDS, key=len, reverse=True))
_UNIT_S = {"ms": 0.001, "milli": 0.001, "s": 1.0, "sec": 1.0, "moment": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_UNIT = r"ms|milliseconds?|moments?|minutes?|mins?|min|seconds?|secs?|sec|hours?|h|s|m"

COUNT = rf"once|twice|thrice|(?:{_NUMBER})\s*(?:times|time|x|×|clicks?|notches|notch|lines?|steps?)"
"""Pattern for a repetition."""
DURATION = rf"(?:{_NUMBER})\s*(?:{_UNIT})\b"
"""Pattern for a duration."""

MAX_COUNT = 100
MAX_DURATION_S = 3600.0


def count_of(words: str) -> int:
    """How often, from 1 to 100.

    Raises:
        agent.errors.PlanError: out of these limits, or a fraction.
    """
    words = words.strip().lower()
    fixed = {"once": 1, "twice": 2, "thrice": 3}
    if words in fixed:
        return fixed[words]
    number = _number(words)
    if not number.is_integer() or not 1 <= number <= MAX_COUNT:
        raise PlanError(f'"{words}" is not possible.', hint=f"Something can be repeated 1 to {MAX_COUNT} times.")
    return int(number)


def seconds_of(words: str) -> float:
    """A duration in seconds.

    Raises:
        agent.errors.PlanError: longer than an hour.
    """
    words = words.strip().lower()
    unit = re.sub(rf"^(?:{_NUMBER})\s*", "", words)
    scale = next(_UNIT_S[key] for key in sorted(_UNIT_S, key=len, reverse=True) if unit.startswith(key))
    seconds = _number(words) * scale
    if seconds > MAX_DURATION_S:
        raise PlanError(f'"{words}" is too long to wait.', hint="Waiting is possible for up to an hour.")
    return seconds


def _number(words: str) -> float:
    number = next(iter(re.findall(rf"^(?:{_NUMBER})", words)))
    return _WORDS.get(number) or float(number)
