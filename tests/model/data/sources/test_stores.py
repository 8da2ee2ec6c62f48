import io
import pickle
import zipfile
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from model.data.faults import Fault, FaultyRowError
from model.data.sources.stores import AnyStore, ArchiveStore, FolderStore, open_store, picture_in, size_in
from model.errors import InputError
from tests.model.data.sources.rows import png, write_archive, write_pictures

_FILES = {"web/a.png": png(50, 20), "web/b.txt": b"x" * 200_000, "c.png": png()}


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_members_are_read_whole_or_in_part(tmp_path: Path, kind: str) -> None:
    store = ArchiveStore(write_archive(tmp_path / f"files.{kind}", _FILES))
    again = pickle.loads(pickle.dumps(store))
    for name, content in _FILES.items():
        assert store.has(name)
        assert again.read(name) == content
        assert store.read(name, 1000) == content[:1000]
        assert store.read(name, len(content) + 5) == content
    assert list(store.names) == list(_FILES)
    with pytest.raises(FaultyRowError, match=r"no a\.png in") as caught:
        store.read("a.png")
    assert caught.value.fault is Fault.PICTURE_MISSING


def test_a_folder_in_an_archive_is_a_store(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "files.zip", _FILES)
    assert open_store(path / "web").has("a.png")
    assert not open_store(path).has("a.png")
    assert open_store(path).has("web/a.png")


def test_the_first_store_that_has_a_file_gives_it(tmp_path: Path) -> None:
    write_pictures(tmp_path / "one", "a.png")
    write_pictures(tmp_path / "two", "a.png", "b.png")
    (tmp_path / "two" / "a.png").write_bytes(b"other")
    store = AnyStore([FolderStore(tmp_path / "one"), FolderStore(tmp_path / "two")])
    assert store.read("a.png") == png()
    assert store.has("b.png")
    with pytest.raises(FaultyRowError, match=r"There is no file .*one/c\.png"):
        store.read("c.png")


def test_a_damaged_member_is_told(tmp_path: Path) -> None:
    noise = bytes(range(256)) * 8
    path = tmp_path / "files.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.png", noise)
    path.write_bytes(path.read_bytes().replace(noise[:64], b"\0" * 64, 1))
    with pytest.raises(FaultyRowError, match="it is damaged") as caught:
        ArchiveStore(path).read("a.png")
    assert caught.value.fault is Fault.PICTURE_BROKEN


def test_what_is_no_store_is_told_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"no archive")
    (tmp_path / "a.tar").write_bytes(b"no archive" * 100)
    (tmp_path / "a.tar.gz").write_bytes(b"x")
    (tmp_path / "a.bin").write_bytes(b"x")
    with zipfile.ZipFile(tmp_path / "odd.zip", "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a.png", b"x")
    for name, complaint in (
        ("a.zip", "not an archive"),
        ("a.tar", "not an archive"),
        ("a.tar.gz", "compressed as a whole"),
        ("a.bin", "neither a folder nor"),
        ("odd.zip", "packed in an unusual way"),
        ("none", "no folder of pictures"),
    ):
        with pytest.raises(InputError, match=complaint) as caught:
            open_store(tmp_path / name)
        assert caught.value.hint


def test_a_size_that_stands_far_behind_is_found(tmp_path: Path) -> None:
    """GIVEN a note longer than what is read at first."""
    note = PngImagePlugin.PngInfo()
    note.add_text("note", "x" * 100_000)
    stream = io.BytesIO()
    Image.new("RGB", (33, 44)).save(stream, "PNG", pnginfo=note)
    (tmp_path / "a.png").write_bytes(stream.getvalue())
    assert size_in(FolderStore(tmp_path), "a.png") == (33, 44)


def test_sizes_come_from_headers_and_pictures_are_as_stored(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a viewer, not here: boxes are about what is stored
    Image.new("P", (50, 20), 3).save(tmp_path / "a.png")
    Image.new("RGB", (50, 20)).save(tmp_path / "turned.jpg", exif=exif)
    (tmp_path / "cut.png").write_bytes(png(300, 200)[:-40])
    (tmp_path / "text.png").write_text("no picture")
    assert size_in(store, "a.png") == size_in(store, "turned.jpg") == picture_in(store, "turned.jpg").size == (50, 20)
    assert picture_in(store, "a.png").mode == "P"
    assert size_in(store, "cut.png") == (300, 200)
    for name in ("cut.png", "text.png"):
        with pytest.raises(FaultyRowError) as caught:
            picture_in(store, name)
        assert caught.value.fault is Fault.PICTURE_BROKEN
    with pytest.raises(FaultyRowError):
        size_in(store, "text.png")
