"""Getting a model: list, make sure that there is room, fetch each file, verify, and only then let it appear."""

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from model.shape import Family, shape_of_config
from model.store.errors import StoreError
from model.store.folder import InstalledModel, find_installed, partial_folder, write_manifest
from model.store.machine import free_disk
from model.store.sources import RemoteFile, Source
from model.store.transfer import RETRY_WAITS_S, fetch_file, no_room

_REPORT_S = 0.1
_SPARE_BYTES = 64 * 1024**2
_INDEX = "model.safetensors.index.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class PullProgress:
    """How far a download has come.

    Attributes:
        file: the one that is fetched.
        done_bytes, total_bytes: of all files.
        bytes_per_s: lately; 0 before the first second.
        left_s: seconds to go at that speed; None before anything can be said.
    """

    file: str
    done_bytes: int
    total_bytes: int
    bytes_per_s: float
    left_s: float | None


OnProgress = Callable[[PullProgress], None]


def pull_model(
    name: str,
    source: Source,
    folder: Path,
    *,
    family: Family | None = None,
    cancel: threading.Event | None = None,
    on_progress: OnProgress | None = None,
    retry_waits_s: Sequence[float] = RETRY_WAITS_S,
) -> InstalledModel:
    """Fetch a model; one that is there already is fetched anew and then takes the place of the old.

    Args:
        name: the name to install it under.
        source: where it comes from.
        folder: where models are kept; made if it is missing.
        family: what its config must say; None takes any that is known.
        cancel: ends it soon after it is set.
        on_progress: called a few times a second.
        retry_waits_s: pauses between tries after a broken connection.

    Raises:
        StoreError: it cannot be had; what has arrived stays for the next time.
        PullCancelled: ``cancel`` was set; what has arrived stays.
    """
    cancel = cancel or threading.Event()
    staging = partial_folder(name, folder)
    try:
        staging.mkdir(parents=True, exist_ok=True)
        with _locked(staging.parent / f"{name}.lock", name):
            files = source.list_files()
            _check_complete([file.name for file in files], source)
            _drop_strangers(staging, files)
            _check_room(staging, files)
            meter = _Meter(sum(file.size_bytes for file in files), on_progress)
            stored = []
            # The small ones first: a wrong repository is found out before gigabytes have come.
            for file in sorted(files, key=lambda file: file.size_bytes):
                meter.begin(file)
                stored.append(
                    fetch_file(
                        source,
                        file,
                        staging,
                        cancel=cancel,
                        on_bytes=meter.update,
                        retry_waits_s=retry_waits_s,
                    )
                )
                if file.name == "config.json":
                    _check_config(staging / file.name, source, family)
                if file.name == _INDEX:
                    _check_shards(staging / file.name, files, source)
                meter.end(file)
            place = folder / name
            model = InstalledModel(
                name=name, folder=place, source=source.title, revision=source.revision, files=tuple(stored)
            )
            write_manifest(model, staging)
            _replace(staging, place)
            return find_installed(name, folder)
    except OSError as exc:
        raise StoreError(
            f"{folder} cannot be used: {exc.strerror or exc}.", hint="Choose another place with --folder."
        ) from exc


def _check_complete(names: Sequence[str], source: Source) -> None:
    has_tokenizer = "tokenizer.json" in names or {"vocab.json", "merges.txt"} <= set(names)
    has_weights = any(name.endswith(".safetensors") for name in names)
    missing = [
        what
        for what, is_there in {
            "config.json": "config.json" in names,
            "weights as safetensors": has_weights,
            "a tokenizer": has_tokenizer,
        }.items()
        if not is_there
    ]
    if missing:
        raise StoreError(
            f"{source.title} holds no whole model: {', '.join(missing)} missing.",
            hint="It takes a checkpoint as it is published, with all its files.",
        )


def _check_config(path: Path, source: Source, family: Family | None) -> None:
    try:
        found = shape_of_config(json.loads(path.read_text("utf-8"))).family
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise StoreError(
            f"{source.title} is of a kind that Foveal does not know.",
            hint="It takes Qwen2-VL, Qwen2.5-VL and Qwen3-VL checkpoints, with FocusUI's or GUI-Actor's heads.",
        ) from exc
    if family not in (None, found):
        raise StoreError(
            f"{source.title} holds another model: {found.label}, not {family.label}.",
            hint="`foveal models list` shows which name belongs to which.",
        )


