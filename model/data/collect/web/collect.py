"""Collects web pages as labelled screens."""

import io
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from model.data.collect.labelled import Labelled
from model.data.collect.seen import Progress, pictures_in
from model.data.collect.web.app_pages import AppPageWriter
from model.data.collect.web.browser import Browser
from model.data.collect.web.labelling import label_page
from model.data.collect.web.packages import install_packages
from model.data.collect.web.pages import PageWriter
from model.data.collect.web.visits import Visit
from model.data.screens import LabelledScreen, Source, write_screen

PACKAGES_FOLDER = "npm"
"""Where the npm packages go, in the folder of the screens."""

_MIN_ELEMENTS = 4


def collect_web(visits: Sequence[Visit], folder: Path) -> Iterator[Progress]:
    """Collect pages; what the folder has already is skipped.

    Args:
        visits: what to show, and how.
        folder: where the screens go (``model.data.screens``), and the npm packages beside them.

    Yields:
        Progress after each page.

    Raises:
        CollectError: the browser or npm is missing, or the packages cannot be had.
    """
    seen = pictures_in(folder)
    left = [visit for visit in visits if f"{visit.name}.png" not in seen]
    n_done = len(visits) - len(left)
    if not left:
        return
    made = [visit for visit in left if visit.library and visit.pack]
    packages = folder / PACKAGES_FOLDER
    needed = {package for v in made if v.library and v.pack for package in (v.library.package, v.pack.package)}
    install_packages(packages, sorted(needed))
    with Browser() as browser, tempfile.TemporaryDirectory(prefix="foveal-pages-") as scratch:
        for visit in left:
            labelled, pixels = _visit(browser, visit, _page(visit, packages, Path(scratch)))
            is_worth_it = len(labelled.elements) >= _MIN_ELEMENTS
            if is_worth_it:
                write_screen(folder, _screen(visit, labelled, pixels), pixels)
            n_done += 1
            yield Progress(
                what=visit.name,
                n_done=n_done,
                n_total=len(visits),
                n_screens=int(is_worth_it),
                n_elements=len(labelled.elements) if is_worth_it else 0,
                dropped=labelled.dropped,
            )


def _page(visit: Visit, packages: Path, scratch: Path) -> Path:
    """The page of a visit; made, if it is not a document."""
    if visit.document is not None:
        return visit.document
    if visit.library is None or visit.pack is None:
        raise ValueError("a page that is no document is made with a library and an icon pack")
    page = scratch / "page.html"
    if visit.plain_kind:
        PageWriter(visit.library, packages, visit.seed).write(visit.plain_kind, page, is_dark=visit.is_dark)
    else:
        AppPageWriter(visit.library, visit.pack, packages, visit.seed).write_app(page, is_dark=visit.is_dark)
    return page


def _visit(browser: Browser, visit: Visit, page: Path) -> tuple[Labelled, NDArray[np.uint8]]:
    """What is known of a page, and its picture, [height, width, 3] uint8 RGB."""
    browser.show(
        page,
        size_px=visit.size_px,
        zoom=visit.zoom,
        is_dark=visit.is_dark,
        darkens=visit.is_dark and (visit.library is None or not visit.library.dark),
        scrolled=visit.scrolled,
    )
    truth = browser.truth()
    pixels = np.asarray(Image.open(io.BytesIO(browser.picture())).convert("RGB"))
    return label_page(truth, pixels, zoom=visit.zoom), pixels


def _screen(visit: Visit, labelled: Labelled, pixels: NDArray[np.uint8]) -> LabelledScreen:
    height_px, width_px, _ = pixels.shape  # with a zoom the window may lack a pixel
    return LabelledScreen(
        picture=f"{visit.name}.png",
        width_px=width_px,
        height_px=height_px,
        source=Source.WEB,
        program=visit.program,
        theme="dark" if visit.is_dark else "light",
        scale=visit.zoom,
        elements=labelled.elements,
    )
