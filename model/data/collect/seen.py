"""What a folder has already, and how far collecting is."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from model.data.screens import SCREENS_FILE, read_screens


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One step of collecting.

    Attributes:
        what: was shown.
        n_done, n_total: steps.
        n_screens, n_elements: that it gave.
        dropped: why elements were left out, and how many.
    """

    what: str
    n_done: int
    n_total: int
    n_screens: int
    n_elements: int
    dropped: Counter[str] = field(default_factory=Counter)


def pictures_in(folder: Path) -> set[str]:
    """Names of the pictures that a folder has labels for; none if there is no such folder.

    Raises:
        RecordError: a line is damaged.
    """
    return {screen.picture for screen in read_screens(folder)} if (folder / SCREENS_FILE).is_file() else set()
