"""Which checkpoint this is, without reading gigabytes anew at each start."""

import hashlib
import json
import logging
import os
from contextlib import suppress
from pathlib import Path

import platformdirs

from model.digest import files_digest

log = logging.getLogger(__name__)

_QUICK_BYTES = 100_000_000


def checkpoint_digest(folder: Path, *, cache: Path | None = None, quick_bytes: int = _QUICK_BYTES) -> str:
    """SHA-256 over configuration and weights of a checkpoint.

    It is kept, and computed again only when name, size or time of a file has changed.

    Args:
        folder: of the checkpoint.
        cache: where digests are kept; None takes the usual place.
        quick_bytes: files of no more than this are read each time.
    """
    files = [folder / "config.json", *sorted(folder.glob("*.safetensors"))]
    states = [(str(file.absolute()), file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    if sum(size for _, size, _ in states) <= quick_bytes:
        return files_digest(files)
    key = hashlib.sha256(json.dumps(states).encode()).hexdigest()
    kept = cache_folder(cache) / "digests" / key
    try:
        return kept.read_text("ascii")
    except (OSError, ValueError):
        digest = files_digest(files)
    write_kept(kept, digest)
    return digest


def cache_folder(cache: Path | None) -> Path:
    """Where things are kept that can be computed anew."""
    return platformdirs.user_cache_path("foveal", appauthor=False) if cache is None else cache


def write_kept(file: Path, text: str) -> None:
    """Keep a small text, whole or not at all; without room for it one does without."""
    partial = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, "utf-8")
        partial.replace(file)
    except OSError as exc:
        log.debug("%s cannot be kept: %s", file, exc)
        with suppress(OSError):
            partial.unlink(missing_ok=True)
