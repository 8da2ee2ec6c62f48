"""How far a run is, and the files from which it goes on after any end."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from model.data.sources.block import StreamPlace
from model.errors import InputError
from model.training.folders import begin_folder, finish_folder, part_of, settle_folder
from model.training.loading import Unusable
from model.training.team.team import Team

_STATE = "state"
_FILE = "run.json"
_LOG = "log.jsonl"
_NOTHING = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Best:
    """The best measurement so far: after which step, and the share of held-out records that were found."""

    n_steps: int
    found: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunState:
    """How far a run is.

    Attributes:
        n_steps: that are done.
        best: None before the first measurement.
        unusable: records that were left out.
        places: where each process is in its stream, in their order; () without a stream.
    """

    n_steps: int = 0
    best: Best | None = None
    unusable: tuple[Unusable, ...] = ()
    places: tuple[StreamPlace, ...] = ()


class RunFiles:
    """The files of a run.

    Nothing that is drawn needs to be kept: order, keep fractions and dropout follow from the seed and the number of
    the step (``model.training.steps``). Only a stream has a place of its own.

    Args:
        folder: of the run; made by the first ``save``.
        team: of processes; the first one writes.
        provenance: of the run: recipe, revision, data, model. A run goes on only where these agree.
    """

    def __init__(self, folder: Path, team: Team, provenance: dict[str, Any]) -> None:
        self.folder = folder
        self._team = team
        self._provenance = provenance

    @property
    def state_folder(self) -> Path:
        """What the run goes on from."""
        return self.folder / _STATE

    def load(self) -> RunState:
        """Take up weights, optimiser and log of the last saved state.

        Raises:
            InputError: they are of another run, or damaged.
        """
        if self._team.rank == 0:
            settle_folder(self.state_folder)
        self._team.wait()
        is_new = not self.state_folder.is_dir()
        saved: dict[str, Any] = {"n_steps": _NOTHING} if is_new else self._read()
        if self._team.rank == 0:
            self._shorten_log(saved["n_steps"])
        if is_new:
            return RunState()
        self._team.load(self.state_folder)
        best = saved["best"]
        return RunState(
            n_steps=saved["n_steps"],
            best=None if best is None else Best(**best),
            unusable=tuple(Unusable(**entry) for entry in saved["unusable"]),
            places=tuple(StreamPlace(**entry) for entry in saved["places"]),
        )

    def save(self, state: RunState) -> None:
        """Write it all; the state saved before stays until this one is whole."""
        if self._team.rank == 0:
            begin_folder(self.state_folder)
        self._team.wait()
        self._team.save(part_of(self.state_folder))
        self._team.wait()
        if self._team.rank == 0:
            values = {**asdict(state), "provenance": self._provenance}
            (part_of(self.state_folder) / _FILE).write_text(json.dumps(values, indent=1), encoding="utf-8")
            finish_folder(self.state_folder)
        self._team.wait()

    def log(self, row: dict[str, Any]) -> None:
        """Add a line to the log."""
        if self._team.rank == 0:
            self.folder.mkdir(parents=True, exist_ok=True)
            with (self.folder / _LOG).open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(row) + "\n")

    def logged(self) -> list[dict[str, Any]]:
        """The lines of the log."""
        return read_log(self.folder)

    def _read(self) -> dict[str, Any]:
        file = self.state_folder / _FILE
        try:
            saved: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            before = saved["provenance"]
        except (OSError, ValueError, KeyError) as exc:
            raise InputError(f"{file} cannot be gone on from: {exc!r}.", hint="Start a new run elsewhere.") from exc
        now = json.loads(json.dumps(self._provenance))
        # Other code may go on with a run: that is how mistakes in it are mended.
        differs = [key for key in now if key != "revision" and before.get(key) != now[key]]
        if differs:
            raise InputError(
                f"The run in {self.folder} began with another {' and another '.join(differs)}.",
                hint="Go on with what it began with, or start a new run in another folder.",
            )
        return saved

    def _shorten_log(self, n_steps: int) -> None:
        """Take out what was logged after the saved state: it will be done, and logged, again."""
        if not (self.folder / _LOG).is_file():
            return
        rows = [row for row in self.logged() if row["step"] <= n_steps]
        part = self.folder / f"{_LOG}.part"
        part.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        part.replace(self.folder / _LOG)


def read_log(folder: Path) -> list[dict[str, Any]]:
    """The lines of a run's log; a last one that was cut short is left out."""
    file = folder / _LOG
    if not file.is_file():
        return []
    rows = []
    for line in file.read_text(encoding="utf-8").splitlines():
        try:
            rows.append(json.loads(line))
        except ValueError:
            break
    return rows


def has_run(folder: Path) -> bool:
    """Whether a folder holds a run."""
    return (folder / _STATE).is_dir() or (folder / _LOG).is_file()
