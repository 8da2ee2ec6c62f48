"""What several actions share: where models are kept."""

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
