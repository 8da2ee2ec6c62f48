"""``--stream`` and what belongs to it: training data that is read while it is learned from."""

import argparse
from typing import TYPE_CHECKING

from app.commands._errors import UsageError
from app.commands._values import whole_number
from app.commands.train._data import units_of

if TYPE_CHECKING:
    from model.data.sources.stream import RecordStream

_N_BLOCK = 256
_OPTIONS = ("subset", "split", "block")


def add_stream_arguments(parser: argparse.ArgumentParser) -> None:
    """Register them."""
    group = parser.add_argument_group(
        "streaming", "Data that is too large to be kept, or lies elsewhere, is read while it is learned from."
    )
    group.add_argument(
        "--stream",
        metavar="NAME_OR_PATH",
        nargs="+",
        default=[],
        help="to learn from instead of --data: a data set on the Hugging Face hub by its name, or parquet, arrow or "
        "JSON files, with columns image and conversations. How long it is, nobody knows: --steps goes with it",
    )
    group.add_argument("--subset", metavar="NAME", help="of a data set that has several")
    group.add_argument("--split", metavar="NAME", help="part of the data set (train)")
    group.add_argument(
        "--block", metavar="N", type=whole_number(1), help=f"rows that are held and shuffled together ({_N_BLOCK})"
    )


def check_stream_arguments(arguments: argparse.Namespace) -> None:
    """Make sure that they go together.

    Raises:
        UsageError: they do not.
    """
    if arguments.stream and arguments.data:
        raise UsageError(
            "Either --data or --stream: a run learns from one of them.",
            hint="Two data sets can be two runs: the second begins with the checkpoint of the first.",
        )
    for option in _OPTIONS:
        if getattr(arguments, option) is not None and not arguments.stream:
            raise UsageError(f"--{option} belongs to --stream.", hint="Name what to stream.")


def stream_of(arguments: argparse.Namespace, *, rank: int, n_ranks: int) -> "RecordStream":
    """The stream that is asked for, as one of several processes sees it.

    Raises:
        InputError: it cannot be opened.
    """
    from model.data.sources.stores import open_store
    from model.data.sources.stream import StreamOptions, open_stream

    options = StreamOptions(
        subset=arguments.subset,
        split=arguments.split or "train",
        n_block=arguments.block or _N_BLOCK,
        rank=rank,
        n_ranks=n_ranks,
        images=None if arguments.images is None else open_store(arguments.images),
        units=units_of(arguments),
    )
    return open_stream(*arguments.stream, options=options)
