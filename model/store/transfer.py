"""One file, from a source to the disk: gone on with where it stopped, tried again, and verified."""

import errno
import hashlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from model.store.errors import PullCancelled, StoreError
from model.store.folder import StoredFile
from model.store.hub import RangeRefused, reason_of
from model.store.sources import RemoteFile, Source

_CHUNK_BYTES = 1024 * 1024
RETRY_WAITS_S = (1.0, 2.0, 4.0, 8.0)
OnBytes = Callable[[int], None]


def fetch_file(
    source: Source,
    file: RemoteFile,
    folder: Path,
    *,
    cancel: threading.Event,
    on_bytes: OnBytes,
    retry_waits_s: Sequence[float] = RETRY_WAITS_S,
) -> StoredFile:
    """Bring one file into a folder.

    While it is under way it is called ``<name>.<digest>.part``; what is there of it already is gone on with. After a
    broken connection it is tried again; each time that bytes arrived, the count of tries begins anew.

    Args:
        source: where it comes from.
        file: which one.
        folder: where it goes; exists.
        cancel: ends it at the next chunk.
        on_bytes: called with the bytes that are there of this file, also when that becomes less.
        retry_waits_s: pauses between tries.

    Raises:
        StoreError: it cannot be had, arrives damaged, or there is no room.
        PullCancelled: ``cancel`` was set; the part stays.
    """
    whole = folder / file.name
    if whole.exists():
        try:
            return _stored(file, whole, cancel)
        except StoreError:  # of another revision, or broken on the disk: it is gone now and fetched anew
            on_bytes(0)
    part = folder / f"{file.name}.{file.digest}.part"
    _fill(source, file, part, cancel=cancel, on_bytes=on_bytes, retry_waits_s=retry_waits_s)
    stored = _stored(file, part, cancel)
    part.replace(whole)
    return stored


def _fill(
    source: Source,
    file: RemoteFile,
    part: Path,
    *,
    cancel: threading.Event,
    on_bytes: OnBytes,
    retry_waits_s: Sequence[float],
) -> None:
    n_tries, n_there = 0, _size_of(part)
    while True:
        try:
            _append(source, file, part, cancel=cancel, on_bytes=on_bytes)
        except RangeRefused:
            part.unlink()
        except OSError as exc:
            if exc.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise no_room(part.parent) from exc
            n_tries = 0 if _size_of(part) > n_there else n_tries
            n_there = _size_of(part)
            if n_tries == len(retry_waits_s):
                raise StoreError(
                    f"The connection to {source.title} was lost at {file.name}: {reason_of(exc)}.",
                    hint="What has arrived is kept. Run the same again to go on.",
                ) from exc
            if cancel.wait(retry_waits_s[n_tries]):
                raise PullCancelled("Stopped.", hint="What has arrived is kept.") from exc
            n_tries += 1
        else:
            return


def _append(source: Source, file: RemoteFile, part: Path, *, cancel: threading.Event, on_bytes: OnBytes) -> None:
    n_there = _size_of(part)
    if n_there == file.size_bytes and part.exists():
        return
    with source.open(file, n_there) as content, part.open("ab") as out:
        n_there = content.start
        out.truncate(n_there)  # a server that cannot begin in the middle begins anew
        on_bytes(n_there)
        while n_there < file.size_bytes:
            if cancel.is_set():
                raise PullCancelled("Stopped.", hint="What has arrived is kept.")
            chunk = content.read(min(_CHUNK_BYTES, file.size_bytes - n_there))
            if not chunk:
                raise ConnectionError("it ended too early")
            out.write(chunk)
            n_there += len(chunk)
            on_bytes(n_there)


def _stored(file: RemoteFile, path: Path, cancel: threading.Event) -> StoredFile:
    """Verify a file that has arrived.

    Raises:
        StoreError: it is not what the source said; it is deleted.
        PullCancelled: ``cancel`` was set.
    """
    sha256, git_sha1 = hashlib.sha256(), hashlib.sha1(b"blob %d\0" % file.size_bytes, usedforsecurity=False)
    with path.open("rb") as content:
        while chunk := content.read(_CHUNK_BYTES):
            if cancel.is_set():
                raise PullCancelled("Stopped.", hint="What has arrived is kept.")
            sha256.update(chunk)
            git_sha1.update(chunk)
    is_right = (
        path.stat().st_size == file.size_bytes
        and file.sha256 in (None, sha256.hexdigest())
        and file.git_sha1 in (None, git_sha1.hexdigest())
    )
    if not is_right:
        path.unlink()
        raise StoreError(
            f"{file.name} arrived damaged: its checksum is wrong.",
            hint="It was deleted. Run the same again; if it stays so, take another mirror.",
        )
    return StoredFile(name=file.name, size_bytes=file.size_bytes, sha256=sha256.hexdigest())


def no_room(folder: Path, n_missing: int | None = None) -> StoreError:
    """The disk is full, or would be; with how much is missing, if that is known."""
    missing = "" if n_missing is None else f": {n_missing / 1e9:.1f} GB are missing"
    return StoreError(
        f"There is not enough room on the disk{missing}.",
        hint=f"Make room where {folder} lies, or choose another place with --folder.",
    )


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
