"""Reading run logs, whole or torn."""

from dataclasses import dataclass
from pathlib import Path

from agent.errors import RunLogError
from agent.run_log.record import LOG_NAME, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRun:
    """A run as it was written down.

    Attributes:
        folder: where it is.
        records: all records that can be read, in order.
        is_torn: whether the last line is incomplete, as a crash leaves it.
        unreadable_lines: numbers, from 1, of other lines that are no records.
    """

    folder: Path
    records: tuple[Record, ...]
    is_torn: bool
    unreadable_lines: tuple[int, ...]

    @property
    def run_id(self) -> str:
        """Name of the run."""
        return self.folder.name

    @property
    def command(self) -> str:
        """The command, with typed text masked; "" if the log does not tell."""
        return str(self._data_of("run_started").get("command", ""))

    @property
    def status(self) -> str:
        """How it ended; "unfinished" if the log does not tell."""
        return str(self._data_of("run_finished").get("status", "unfinished"))

    def _data_of(self, event: str) -> dict[str, object]:
        return next((dict(record.data) for record in self.records if record.event == event), {})


def read_run(folder: Path) -> RecordedRun:
    """Read a run, also one that was cut short.

    Raises:
        agent.errors.RunLogError: there is no run log in the folder.
    """
    try:
        data = (folder / LOG_NAME).read_bytes()
    except OSError as exc:
        raise RunLogError(f'There is no run log in "{folder}".', hint="`foveal runs list` shows the runs.") from exc
    *lines, rest = data.split(b"\n")
    records, unreadable = [], []
    for number, line in enumerate(lines, start=1):
        try:
            records.append(Record.parse(line.decode()))
        except ValueError:
            unreadable.append(number)
    return RecordedRun(folder=folder, records=tuple(records), is_torn=rest != b"", unreadable_lines=tuple(unreadable))


def list_runs(folder: Path) -> tuple[RecordedRun, ...]:
    """All runs in a folder, newest first; a folder that does not exist has none."""
    if not folder.is_dir():
        return ()
    names = sorted((path.name for path in folder.iterdir() if (path / LOG_NAME).is_file()), reverse=True)
    return tuple(read_run(folder / name) for name in names)


def find_run(folder: Path, words: str) -> Path:
    """The folder of a run, named by its path, its name, or the beginning or end of its name.

    Raises:
        agent.errors.RunLogError: there is none, or more than one.
    """
    path = Path(words).expanduser()
    if (path / LOG_NAME).is_file():
        return path.resolve()
    names = [path.parent.name for path in folder.glob(f"*/{LOG_NAME}")]
    fitting = [name for name in names if name == words] or [
        name for name in names if name.startswith(words) or name.endswith(words)
    ]
    if len(fitting) == 1 and words:
        return folder / fitting[0]
    reason = "There is no run" if not fitting else f"{len(fitting)} runs fit the name"
    raise RunLogError(f'{reason} "{words}".', hint="`foveal runs list` shows the names.")
