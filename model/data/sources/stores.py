"""Where screenshots lie: in folders, zip or tar archives.

An archive is indexed once; a member is then read by its place in the file, and nothing stays open, so that processes
and threads can share a store.
"""

import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from PIL import Image

from model.data.faults import Fault, FaultyRowError
from model.errors import InputError
from model.pictures import stored_picture, stored_size_px

ARCHIVE_SUFFIXES = (".zip", ".tar")
_PACKED_SUFFIXES = (".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar")
_HEAD_BYTES = 1 << 16
_MAX_BYTES = 1 << 28
"""A larger member is no screenshot and no list of records that should be unpacked into memory."""

_ZIP_HEADER = struct.Struct("<4s22xHH")
_UNPACK_HINT = "Unpack it into a folder, or pack it anew as .tar without compression or as an ordinary .zip."


class FileStore(Protocol):
    """Files by name, "/" between folders."""

    def has(self, name: str) -> bool:
        """Is there such a file?"""
        ...

    def read(self, name: str, n_bytes: int | None = None) -> bytes:
        """A file, or its first bytes.

        Raises:
            FaultyRowError: there is none, or it is damaged.
        """
        ...


class FolderStore:
    """Files of a folder and of those below it.

    Args:
        folder: of them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, name: str) -> bool:
        """Is there such a file?"""
        return (self._folder / name).is_file()

    def read(self, name: str, n_bytes: int | None = None) -> bytes:
        """A file, or its first bytes."""
        path = self._folder / name
        try:
            with path.open("rb") as stream:
                return stream.read(-1 if n_bytes is None else n_bytes)
        except FileNotFoundError as exc:
            raise FaultyRowError(Fault.PICTURE_MISSING, f"There is no file {path}.") from exc
        except OSError as exc:
            raise FaultyRowError(Fault.PICTURE_BROKEN, f"{path} cannot be read: {exc.strerror or exc}.") from exc


@dataclass(frozen=True, slots=True)
class _Member:
    """Where a member lies, and how it is packed; ``start`` is that of its header in a zip archive."""

    start: int
    n_packed: int
    n_bytes: int
    is_deflated: bool = False
    checksum: int | None = None


class ArchiveStore:
    """Files of a zip archive, or of a tar archive that is not compressed.

    Args:
        path: of it.

    Raises:
        InputError: it is damaged, or of another kind.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._is_zip = path.suffix.lower() == ".zip"
        try:
            self._members = dict(_zip_members(path) if self._is_zip else _tar_members(path))
        except FileNotFoundError as exc:
            raise InputError(f"There is no file {path}.", hint="Check the name and the folder.") from exc
        # NotImplementedError is zipfile's word for a way of packing that it does not know.
        except (OSError, EOFError, zipfile.BadZipFile, tarfile.TarError, NotImplementedError, struct.error) as exc:
            raise InputError(f"{path} is not an archive that can be read: {exc}.", hint=_UNPACK_HINT) from exc

    @property
    def names(self) -> Sequence[str]:
        """Names of all files, in the order of the archive."""
        return list(self._members)

    def has(self, name: str) -> bool:
        """Is there such a file?"""
        return name in self._members

    def read(self, name: str, n_bytes: int | None = None) -> bytes:
        """A file, or its first bytes."""
        member = self._members.get(name)
        if member is None:
            raise FaultyRowError(Fault.PICTURE_MISSING, f"There is no {name} in {self.path}.")
        try:
            content = self._unpacked(member, n_bytes)
        except (OSError, ValueError, struct.error, zlib.error) as exc:
            raise FaultyRowError(Fault.PICTURE_BROKEN, f"{name} in {self.path} cannot be unpacked: {exc}.") from exc
        return content

    def _unpacked(self, member: _Member, n_bytes: int | None) -> bytes:
        if member.n_bytes > _MAX_BYTES:
            raise ValueError(f"{member.n_bytes} bytes are too many")
        n_wanted = member.n_bytes if n_bytes is None else min(n_bytes, member.n_bytes)
        with self.path.open("rb") as stream:
            stream.seek(member.start)
            if self._is_zip:
                signature, n_name, n_extra = _ZIP_HEADER.unpack(stream.read(_ZIP_HEADER.size))
                if signature != b"PK\x03\x04":
                    raise ValueError("it does not begin where the archive says")
                stream.seek(n_name + n_extra, 1)
            # A little more than is wanted: what cannot be packed becomes longer.
            content = stream.read(member.n_packed if n_wanted == member.n_bytes else n_wanted + 1024)
        if member.is_deflated:
            content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(content, max(1, n_wanted))
        if n_wanted == member.n_bytes:
            is_whole = len(content) == member.n_bytes
            if not is_whole or (member.checksum is not None and zlib.crc32(content) != member.checksum):
                raise ValueError("it is damaged")
        return content[:n_wanted]


