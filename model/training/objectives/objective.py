"""What every training objective can do."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import torch
from torch import Tensor, nn

from model.focusui.network import FocusUI
from model.training.sample import TrainingSample


class ObjectiveLoss(NamedTuple):
    """What an objective says of a batch; a tuple, for DeepSpeed looks for tensors in no dataclass that has slots.

    Attributes:
        total: scalar, what is minimised.
        parts: its parts by name, for the log; those that were not computed are left out.
        per_token: what of the total is a mean over supervised tokens (``labels`` other than -100); the rest is a mean
            over samples. Whoever adds up batches needs to know. None if there is nothing of the kind.
    """

    total: Tensor
    parts: Mapping[str, float]
    per_token: Tensor | None = None


class Objective(Protocol):
    """Turns a batch into a loss.

    Attributes:
        extra: modules that learn beside the network and are saved with it; None if there are none.
    """

    extra: nn.Module | None

    def loss(self, network: FocusUI, samples: Sequence[TrainingSample], *, generator: torch.Generator) -> ObjectiveLoss:
        """The loss of a batch, with gradients.

        Args:
            network: in training mode.
            samples: at least one.
            generator: on the CPU; all that is drawn is drawn from it.
        """
        ...
