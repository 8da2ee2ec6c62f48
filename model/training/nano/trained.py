"""The networks that runs have trained: the running averages of their weights."""

from pathlib import Path

from model.nano.network import NanoNetwork
from model.training.nano import encoder_run, pointer_run
from model.training.nano.checkpoints import averaged, load_checkpoint
from model.training.nano.encoder_run import Trained
from model.training.nano.pointer_losses import PointingNetwork


def trained_network(folder: Path) -> NanoNetwork:
    """Encoder and heads of a run.

    Raises:
        InputError: the run has no checkpoint.
    """
    model = Trained()
    model.load_state_dict(averaged(load_checkpoint(folder / encoder_run.CHECKPOINT, "foveal train encoder")))
    return model.network.eval()


def trained_pointing(folder: Path) -> PointingNetwork:
    """Scorer and pointer of a run.

    Raises:
        InputError: the run has no checkpoint of them.
    """
    network = PointingNetwork()
    network.load_state_dict(averaged(load_checkpoint(folder / pointer_run.CHECKPOINT, "foveal train pointer")))
    return network.eval()
