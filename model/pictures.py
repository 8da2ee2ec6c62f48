"""Pictures from files: anything Pillow reads safely becomes uint8 RGB, everything else a clear refusal."""

import stat
import struct
import warnings
import zlib
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from model.errors import InputError

MAX_SIDE_PX = 16_384
MAX_PIXELS = 64_000_000
_MIN_SIDE_PX = 8

# What screenshots and photographs come in. Not everything that Pillow knows: it would hand EPS files to Ghostscript.
_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF", "PPM")
_FORMATS_HINT = "Foveal reads PNG, JPEG, WebP, BMP, GIF, TIFF and PPM pictures."
_DAMAGED_HINT = "Save or copy the picture again; part of it is missing."
_PERMISSION_HINT = "Check the permissions of the file and its folder."
# What Pillow raises on broken files, by format.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error)
_WHITE = (255, 255, 255, 255)


def load_picture(path: Path) -> NDArray[np.uint8]:
    """Read a picture: turned as its EXIF data says, transparency on white, 16 bits reduced to 8, first frame only.

    Returns:
        [height, width, 3] uint8 RGB, read-only.

    Raises:
        InputError: there is no such picture, it is damaged, empty or too large. Size is judged before decoding.
    """
    _check_file(path)
    # Pillow warns of large sizes, which are judged here, and of broken side information, which does not matter here.
    with warnings.catch_warnings(action="ignore"), _opened(path, path) as image:
        _check_header(path, image)
        try:
            pixels = np.array(to_rgb(ImageOps.exif_transpose(image)), dtype=np.uint8)
        except _BROKEN as exc:
            raise InputError(f"{path} is damaged or cut off.", hint=_DAMAGED_HINT) from exc
    pixels.setflags(write=False)
    return pixels


def stored_picture(content: bytes, *, name: str) -> Image.Image:
    """A picture from its bytes, just as it is stored: neither turned nor converted; first frame only.

    Raises:
        InputError: it is damaged, empty or too large. Size is judged before decoding.
    """
    with warnings.catch_warnings(action="ignore"):
        image = _opened(name, BytesIO(content))
        _check_header(name, image)
        try:
            image.load()
        except _BROKEN as exc:
            raise InputError(f"{name} is damaged or cut off.", hint=_DAMAGED_HINT) from exc
    return image


def stored_size_px(content: bytes, *, name: str) -> tuple[int, int]:
    """(width, height) of a picture as it is stored, without decoding it; the first bytes of a file may be enough.

    Raises:
        InputError: this is not the beginning of a picture, or the picture is empty or too large.
    """
    with warnings.catch_warnings(action="ignore"), _opened(name, BytesIO(content)) as image:
        _check_header(name, image)
        return image.size


def _check_file(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except PermissionError as exc:
        raise InputError(f"{path} may not be read.", hint=_PERMISSION_HINT) from exc
    except (OSError, ValueError) as exc:  # ValueError: no file name at all
        raise InputError(f"There is no file {path}.", hint="Check the name and the folder.") from exc
    if stat.S_ISDIR(mode):
        raise InputError(f"{path} is a folder, not a picture.", hint="Name a picture file inside it.")
    if not stat.S_ISREG(mode):
        raise InputError(f"{path} is not a regular file.", hint=_FORMATS_HINT)


def _opened(name: Path | str, source: Path | BinaryIO) -> Image.Image:
    """The picture with its header read and nothing decoded."""
    try:
        return Image.open(source, formats=_FORMATS)
    except Image.DecompressionBombError as exc:
        raise InputError(f"{name} is too large.", hint=_size_hint()) from exc
    except PermissionError as exc:
        raise InputError(f"{name} may not be read.", hint=_PERMISSION_HINT) from exc
    except _BROKEN as exc:
        raise InputError(f"{name} is not a picture that can be read.", hint=_FORMATS_HINT) from exc


def _check_header(name: Path | str, image: Image.Image) -> None:
    width, height = image.size
    if width < 1 or height < 1:
        raise InputError(f"{name} is empty: {width}×{height} pixels.", hint="Take the screenshot again.")
    if max(width, height) > MAX_SIDE_PX or width * height > MAX_PIXELS:
        raise InputError(f"{name} is too large: {width}×{height} pixels.", hint=_size_hint())
    if image.mode in {"I", "F"}:
        raise InputError(f"{name} has 32 bits per colour.", hint="Save it as an ordinary PNG with 8 or 16 bits.")


def _size_hint() -> str:
    n_million = MAX_PIXELS // 10**6
    return f"At most {MAX_SIDE_PX} pixels a side and {n_million} million in all; crop it to the screen that counts."


def to_rgb(image: Image.Image) -> Image.Image:
    """What a model sees of a picture: transparency on white, 16 bits reduced to 8."""
    if image.mode.startswith("I;16"):
        # Pillow would cut such values off at 255 instead of scaling them.
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8)).convert("RGB")
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", rgba.size, _WHITE), rgba).convert("RGB")
    return image.convert("RGB")


def check_image(image: NDArray[np.uint8]) -> None:
    """Make sure that an array could be a screen.

    Raises:
        InputError: it is not [height, width, 3] uint8, or too small.
    """
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
        raise InputError("This is not a colour picture.", hint="A screenshot as PNG works.")
    if min(image.shape[:2]) < _MIN_SIDE_PX:
        raise InputError(f"A picture of {image.shape[1]}×{image.shape[0]} pixels is too small to be a screen.")
