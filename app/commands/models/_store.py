"""What several actions share: where models are kept, and how sizes are written."""

import argparse
from pathlib import Path


def add_folder_option(parser: argparse.ArgumentParser) -> None:
    """``--folder``."""
    parser.add_argument(
        "--folder",
        type=Path,
        metavar="DIR",
        help="where models are kept (default: the folder named by FOVEAL_MODELS, else your data folder)",
    )


def size_words(n_bytes: int | None) -> str:
    """A size for a person."""
    if n_bytes is None:
        return "unknown"
    return f"{n_bytes / 1e9:.1f} GB" if n_bytes >= 1e9 else f"{n_bytes / 1e6:.0f} MB"
