import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model.errors import InputError
from model.pictures import load_picture

_RGB = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]], [[10, 20, 30], [250, 251, 252], [0, 0, 0]]], np.uint8)


def _png_with_size(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing: what a decompression bomb looks like from outside."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("name", ["a.png", "a.bmp", "a.tiff", "a.ppm", "a.gif", "a.webp"])
def test_colours_survive(tmp_path: Path, name: str) -> None:
    Image.fromarray(_RGB).save(tmp_path / name, **({"lossless": True} if name.endswith("webp") else {}))
    pixels = load_picture(tmp_path / name)
    np.testing.assert_array_equal(pixels, _RGB)
    assert pixels.dtype == np.uint8
    assert not pixels.flags.writeable


def test_suffix_does_not_matter(tmp_path: Path) -> None:
    Image.fromarray(_RGB).save(tmp_path / "picture.txt", format="PNG")
    np.testing.assert_array_equal(load_picture(tmp_path / "picture.txt"), _RGB)


def test_transparency_lies_on_white(tmp_path: Path) -> None:
    rgba = np.array([[[255, 0, 0, 255], [0, 0, 0, 0], [0, 0, 0, 128]]], np.uint8)
    Image.fromarray(rgba).save(tmp_path / "a.png")
    assert load_picture(tmp_path / "a.png").tolist() == [[[255, 0, 0], [255, 255, 255], [127, 127, 127]]]


def test_palette_with_a_transparent_colour(tmp_path: Path) -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([200, 10, 10, 5, 5, 5])
    image.putdata([0, 1])
    image.save(tmp_path / "a.png", transparency=1)
    assert load_picture(tmp_path / "a.png").tolist() == [[[200, 10, 10], [255, 255, 255]]]


def test_grey_and_black_and_white(tmp_path: Path) -> None:
    Image.new("L", (3, 2), 77).save(tmp_path / "l.png")
    Image.new("1", (3, 2), 1).save(tmp_path / "1.png")
    assert np.unique(load_picture(tmp_path / "l.png")).tolist() == [77]
    assert np.unique(load_picture(tmp_path / "1.png")).tolist() == [255]


def test_16_bits_are_scaled_not_cut_off(tmp_path: Path) -> None:
    Image.fromarray(np.array([[0, 0x1234, 0x8000, 0xFFFF]], np.uint16)).save(tmp_path / "a.png")
    assert load_picture(tmp_path / "a.png")[0, :, 0].tolist() == [0, 0x12, 0x80, 0xFF]


def test_32_bits_are_refused_by_name(tmp_path: Path) -> None:
    Image.fromarray(np.zeros((2, 2), np.float32)).save(tmp_path / "a.tiff")
    with pytest.raises(InputError, match="32 bits per colour"):
        load_picture(tmp_path / "a.tiff")


def test_turned_as_its_exif_data_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise to show
    Image.fromarray(_RGB).save(tmp_path / "a.png", exif=exif)
    np.testing.assert_array_equal(load_picture(tmp_path / "a.png"), np.rot90(_RGB, k=-1))


def test_first_frame_of_an_animation(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert load_picture(tmp_path / "a.gif")[0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not a picture"),
        (b"just some words\n", "is not a picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is not a picture"),
        (_png_with_size(0, 0), "is empty|is not a picture"),
        (_png_with_size(0, 10), "is empty|is not a picture"),
        (b"P6\n0 0\n255\n", "is empty|is not a picture"),
        (_png_with_size(30_000, 30_000), "is too large"),
        (_png_with_size(16_385, 1), "is too large: 16385×1 pixels"),
        (_png_with_size(8_001, 8_000), "is too large: 8001×8000 pixels"),
        (_png_with_size(2**31 - 1, 2**31 - 1), "is too large|is not a picture"),
        (_png_with_size(600, 400), "is damaged or cut off"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        load_picture(path)
    assert caught.value.hint
    assert str(path) in caught.value.message


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "gif", "tiff", "bmp"])
def test_cut_off_anywhere_it_is_refused_or_still_whole(tmp_path: Path, suffix: str) -> None:
    rng = np.random.default_rng(1)
    Image.fromarray(rng.integers(0, 255, (40, 60, 3), dtype=np.uint8)).save(tmp_path / f"whole.{suffix}")
    content = (tmp_path / f"whole.{suffix}").read_bytes()
    path = tmp_path / f"cut.{suffix}"
    n_refused = 0
    for length in range(0, len(content), max(1, len(content) // 40)):
        path.write_bytes(content[:length])
        try:
            assert load_picture(path).shape == (40, 60, 3)
        except InputError:
            n_refused += 1
    assert n_refused > 30


def test_no_such_file_folder_pipe_and_impossible_names(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    for path, message in (
        (tmp_path / "missing.png", "There is no file"),
        (tmp_path / "missing" / "a.png", "There is no file"),
        (tmp_path / ("a" * 300), "There is no file"),
        (Path("a\0b.png"), "There is no file"),
        (tmp_path, "is a folder"),
        (tmp_path / "pipe.png", "is not a regular file"),
    ):
        with pytest.raises(InputError, match=message):
            load_picture(path)
