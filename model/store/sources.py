"""Where a model's files come from: a hub over HTTP, or a folder. Both say what there is and open it at an offset."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from model.store.errors import StoreError
from model.store.folder import MANIFEST, read_installed

_NEEDED = re.compile(
    r".+\.(safetensors|json|jinja)|merges\.txt|vocab\.txt|(LICENSE|LICENCE|NOTICE)(\.\w+)?", re.IGNORECASE
)
# What training leaves behind, and what this program writes itself.
_UNNEEDED = {"trainer_state.json", "all_results.json", "train_results.json", MANIFEST}


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """A file that can be fetched.

    Attributes:
        name: in the model's folder; never a path.
        size_bytes: its length.
        sha256: as hex; None if the source does not tell.
        git_sha1: its git blob id as hex, which hubs tell of small files; None if the source does not tell.
    """

    name: str
    size_bytes: int
    sha256: str | None = None
    git_sha1: str | None = None

    @property
    def digest(self) -> str:
        """Tells versions of a file apart, so that a download is only gone on with if it is the same file."""
        return (self.sha256 or self.git_sha1 or str(self.size_bytes))[:12]


class Content(Protocol):
    """The bytes of a file from ``start`` on; a source that cannot begin in the middle begins at 0."""

    @property
    def start(self) -> int:
        """Where they begin."""
        ...

    def read(self, n_bytes: int) -> bytes:
        """The next bytes, b"" at the end.

        Raises:
            OSError: the connection broke.
        """
        ...


class Source(Protocol):
    """Where a model is fetched from."""

    @property
    def title(self) -> str:
        """The place, as it is told to the person."""
        ...

    @property
    def revision(self) -> str:
        """The commit if it is known, else the branch."""
        ...

    def list_files(self) -> tuple[RemoteFile, ...]:
        """What there is of the model, without what no one needs.

        Raises:
            StoreError: the place cannot be reached, or there is no such model.
        """
        ...

    def open(self, file: RemoteFile, start: int) -> AbstractContextManager[Content]:
        """Open a file from an offset on.

        Raises:
            StoreError: it is refused.
            OSError: the connection cannot be made, or breaks.
        """
        ...


def is_needed(name: str) -> bool:
    """Whether a file is of use: weights as safetensors, configs, tokenizer, chat template, licence; no folders."""
    return "/" not in name and name not in _UNNEEDED and _NEEDED.fullmatch(name) is not None


class FolderSource:
    """A folder with a checkpoint: a stick, a share, another program's download.

    If the folder is a model that Foveal downloaded, its checksums hold here too.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def title(self) -> str:
        """The folder."""
        return str(self._folder)

    @property
    def revision(self) -> str:
        """As its manifest says, else unknown."""
        known = read_installed(self._folder)
        return "unknown" if known is None else known.revision

    def list_files(self) -> tuple[RemoteFile, ...]:
        """What lies there."""
        if not self._folder.is_dir():
            raise StoreError(f"There is no folder {self._folder}.", hint="Name the folder that holds the checkpoint.")
        known = read_installed(self._folder)
        sha256 = {} if known is None else {file.name: file.sha256 for file in known.files}
        try:
            files = [file for file in sorted(self._folder.iterdir()) if file.is_file() and is_needed(file.name)]
            return tuple(
                RemoteFile(name=file.name, size_bytes=file.stat().st_size, sha256=sha256.get(file.name))
                for file in files
            )
        except OSError as exc:
            raise StoreError(f"{self._folder} cannot be read: {exc.strerror}.") from exc

    @contextmanager
    def open(self, file: RemoteFile, start: int) -> Iterator[Content]:
        """Open one of them."""
        with (self._folder / file.name).open("rb") as content:
            content.seek(start)
            yield _FolderContent(start=start, read=content.read)


class _FolderContent:
    def __init__(self, *, start: int, read: "Read") -> None:
        self.start = start
        self.read = read


class Read(Protocol):
    """Reads at most so many bytes."""

    def __call__(self, n_bytes: int, /) -> bytes:
        """The next bytes, b"" at the end."""
        ...
