from pathlib import Path

import pytest
import torch

from model.nano.export import export_network, export_pointing
from model.nano.network import NanoNetwork
from model.nano.pointer import PatchScorer, Pointer


@pytest.fixture(scope="session")
def network() -> NanoNetwork:
    torch.manual_seed(0)
    return NanoNetwork().eval()


@pytest.fixture(scope="session")
def pointing() -> tuple[PatchScorer, Pointer]:
    torch.manual_seed(1)
    return PatchScorer().eval(), Pointer().eval()


@pytest.fixture(scope="session")
def folder(
    network: NanoNetwork, pointing: tuple[PatchScorer, Pointer], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """All graphs, of networks that learned nothing."""
    folder = tmp_path_factory.mktemp("nano")
    export_network(network, folder)
    export_pointing(*pointing, folder)
    return folder
