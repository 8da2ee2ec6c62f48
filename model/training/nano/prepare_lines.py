"""The lines that the line reader learns from, as the encoder of a run sees them."""

from collections.abc import Callable
from pathlib import Path

from model.data.screens import SCREENS_FILE
from model.digest import files_digest
from model.nano.encoding import EncoderSession
from model.nano.export import export_encoder
from model.nano.skipping import SkippingEncoder
from model.training.nano import encoder_run
from model.training.nano.line_data import SeenLine, screen_lines
from model.training.nano.trained import GRAPHS, trained_network


def lines_of_run(run: Path, folders: tuple[Path, ...], *, on_progress: Callable[[str], None]) -> list[SeenLine]:
    """All lines of the training part of collected screens; kept in the run's folder for next time.

    Args:
        run: folder of the run; its encoder is exported beside the checkpoint.
        folders: of collected screens.
        on_progress: is told how many screens are done.

    Raises:
        InputError: the run has no trained encoder.
    """
    export_encoder(trained_network(run).encoder, run / GRAPHS)
    seen_from = [run / encoder_run.CHECKPOINT, *(folder / SCREENS_FILE for folder in folders)]
    eyes = SkippingEncoder(EncoderSession(run / GRAPHS))
    return screen_lines(eyes, run / f"lines-{files_digest(seen_from)[:12]}", folders, on_progress=on_progress)