def _check_shards(path: Path, files: Sequence[RemoteFile], source: Source) -> None:
    try:
        named = set(json.loads(path.read_text("utf-8"))["weight_map"].values())
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise StoreError(f"{source.title}: {_INDEX} cannot be read.", hint="Try another mirror.") from exc
    if missing := sorted(named - {file.name for file in files}):
        raise StoreError(
            f"{source.title} is incomplete: {missing[0]} is missing.", hint="Try another mirror or folder."
        )


def _drop_strangers(staging: Path, files: Sequence[RemoteFile]) -> None:
    """Files of another revision, which were begun earlier."""
    expected = {file.name for file in files} | {f"{file.name}.{file.digest}.part" for file in files}
    for place in staging.iterdir():
        if place.name not in expected:
            place.unlink()


def _check_room(staging: Path, files: Sequence[RemoteFile]) -> None:
    n_there = sum(place.stat().st_size for place in staging.iterdir())
    n_needed = sum(file.size_bytes for file in files) - n_there + _SPARE_BYTES
    n_free = free_disk(staging)
    if n_free is not None and n_free < n_needed:
        raise no_room(staging.parent.parent, n_needed - n_free)


def _replace(staging: Path, place: Path) -> None:
    """Let it appear by one rename; an older one steps aside first and is deleted afterwards."""
    old = staging.with_name(f"{staging.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.replace(old)
    staging.replace(place)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _locked(path: Path, name: str) -> Iterator[None]:
    """Keep a second download of the same model out; the system lets go of the lock if this process dies."""
    try:
        import fcntl
    except ImportError:  # no such call on this platform: a wrong mixture is caught by the checksums
        yield
        return
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            raise StoreError(
                f"{name} is being downloaded already.", hint="Wait for the other download, or stop it."
            ) from exc
        yield


class _Meter:
    """Adds up the bytes of all files and tells them, a few times a second, with the speed of the last seconds."""

    def __init__(self, total_bytes: int, on_progress: OnProgress | None) -> None:
        self._total_bytes = total_bytes
        self._on_progress = on_progress
        self._finished_bytes = 0
        self._file = ""
        self._file_bytes: int | None = None
        self._fetched_bytes = 0
        self._speed = 0.0
        self._begun_s = self._told_s = time.monotonic()
        self._told_fetched = 0

    def begin(self, file: RemoteFile) -> None:
        self._file, self._file_bytes = file.name, None

    def update(self, n_bytes: int) -> None:
        """So much of the file is there. What was there before it was opened does not count as speed."""
        if self._file_bytes is not None and n_bytes > self._file_bytes:
            self._fetched_bytes += n_bytes - self._file_bytes
        self._file_bytes = n_bytes
        now_s = time.monotonic()
        if now_s - self._told_s >= _REPORT_S:
            self._tell(now_s)

    def end(self, file: RemoteFile) -> None:
        self._finished_bytes += file.size_bytes
        self._file_bytes = 0
        self._tell(time.monotonic())

    def _tell(self, now_s: float) -> None:
        if (passed_s := now_s - self._told_s) > 0:
            newest = (self._fetched_bytes - self._told_fetched) / passed_s
            # The mean of about the last two seconds, however often it is told.
            share = min(1.0, passed_s / 2.0) if self._speed else 1.0
            self._speed += (newest - self._speed) * share
        self._told_s, self._told_fetched = now_s, self._fetched_bytes
        if self._on_progress is None:
            return
        done_bytes = self._finished_bytes + (self._file_bytes or 0)
        is_settled = self._speed > 0 and now_s - self._begun_s > 1.0
        self._on_progress(
            PullProgress(
                file=self._file,
                done_bytes=done_bytes,
                total_bytes=self._total_bytes,
                bytes_per_s=self._speed,
                left_s=(self._total_bytes - done_bytes) / self._speed if is_settled else None,
            )
        )
