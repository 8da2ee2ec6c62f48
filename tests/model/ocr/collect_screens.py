"""Pictures of real programs, to look at what reading makes of them.

Run ``python -m tests.model.ocr.collect_screens OUT_FOLDER [NAME…]``; it takes about a minute per screen size.
"""

import argparse
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from agent.virtual_screen import VirtualScreen

_WINDOW_TIMEOUT_S = 40.0
_STILL_TIMEOUT_S = 15.0
_STILL_POLL_S = 0.7
_SIZES_PX = ((1280, 800), (1920, 1080))

_WEB_PAGE = Path(__file__).with_name("order_form.html")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A program and the keys that bring it into a state worth looking at."""

    name: str
    command: tuple[str, ...]
    keys: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()


_DARK = (("GTK_THEME", "Adwaita:dark"),)
_CHROMIUM = ("chromium", "--no-sandbox", "--no-first-run", "--disable-gpu", "--force-device-scale-factor=1")

SCENES = (
    Scene(name="l3afpad", command=("l3afpad", "notes.txt")),
    Scene(name="l3afpad-file-menu", command=("l3afpad", "notes.txt"), keys=("alt+f",)),
    Scene(name="l3afpad-save-as", command=("l3afpad", "notes.txt"), keys=("ctrl+shift+s",)),
    Scene(name="l3afpad-dark-edit-menu", command=("l3afpad", "notes.txt"), keys=("alt+e",), env=_DARK),
    Scene(name="l3afpad-find", command=("l3afpad", "notes.txt"), keys=("ctrl+h",)),
    Scene(name="juffed", command=("juffed", "notes.txt")),
    Scene(name="juffed-file-menu", command=("juffed", "notes.txt"), keys=("alt+f",)),
    Scene(name="speedcrunch", command=("speedcrunch",), keys=("ctrl+k",)),
    Scene(name="qalculate", command=("qalculate-gtk",)),
    Scene(name="qalculate-dark", command=("qalculate-gtk",), env=_DARK),
    Scene(name="xfe-warning", command=("xfe",)),
    Scene(name="xfe", command=("xfe",), keys=("Return",)),
    Scene(name="xfe-file-menu", command=("xfe",), keys=("Return", "alt+f")),
    Scene(name="zim", command=("zim",)),
    Scene(name="zim-main", command=("zim",), keys=("Return",)),
    Scene(name="retext", command=("retext", "notes.txt")),
    Scene(name="gnote", command=("gnote",)),
    Scene(name="web-light", command=(*_CHROMIUM, "light.html")),
    Scene(name="web-dark", command=(*_CHROMIUM, "dark.html")),
)


def _prepare_home(home: Path) -> None:
    (home / "notes.txt").write_text(
        "Shopping list\n\nMilk, bread and 12 eggs\nTwo bottles of water\nA postcard for grandmother\n"
    )
    page = _WEB_PAGE.read_text()
    (home / "light.html").write_text(page)
    (home / "dark.html").write_text(page.replace("<body>", '<body class="dark">'))


def _xdotool(screen: VirtualScreen, *args: str) -> str:
    done = subprocess.run(["xdotool", *args], env=screen.env, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _wait_for_window(screen: VirtualScreen) -> None:
    deadline = time.monotonic() + _WINDOW_TIMEOUT_S
    while time.monotonic() < deadline:
        listed = subprocess.run(["wmctrl", "-l"], env=screen.env, capture_output=True, text=True, check=False)
        if listed.stdout.strip():
            return
        time.sleep(_STILL_POLL_S)


def _picture(screen: VirtualScreen, path: Path) -> bytes:
    subprocess.run(["import", "-window", "root", str(path)], env=screen.env, check=True)
    return path.read_bytes()


def _picture_when_still(screen: VirtualScreen, path: Path) -> None:
    deadline = time.monotonic() + _STILL_TIMEOUT_S
    before = _picture(screen, path)
    while time.monotonic() < deadline:
        time.sleep(_STILL_POLL_S)
        now = _picture(screen, path)
        if now == before:
            return
        before = now


def collect(scene: Scene, path: Path, *, width_px: int, height_px: int) -> None:
    """Start the scene's program on a screen of its own and save a picture."""
    with VirtualScreen(width_px, height_px) as screen:
        _prepare_home(screen.home)
        _xdotool(screen, "mousemove", str(width_px - 1), str(height_px - 1))  # away from tooltips
        screen.start(*scene.command, env=dict(scene.env))
        _wait_for_window(screen)
        _picture_when_still(screen, path)
        for key in scene.keys:
            _xdotool(screen, "key", key)
            _picture_when_still(screen, path)


def main() -> None:
    """Collect all scenes, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for width_px, height_px in _SIZES_PX:
        for scene in SCENES:
            path = args.out / f"{scene.name}-{width_px}.png"
            if shutil.which(scene.command[0]) and (not args.names or scene.name in args.names):
                collect(scene, path, width_px=width_px, height_px=height_px)
                print(path)


if __name__ == "__main__":
    main()
