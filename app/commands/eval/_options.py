"""What is asked and how: the options that every ``foveal eval`` of models takes."""

import argparse

from app.commands._values import keep_fraction, list_of


def add_models(parser: argparse.ArgumentParser) -> None:
    """--model, --keep and --packing, each of several."""
    parser.add_argument(
        "--model", type=list_of(str), default=["ocr"], metavar="NAME,NAME", help="names or folders (default: ocr)"
    )
    add_keep(parser, "shares of patches to keep, each above 0 and at most 1")
    parser.add_argument(
        "--packing",
        type=list_of(str),
        default=["pospad"],
        metavar="NAME,NAME",
        help="what becomes of the places of dropped patches: pospad, drop, renumber (default: pospad)",
    )


def add_keep(parser: argparse.ArgumentParser, what: str) -> None:
    """--keep, of several shares.

    Args:
        parser: takes it.
        what: it means, for the help.
    """
    parser.add_argument(
        "--keep", type=list_of(keep_fraction), default=[1.0], metavar="F,F", help=f"{what} (default: 1.0)"
    )
