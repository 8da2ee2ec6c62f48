"""The networks that runs have trained: the running averages of their weights."""

from pathlib import Path

from model.nano.export import export_sight
from model.nano.network import SettledMeaning
from model.training.nano import encoder_run, pointer_run
from model.training.nano.checkpoints import averaged, load_checkpoint
from model.training.nano.encoder_run import Trained
from model.training.nano.pointer_losses import PointingNetwork


def export_trained_sight(run: Path, folder: Path) -> int:
    """Write the graphs of a run's encoder and heads.

    Args:
        run: folder of the run.
        folder: of the graphs.

    Returns:
        After how many steps.

    Raises:
        InputError: the run has no checkpoint.
    """
    saved = load_checkpoint(run / encoder_run.CHECKPOINT, "foveal train encoder")
    trained = Trained()
    trained.load_state_dict(averaged(saved))
    network = trained.eval().network
    meaning = SettledMeaning(network.meaning, saved["common_names"].float(), trained.log_scale.exp().item())
    export_sight(network.encoder, network.reading, meaning, folder)
    return int(saved["step"])


def trained_pointing(folder: Path) -> PointingNetwork:
    """Scorer and pointer of a run.

    Raises:
        InputError: the run has no checkpoint of them.
    """
    network = PointingNetwork()
    network.load_state_dict(averaged(load_checkpoint(folder / pointer_run.CHECKPOINT, "foveal train pointer")))
    return network.eval()
