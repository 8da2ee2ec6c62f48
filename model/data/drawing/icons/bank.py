"""The icon bank: a folder of icons drawn at a few sizes, with their names; opened in milliseconds, read by pages.

``index.jsonl`` has one icon a line, in order; pixels lie in ``PACK.SIDE.mask.npy`` (alpha of icons of one colour, to be
tinted) and ``PACK.SIDE.rgba.npy``, one row an icon; ``licences.json`` says under which licence each pack is.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from model.data.intents import normalised
from model.errors import InputError

INDEX_FILE = "index.jsonl"
LICENCES_FILE = "licences.json"
SIDES_PX: Final = (16, 24, 48)


@dataclass(frozen=True, slots=True, kw_only=True)
class BankIcon:
    """An icon of the bank.

    Attributes:
        pack: name of its pack.
        row: in the pack's pixels of its sort.
        names: words for it, its own name first.
        is_mono: whether it is a mask to be tinted.
        is_held_out: whether its pack is kept for judging.
    """

    pack: str
    row: int
    names: tuple[str, ...]
    is_mono: bool
    is_held_out: bool


class IconBank:
    """The icons of a folder.

    Args:
        folder: as ``write_bank`` made it.
        is_judging: False: packs that are held out do not exist; True: they are all there is.

    Raises:
        InputError: the folder is no bank, a line of its index is damaged, or no icon is left.
    """

    def __init__(self, folder: Path, *, is_judging: bool = False) -> None:
        self.folder = folder
        self.icons = tuple(icon for icon in _read_index(folder / INDEX_FILE) if icon.is_held_out is is_judging)
        if not self.icons:
            which = "that is held out" if is_judging else "to train with"
            raise InputError(f"The icon bank {folder} has no icon {which}.", hint=_HINT)
        self._pages: dict[str, NDArray[np.uint8]] = {}

    def __getstate__(self) -> dict[str, object]:
        """Pages are mapped anew in another process."""
        return self.__dict__ | {"_pages": {}}

    @cached_property
    def packs(self) -> dict[str, tuple[BankIcon, ...]]:
        """The icons by pack."""
        grouped: dict[str, list[BankIcon]] = defaultdict(list)
        for icon in self.icons:
            grouped[icon.pack].append(icon)
        return {pack: tuple(icons) for pack, icons in grouped.items()}

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], BankIcon]:
        found: dict[tuple[str, str], BankIcon] = {}
        for icon in self.icons:
            found.setdefault((icon.pack, icon.names[0]), icon)
        return found

    def named(self, pack: str, names: tuple[str, ...]) -> BankIcon | None:
        """The icon of a pack whose own name is the first possible of these, None if it has none of them."""
        for name in names:
            icon = self._by_name.get((pack, normalised(name)))
            if icon is not None:
                return icon
        return None

    def pixels(self, icon: BankIcon, side_px: int) -> NDArray[np.uint8]:
        """An icon at any size: the next larger drawing shrunk, or the largest enlarged.

        Returns:
            [side_px, side_px] uint8 alpha for an icon of one colour, else [side_px, side_px, 4] RGBA.
        """
        drawn_px = next((side for side in SIDES_PX if side >= side_px), SIDES_PX[-1])
        page = self._page(f"{icon.pack}.{drawn_px}.{'mask' if icon.is_mono else 'rgba'}.npy")
        drawing: NDArray[np.uint8] = np.asarray(page[icon.row])
        if drawn_px == side_px:
            return drawing
        rule = cv2.INTER_AREA if drawn_px > side_px else cv2.INTER_CUBIC
        return np.asarray(cv2.resize(drawing, (side_px, side_px), interpolation=rule), dtype=np.uint8)

    def _page(self, name: str) -> NDArray[np.uint8]:
        if name not in self._pages:
            try:
                self._pages[name] = np.load(self.folder / name, mmap_mode="r")
            except (OSError, ValueError) as exc:
                raise InputError(f"The icon bank {self.folder} lacks {name}, or it is damaged.", hint=_HINT) from exc
        return self._pages[name]


_HINT: Final = "Make it anew with `foveal collect icons FOLDER`."


def _read_index(file: Path) -> Iterator[BankIcon]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as exc:
        raise InputError(f"{file.parent} is not an icon bank: {file.name} cannot be read.", hint=_HINT) from exc
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            yield BankIcon(**row | {"names": tuple(row["names"])})
        except (ValueError, TypeError, KeyError) as exc:
            raise InputError(f"{file}:{number} is not an icon: {exc!r}.", hint=_HINT) from exc


def write_index(folder: Path, icons: list[BankIcon], licences: dict[str, str]) -> None:
    """Write what describes the pixels; last, so that a folder that was cut short is no bank."""
    (folder / LICENCES_FILE).write_text(json.dumps(licences, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    lines = "".join(json.dumps(asdict(icon), ensure_ascii=False) + "\n" for icon in icons)
    (folder / INDEX_FILE).write_text(lines, encoding="utf-8")
