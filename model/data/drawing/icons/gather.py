"""Makes the icon bank: every icon of every pack at three sizes, with its names."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.data.drawing.icons.bank import SIDES_PX, BankIcon, write_index
from model.data.drawing.icons.packs import IconPack
from model.data.drawing.icons.raster import is_blot, is_monochrome, rasterise
from model.data.drawing.icons.sources import IconSource, icon_sources
from model.errors import InputError

THEMES: Final = Path("/usr/share/icons")

_Drawn = list[NDArray[np.uint8]]


def gather_icons(
    out: Path,
    packs: Iterable[IconPack],
    *,
    modules: Path,
    themes: Path = THEMES,
    on_pack: Callable[[str, int], None] = lambda name, n_icons: None,
) -> int:
    """Draw the icons of all packs that are here into a bank.

    Args:
        out: folder, made if it does not exist.
        packs: which; those that are not installed are passed over, with a count of 0.
        modules: the ``node_modules`` that holds the npm packages.
        themes: the folder that holds the icon themes.
        on_pack: called with each pack's name and how many icons it gave.

    Returns:
        How many icons there are.

    Raises:
        InputError: none of the packs is here.
    """
    out.mkdir(parents=True, exist_ok=True)
    icons: list[BankIcon] = []
    licences: dict[str, str] = {}
    for pack in packs:
        folder = (themes if pack.is_theme else modules) / pack.package
        drawn = list(_draw_pack(pack, icon_sources(pack, folder), out)) if folder.is_dir() else []
        on_pack(pack.name, len(drawn))
        if drawn:
            licences[pack.name] = pack.licence
            icons += drawn
    if not icons:
        raise InputError(
            f"There are no icon packs in {modules} or {themes}.",
            hint="Install some with npm or your system's packages; model/data/README.md lists them.",
        )
    write_index(out, icons, licences)
    return len(icons)


def _draw_pack(pack: IconPack, sources: Iterable[IconSource], out: Path) -> Iterator[BankIcon]:
    masks: dict[int, _Drawn] = {side: [] for side in SIDES_PX}
    colours: dict[int, _Drawn] = {side: [] for side in SIDES_PX}
    for source in sources:
        drawn = [rasterise(source.file_for(side), side) for side in SIDES_PX]
        complete = [pixels for pixels in drawn if pixels is not None]
        if len(complete) < len(SIDES_PX):
            continue
        is_mono = all(map(is_monochrome, complete))
        if is_mono and is_blot(complete[-1][..., 3]):
            continue
        sort = masks if is_mono else colours
        for side, pixels in zip(SIDES_PX, complete, strict=True):
            sort[side].append(pixels[..., 3] if is_mono else pixels)
        row = len(sort[SIDES_PX[0]]) - 1
        yield BankIcon(pack=pack.name, row=row, names=source.names, is_mono=is_mono, is_held_out=pack.is_held_out)
    for side in SIDES_PX:
        for sort, kind in ((masks, "mask"), (colours, "rgba")):
            if sort[side]:
                np.save(out / f"{pack.name}.{side}.{kind}.npy", np.stack(sort[side]))
