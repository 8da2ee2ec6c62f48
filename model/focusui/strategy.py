"""Two ways to an answer, and which of them is faster on this machine.

Either visual tokens are dropped and what remains runs with the instruction, or the whole picture waits in the decoder
and the instruction runs alone. Which one wins depends on card, model, size and share, so it is measured
(``foveal models bench --remember``) and remembered. Legend: ``n_cells`` visual tokens of a picture.
"""

import logging
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path
from pydantic import TypeAdapter, ValidationError

_SIMILAR = 1.5  # a measurement speaks for pictures up to so many times larger or smaller
_FILE = "find-times.json"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindStrategy:
    """How an instruction is answered.

    Attributes:
        keep_fraction: share of visual tokens that stay; None keeps the whole picture in the decoder beforehand.
    """

    keep_fraction: float | None

    def __post_init__(self) -> None:
        if self.keep_fraction is not None and not 0.0 < self.keep_fraction <= 1.0:
            raise ValueError(f"keep_fraction must be in (0, 1], not {self.keep_fraction}")

    @property
    def is_cached(self) -> bool:
        """Whether the whole picture is kept in the decoder beforehand."""
        return self.keep_fraction is None


WHOLE_PICTURE_CACHED = FindStrategy(keep_fraction=None)


def prune(keep_fraction: float) -> FindStrategy:
    """Drop visual tokens down to a share of them."""
    return FindStrategy(keep_fraction=keep_fraction)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindTimes:
    """Medians of one model on one device for one size of picture.

    Attributes:
        n_cells: visual tokens of the picture.
        pruned_ms: per keep fraction, an instruction on a screen that was looked at.
        cached_ms: the same behind the cached picture.
    """

    n_cells: int
    pruned_ms: dict[float, float]
    cached_ms: float

    def faster(self, keep_fraction: float) -> FindStrategy | None:
        """The faster way; at equal speed the whole picture. None if nothing is known about this share."""
        measured = [share for share in self.pruned_ms if abs(share - keep_fraction) < 0.05]
        if not measured:
            return None
        pruned_ms = self.pruned_ms[min(measured, key=lambda share: abs(share - keep_fraction))]
        return WHOLE_PICTURE_CACHED if self.cached_ms <= pruned_ms else prune(keep_fraction)


_Known = dict[str, tuple[FindTimes, ...]]
_KNOWN = TypeAdapter(_Known)


class FindTimesFile:
    """What was measured on this machine, in a JSON file. A broken file counts as empty.

    Args:
        path: of the file; None: in the user's cache folder.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = user_cache_path("foveal", appauthor=False) / _FILE if path is None else path

    def read(self, key: str) -> tuple[FindTimes, ...]:
        """All sizes that were measured under a key; see ``runtime.speed_key``."""
        return self._load().get(key, ())

    def write(self, key: str, times: FindTimes) -> None:
        """Remember one size; what was known about the same size is replaced."""
        known = self._load()
        known[key] = (*(entry for entry in known.get(key, ()) if entry.n_cells != times.n_cells), times)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self._path.with_suffix(".part")
        unfinished.write_bytes(_KNOWN.dump_json(known, indent=1))
        unfinished.replace(self._path)

    def _load(self) -> _Known:
        try:
            return _KNOWN.validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError) as exc:
            _log.warning("the measured times in %s cannot be read: %s", self._path, exc)
            return {}


def choose(known: tuple[FindTimes, ...], n_cells: int, keep_fraction: float) -> FindStrategy:
    """The faster way by what was measured at the nearest size; dropping tokens where nothing similar was.

    Args:
        known: what was measured for this model on this device.
        n_cells: visual tokens of the picture.
        keep_fraction: share to keep if tokens are dropped.
    """
    similar = [times for times in known if n_cells / _SIMILAR <= times.n_cells <= n_cells * _SIMILAR]
    if not similar:
        return prune(keep_fraction)
    nearest = min(similar, key=lambda times: abs(times.n_cells - n_cells))
    return nearest.faster(keep_fraction) or prune(keep_fraction)