class BelowStore:
    """A folder inside another store.

    Args:
        store: the other.
        folder: in it; "" for the whole of it.
    """

    def __init__(self, store: FileStore, folder: str) -> None:
        self._store = store
        self._folder = PurePosixPath(folder)

    def has(self, name: str) -> bool:
        """Is there such a file?"""
        return self._store.has(str(self._folder / name))

    def read(self, name: str, n_bytes: int | None = None) -> bytes:
        """A file, or its first bytes."""
        return self._store.read(str(self._folder / name), n_bytes)


class AnyStore:
    """Several stores in one: a file is where it is found first.

    Args:
        stores: at least one, in this order.
    """

    def __init__(self, stores: Iterable[FileStore]) -> None:
        self._stores = tuple(stores)

    def has(self, name: str) -> bool:
        """Is there such a file?"""
        return any(store.has(name) for store in self._stores)

    def read(self, name: str, n_bytes: int | None = None) -> bytes:
        """A file, or its first bytes."""
        return next((store for store in self._stores if store.has(name)), self._stores[0]).read(name, n_bytes)


def open_store(path: Path) -> FileStore:
    """A folder, an archive, or a folder inside an archive (``images.zip/web``).

    Raises:
        InputError: there is none.
    """
    if path.is_dir():
        return FolderStore(path)
    for archive in (path, *path.parents):
        if archive.is_file():
            check_archive_name(archive)
            return BelowStore(ArchiveStore(archive), path.relative_to(archive).as_posix())
    raise InputError(f"There is no folder of pictures {path}.", hint="Name the folder or the archive that holds them.")


def check_archive_name(path: Path) -> None:
    """Make sure that a file is called like an archive whose members can be read one by one.

    Raises:
        InputError: it is not.
    """
    if path.suffix.lower() in _PACKED_SUFFIXES:
        raise InputError(f"{path} is compressed as a whole, so no single file can be read.", hint=_UNPACK_HINT)
    if path.suffix.lower() not in ARCHIVE_SUFFIXES:
        raise InputError(f"{path} is neither a folder nor a .zip or .tar archive.", hint=_UNPACK_HINT)


def size_in(store: FileStore, name: str) -> tuple[int, int]:
    """(width, height) of a stored picture, mostly from its first bytes.

    Raises:
        FaultyRowError: there is no such picture, or it cannot be read.
    """
    content = store.read(name, _HEAD_BYTES)
    try:
        return stored_size_px(content, name=name)
    except InputError:
        if len(content) == _HEAD_BYTES:  # colour profiles and notes may stand before the size
            content = store.read(name)
    return size_of(content, name=name)


def size_of(content: bytes, *, name: str) -> tuple[int, int]:
    """(width, height) of a picture by the bytes of its file.

    Raises:
        FaultyRowError: it cannot be read.
    """
    try:
        return stored_size_px(content, name=name)
    except InputError as exc:
        raise FaultyRowError(Fault.PICTURE_BROKEN, exc.message, hint=exc.hint) from exc


def picture_in(store: FileStore, name: str) -> Image.Image:
    """A stored picture as it is.

    Raises:
        FaultyRowError: there is no such picture, or it cannot be read.
    """
    return picture_of(store.read(name), name=name)


def picture_of(content: bytes, *, name: str) -> Image.Image:
    """A picture as it is stored, by the bytes of its file.

    Raises:
        FaultyRowError: it cannot be read.
    """
    try:
        return stored_picture(content, name=name)
    except InputError as exc:
        raise FaultyRowError(Fault.PICTURE_BROKEN, exc.message, hint=exc.hint) from exc


def _zip_members(path: Path) -> Iterable[tuple[str, _Member]]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            if info.flag_bits & 1 or info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                raise zipfile.BadZipFile(f"{info.filename} is encrypted or packed in an unusual way")
            is_deflated = info.compress_type == zipfile.ZIP_DEFLATED
            member = _Member(info.header_offset, info.compress_size, info.file_size, is_deflated, info.CRC)
            yield _plain(info.filename), member


def _tar_members(path: Path) -> Iterable[tuple[str, _Member]]:
    with tarfile.open(path, "r:") as archive:
        for info in archive:
            if info.isreg():
                yield _plain(info.name), _Member(info.offset_data, info.size, info.size)


def _plain(name: str) -> str:
    """What rows call a member: ``./a.png`` is ``a.png``."""
    return str(PurePosixPath(name))
