"""Data to learn from, as `train check` and `train focusui` take it, and what is said about rows that were left out."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.data.sources.opening import OpenedSource, OpenOptions
    from model.data.sources.usable import Units


def add_data_options(parser: argparse.ArgumentParser) -> None:
    """--images and --pixels."""
    parser.add_argument("--images", metavar="PATH", type=Path, help="folder or archive of the pictures (beside PATH)")
    parser.add_argument("--pixels", action="store_true", help="boxes and points are in pixels, not in fractions")


def data_options(arguments: argparse.Namespace, *, seed: int) -> "OpenOptions":
    """What those options mean.

    Args:
        arguments: with the options of ``add_data_options``.
        seed: of random choices.
    """
    from model.data.sources.opening import OpenOptions

    return OpenOptions(images=arguments.images, units=units_of(arguments), seed=seed)


def units_of(arguments: argparse.Namespace) -> "Units":
    """What --pixels means."""
    from model.data.sources.usable import Units

    return Units.PIXELS if arguments.pixels else Units.FRACTIONS


def fault_lines(opened: "OpenedSource") -> Iterator[str]:
    """A line for each fault, most frequent first: how many rows, and where the first few stand."""
    for fault, n_rows in opened.faults.counts.most_common():
        examples = [f"{one.file}, {one.row}" for one in opened.faults.examples[fault]]
        more = ", …" if n_rows > len(examples) else ""
        yield f"{n_rows:9} left out: {fault} ({'; '.join(examples)}{more})"


def tell_faults(opened: "OpenedSource") -> None:
    """Say on stderr what was left out, if anything was, so that nobody learns from less than they think."""
    if n_rows := opened.faults.counts.total():
        print(f"{n_rows} rows cannot be used; {len(opened)} records can:", file=sys.stderr)
        for line in fault_lines(opened):
            print(line, file=sys.stderr)
        print("`foveal train check PATH --report FILE.jsonl` lists them all.", file=sys.stderr)
