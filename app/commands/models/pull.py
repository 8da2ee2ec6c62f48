"""``foveal models pull``: downloads a model, or copies it from a folder."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.amounts import left_words, size_words
from app.commands._errors import UsageError
from app.commands._target import known_model
from app.commands.models._store import add_folder_option
from app.exit_status import ExitStatus

if TYPE_CHECKING:
    from model.store.pull import PullProgress


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "pull",
        help="download a model",
        description="Downloads a model and verifies every file. Ctrl-C stops (exit status 4); the same again goes on "
        "where it stopped.",
    )
    parser.add_argument("name", metavar="NAME", help="a name from the list")
    parser.add_argument(
        "--mirror", metavar="URL", help="hub to download from (default: HF_ENDPOINT, else the public one)"
    )
    parser.add_argument(
        "--from", dest="source", type=Path, metavar="FOLDER", help="copy from a folder, without network"
    )
    add_folder_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Fetch it, telling on stderr how far it has come."""
    card = known_model(arguments.name)
    if card.checkpoint is None or card.shape is None:
        what = "comes with Foveal" if card.folder is None else "is there already"
        raise UsageError(f"{card.name} {what}: there is nothing to download.")
    if arguments.source is not None and arguments.mirror is not None:
        raise UsageError("--from and --mirror exclude each other.", hint="A folder needs no network.")

    from model.store.folder import models_folder
    from model.store.hub import HubSource, endpoint_url
    from model.store.pull import pull_model
    from model.store.sources import FolderSource, Source

    checkpoint = card.checkpoint
    source: Source
    if arguments.source is not None:
        source = FolderSource(arguments.source)
    else:
        source = HubSource(endpoint_url(arguments.mirror), checkpoint.repository, checkpoint.revision)
    line = _ProgressLine()
    try:
        model = pull_model(
            checkpoint.name,
            source,
            models_folder(arguments.folder),
            family=card.shape.family,
            on_progress=line.show,
        )
    except KeyboardInterrupt:
        line.end()
        print(f"foveal: Stopped.\n  `foveal models pull {checkpoint.name}` goes on with it.", file=sys.stderr)
        return ExitStatus.STOPPED
    finally:
        line.end()
    print(f"{model.name} is there: {size_words(model.size_bytes)} in {model.folder}")
    is_found = arguments.folder is None
    print(f"Use it with --model {model.name if is_found else model.folder}, or choose it in the tray's menu.")
    if not card.is_available():
        print("It needs torch and transformers, which are not installed: pip install 'foveal[focusui]'.")
    return ExitStatus.DONE


_SLOWEST = 10_000  # bytes a second; less is a moment between two files


class _ProgressLine:
    """One line that is written over, on a terminal; elsewhere one line per file."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._file = ""
        self._width = 0

    def show(self, progress: "PullProgress") -> None:
        if self._is_terminal:
            text = progress_words(progress)
            print(f"\r{text:<{self._width}}", end="", file=sys.stderr, flush=True)
            self._width = len(text)
        elif progress.file != self._file:
            print(progress_words(progress), file=sys.stderr, flush=True)
        self._file = progress.file

    def end(self) -> None:
        if self._is_terminal and self._width:
            print(file=sys.stderr)
            self._width = 0


def progress_words(progress: "PullProgress") -> str:
    """How far it is: "43 %  3.3 of 7.7 GB  41.2 MB/s  1:47 left  model-00001-of-00002.safetensors"."""
    share = progress.done_bytes / progress.total_bytes if progress.total_bytes else 1.0
    parts = [f"{share:.0%}", f"{size_words(progress.done_bytes)} of {size_words(progress.total_bytes)}"]
    if progress.bytes_per_s >= _SLOWEST:
        parts.append(f"{size_words(round(progress.bytes_per_s))}/s")
    if progress.left_s is not None:
        parts.append(f"{left_words(progress.left_s)} left")
    return "  ".join([*parts, progress.file])
