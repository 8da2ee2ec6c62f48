"""How a run of training goes: told while it runs, and logged."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LOGGED_EVERY: Final = 20
"""Steps between two lines of the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Mean losses of the last steps, and what one took."""

    step: int
    seconds_a_step: float
    losses: dict[str, float]

    @classmethod
    def of(cls, step: int, seconds: float, sums: Mapping[str, float]) -> "Progress":
        """From the time and the sums of the last ``LOGGED_EVERY`` steps."""
        losses = {name: value / LOGGED_EVERY for name, value in sums.items()}
        return cls(step=step, seconds_a_step=seconds / LOGGED_EVERY, losses=losses)


def write_log(file: Path, progress: Progress) -> None:
    """Add a line."""
    losses = {name: round(value, 4) for name, value in progress.losses.items()}
    row = {"step": progress.step, "seconds_a_step": round(progress.seconds_a_step, 3), **losses}
    with file.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(row) + "\n")
