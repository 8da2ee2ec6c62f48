"""Bytes that hold many rows and are read in parts: a file, or a member of an archive."""

from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol


class RowText(Protocol):
    """Bytes of many rows.

    Attributes:
        name: for messages.
    """

    name: str

    def open(self) -> BinaryIO:
        """All of it, from the beginning."""
        ...

    def read(self, start: int, n_bytes: int) -> bytes:
        """A part of it."""
        ...


class FileText:
    """A file. Nothing stays open, so that processes can share it.

    Args:
        path: of it.
    """

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._path = path

    def open(self) -> BinaryIO:
        """All of it, from the beginning."""
        return self._path.open("rb")

    def read(self, start: int, n_bytes: int) -> bytes:
        """A part of it."""
        with self._path.open("rb", buffering=0) as stream:
            stream.seek(start)
            return stream.read(n_bytes)


class MemoryText:
    """What has been unpacked: an archive's member cannot be read from the middle.

    Args:
        name: for messages.
        content: as unpacked.
    """

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self._content = content

    def open(self) -> BinaryIO:
        """All of it, from the beginning."""
        return BytesIO(self._content)

    def read(self, start: int, n_bytes: int) -> bytes:
        """A part of it."""
        return self._content[start : start + n_bytes]
