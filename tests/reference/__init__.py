"""Numbers recorded from the FocusUI authors' code; see README.md."""

from pathlib import Path

ROOT = Path(__file__).parent
PURE = ROOT / "pure"
VARIANTS = ("qwen2_5_vl", "qwen3_vl")
SCREENSHOTS = ("editor_640x400", "mail_1000x700", "desk_1280x720", "odd_777x513")


def checkpoint_folder(variant: str) -> Path:
    """The tiny random checkpoint of a variant."""
    return ROOT / variant / "checkpoint"


def screenshot(name: str) -> Path:
    """One of the drawn pictures."""
    return ROOT / "screenshots" / f"{name}.png"
