"""Pictures of web pages with what is on them.

Run ``python -m tests.model.ocr.web.collect out/web``: it installs the component libraries from npm into that folder,
writes pages, and saves each as a picture and the browser's own account of it. HTML documentation of installed Debian
packages is added as it is. Judge the reader on it with ``python -m tests.benchmarks.web_reading out/web``.
"""

import argparse
import json
from pathlib import Path

from model.data.collect.web.browser import Browser
from model.data.collect.web.libraries import LIBRARIES
from model.data.collect.web.packages import install_packages
from model.data.collect.web.pages import PageWriter

_SMALL, _LARGE = (1280, 800), (1920, 1080)
_LOOKS = (
    ("form", 1.0, _SMALL, False),
    ("table", 1.0, _SMALL, False),
    ("form", 1.0, _SMALL, True),
    ("table", 0.8, _LARGE, True),
    ("table", 1.25, _SMALL, False),
    ("form", 1.5, _LARGE, False),
    ("table", 2.0, _LARGE, False),
)
_DOCUMENTS = (
    "libffi8/html/Types.html",
    "xterm/xterm.faq.html",
    "libxslt1-dev/html/APIchunk7.html",
    "base-passwd/users-and-groups.html",
    "libjs-underscore/index.html",
)
_KINDS = {"button", "field", "choice", "checkbox", "radio", "tab", "link"}
_DOCUMENTS_FOLDER = Path("/usr/share/doc")


def main() -> None:
    """Install, write, show, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    install_packages(out, [library.package for library in LIBRARIES])
    with Browser() as browser:
        for library_idx, library in enumerate(LIBRARIES):
            for look_idx, (kind, zoom, size_px, is_dark) in enumerate(_LOOKS):
                name = f"{'heldout' if library.is_held_out else 'dev'}-{library.name}-{look_idx}"
                page = out / f"{name}.html"
                PageWriter(library, out, seed=100 * library_idx + look_idx).write(kind, page, is_dark=is_dark)
                browser.show(page, size_px=size_px, zoom=zoom, is_dark=is_dark)
                _save(browser, out / name)
        for idx, document in enumerate(_DOCUMENTS):
            path = _DOCUMENTS_FOLDER / document
            if path.is_file():
                browser.show(path, size_px=_SMALL, zoom=(1.0, 1.25)[idx % 2], is_dark=False)
                _save(browser, out / f"dev-document-{idx}")


def _save(browser: Browser, stem: Path) -> None:
    told = browser.truth()
    # The reader is judged by what is seen whole and has a text.
    controls = [c for c in told["controls"] if c["is_whole"] and (c["name"] or c["kind"] == "field")]
    truth = {"words": told["words"], "controls": [c for c in controls if c["kind"] in _KINDS]}
    stem.with_suffix(".png").write_bytes(browser.picture())
    stem.with_suffix(".json").write_text(json.dumps(truth), encoding="utf-8")
    print(stem.name, len(truth["words"]), "words", len(truth["controls"]), "controls")


if __name__ == "__main__":
    main()
