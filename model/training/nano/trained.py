"""The networks that runs have trained: the running averages of their weights."""

from pathlib import Path

from model.nano.export import export_encoder, export_senses
from model.nano.glyph_network import SettledMeaning
from model.nano.line_network import LineReader
from model.nano.network import NanoNetwork
from model.training.nano import encoder_run, glyph_run, pointer_run, reader_run
from model.training.nano.checkpoints import averaged, load_checkpoint
from model.training.nano.encoder_run import Trained
from model.training.nano.glyph_run import TrainedGlyphs
from model.training.nano.pointer_losses import PointingNetwork

GRAPHS = "graphs"
"""Folder of a run that holds the graphs it looks with while it prepares what to learn from."""


def trained_network(run: Path) -> NanoNetwork:
    """The encoder of a run with its heads, in evaluation mode.

    Raises:
        InputError: the run has no checkpoint of it.
    """
    trained = Trained()
    trained.load_state_dict(averaged(load_checkpoint(run / encoder_run.CHECKPOINT, "foveal train encoder")))
    return trained.network.eval()


def export_trained_sight(run: Path, folder: Path) -> None:
    """Write the graphs of a run's encoder, line reader and glyph network.

    Args:
        run: folder of the run.
        folder: of the graphs.

    Raises:
        InputError: the run lacks a checkpoint.
    """
    network = trained_network(run)
    export_encoder(network.encoder, folder)
    reader = LineReader(network.reading)
    reader.load_state_dict(averaged(load_checkpoint(run / reader_run.CHECKPOINT, "foveal train reader")))
    saved = load_checkpoint(run / glyph_run.CHECKPOINT, "foveal train glyphs")
    glyphs = TrainedGlyphs()
    glyphs.load_state_dict(averaged(saved))
    meaning = SettledMeaning(glyphs.network, saved["common_names"].float(), glyphs.log_scale.exp().item())
    export_senses(reader, meaning, folder)


def trained_pointing(folder: Path) -> PointingNetwork:
    """Scorer and pointer of a run.

    Raises:
        InputError: the run has no checkpoint of them.
    """
    network = PointingNetwork()
    network.load_state_dict(averaged(load_checkpoint(folder / pointer_run.CHECKPOINT, "foveal train pointer")))
    return network.eval()
