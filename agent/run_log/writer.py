"""Writing a run log while the run goes on."""

import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import platformdirs

from agent.clock import Clock, SystemClock
from agent.errors import RunLogError
from agent.run_log.frames import write_frame
from agent.run_log.masking import mask_texts
from agent.run_log.record import FIRST_PREV_HASH, FRAMES_NAME, LOG_NAME, Record
from agent.types import Screenshot

_HINT = "Is the disk full, or the folder read-only?"


def default_folder() -> Path:
    """Where runs are kept unless the person chose another place."""
    return Path(platformdirs.user_state_dir("foveal", appauthor=False)) / "runs"


@dataclass(frozen=True, kw_only=True)
class RunLogFactory:
    """Makes the log of each new run.

    Attributes:
        folder: holds one folder per run.
        is_text_recorded: keep what was typed instead of masking it.
        clock: tells the time since the run began.
        now: tells the date, for the name of the run.
    """

    folder: Path
    is_text_recorded: bool = False
    clock: Clock = field(default_factory=SystemClock)
    now: Callable[[], datetime] = datetime.now

    def start(self) -> "RunLog":
        """Begin a log.

        Raises:
            agent.errors.RunLogError: its folder cannot be written.
        """
        # Colons are not allowed in file names everywhere, so the time has hyphens.
        run_id = f"{self.now():%Y-%m-%dT%H-%M-%S}_{secrets.token_hex(3)}"
        return RunLog(folder=self.folder / run_id, is_text_recorded=self.is_text_recorded, clock=self.clock)


class RunLog:
    """The log of one run. Records are on the disk when ``record`` returns; pictures follow from a thread of their own.

    Encoding a picture takes 20 ms at 1920x1080, 80 ms at 3840x2160, and must not delay the next click; ``close`` waits
    for the last one. The log is written from one thread. All methods raise ``agent.errors.RunLogError``.
    """

    def __init__(self, *, folder: Path, is_text_recorded: bool, clock: Clock) -> None:
        self.folder = folder
        self.is_text_recorded = is_text_recorded
        self._clock = clock
        self._started_s = clock.monotonic()
        self._lock = threading.Lock()
        self._n_records = 0
        self._last_hash = FIRST_PREV_HASH
        self._last_frame: Screenshot | None = None
        self._secrets: tuple[str, ...] = ()
        self._frames: list[Future[None]] = []
        try:
            (folder / FRAMES_NAME).mkdir(parents=True)
            self._file = (folder / LOG_NAME).open("x", encoding="utf-8", newline="\n")
        except OSError as exc:
            raise RunLogError(f'The run log "{folder}" cannot be written.', hint=_HINT) from exc
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="foveal-frames")

    @property
    def run_id(self) -> str:
        """Name of the run."""
        return self.folder.name

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def keep_out(self, texts: Iterable[str]) -> None:
        """Mask these texts wherever they turn up in records from now on, unless typed text is recorded.

        What was typed is read off the screen again, as a label near the target for instance.
        """
        if not self.is_text_recorded:
            self._secrets += tuple(text.strip() for text in texts if text.strip())

    def record(self, event: str, **data: Any) -> None:
        """Append a record. ``data`` must be JSON."""
        self._append(event, mask_texts(data, self._secrets) if self._secrets else data)

    def save_frame(self, screenshot: Screenshot) -> int:
        """Save a picture; the same one is saved once. Returns its number."""
        if self._last_frame is not screenshot:
            self._last_frame = screenshot
            number = len(self._frames)
            self._frames.append(self._writer.submit(self._write, number, screenshot))
        return len(self._frames) - 1

    def close(self) -> None:
        """Wait for the pictures and end the log."""
        self._writer.shutdown(wait=True)
        self._file.close()
        for frame in self._frames:
            frame.result()

    def _write(self, number: int, screenshot: Screenshot) -> None:
        try:
            data = write_frame(self.folder, number, screenshot)
        except OSError as exc:
            raise RunLogError(f'A picture of the run log "{self.folder}" cannot be written.', hint=_HINT) from exc
        self._append("frame", data)

    def _append(self, event: str, data: Mapping[str, Any]) -> None:
        with self._lock:
            record = Record.make(
                run_id=self.run_id,
                seq=self._n_records,
                t_s=round(self._clock.monotonic() - self._started_s, 6),
                event=event,
                data=data,
                prev_hash=self._last_hash,
            )
            try:
                self._file.write(record.to_line() + "\n")
                self._file.flush()
            except OSError as exc:
                raise RunLogError(f'The run log "{self.folder}" cannot be written.', hint=_HINT) from exc
            self._n_records += 1
            self._last_hash = record.hash
