"""What icons mean is told from the same places in training and at run time."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from model.grounder import Box
from model.nano.encoding import Encoded
from model.nano.network import MeaningHead
from model.nano.page import meanings
from model.nano.shape import CELL_PX, N_CHANNELS, N_FEATURES
from model.training.nano.losses import icon_vectors


@dataclass(frozen=True, slots=True)
class HeadSenses:
    """A head of a network as senses; it cannot read."""

    head: MeaningHead

    def meaning(self, cells: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the head says."""
        with torch.no_grad():
            return np.asarray(self.head(torch.from_numpy(cells)))

    def read(self, cells: NDArray[np.float32]) -> NDArray[np.float32]:
        """Nothing."""
        raise NotImplementedError(f"{len(cells)} cells cannot be read")


def test_run_time_samples_what_was_trained() -> None:
    torch.manual_seed(0)
    head = MeaningHead().eval()
    features = torch.randn(1, N_FEATURES, 6, 9)
    boxes: list[Box] = [(0, 0, 9, 7), (11, 20, 35, 44), (60, 38, 72, 48)]
    places = torch.tensor([[0, (x1 + x2) / 2 / CELL_PX, (y1 + y2) / 2 / CELL_PX] for x1, y1, x2, y2 in boxes])
    with torch.no_grad():
        trained = icon_vectors(features, head, places).numpy()
    encoded = Encoded(features=features[0].permute(1, 2, 0).numpy(), maps=np.zeros((6, 9, N_CHANNELS), np.float32))
    np.testing.assert_allclose(meanings(encoded, HeadSenses(head), boxes), trained, atol=1e-5)
