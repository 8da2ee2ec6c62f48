"""What of a network learns, and the one module that is wrapped where several processes learn together."""

from collections.abc import Callable
from typing import TypeVar

import torch
from torch import nn

from model.focusui.network import FocusUI
from model.training.lora import add_lora
from model.training.recipe import Learns, Precision, Recipe

_T = TypeVar("_T")


class Learner(nn.Module):
    """A network, and what an objective brings beside it.

    Everything that needs gradients goes through ``forward``, because there a wrapper for several processes takes
    notice of it, whatever stages of the network are called inside.

    Args:
        network: that learns.
        extra: modules of the objective; None if it has none.
    """

    def __init__(self, network: FocusUI, extra: nn.Module | None) -> None:
        super().__init__()
        self.network = network
        self.extra = extra

    def forward(self, job: Callable[[FocusUI], _T]) -> _T:
        """Do something with the network."""
        return job(self.network)

    def learning(self) -> dict[str, nn.Parameter]:
        """What learns, by name."""
        return {name: weight for name, weight in self.named_parameters() if weight.requires_grad}


def set_learning(network: FocusUI, recipe: Recipe) -> None:
    """Let learn what the recipe says and nothing else, each held as its precision says; in place.

    Raises:
        InputError: LoRA is to be added to layers that there are not.
    """
    network.requires_grad_(False)
    if recipe.learns is Learns.EVERYTHING:
        network.requires_grad_(True)
    else:
        network.patch_scorer.requires_grad_(True)
    if recipe.lora is not None:
        network.multi_patch_pointer_head.requires_grad_(True)
        add_lora(network, recipe.lora)
    if recipe.precision is Precision.BF16:
        for weight in network.parameters():
            weight.data = weight.data.to(torch.float32 if weight.requires_grad else torch.bfloat16)
    if recipe.has_gradient_checkpointing:
        compute_twice(network)


def compute_twice(network: FocusUI) -> None:
    """Let layers compute their activations again in the backward pass instead of keeping them, in place."""
    # The new name came with transformers 5.23 or shortly before, the old one goes with 6.
    enable = getattr(network, "activation_checkpointing_enable", None) or network.gradient_checkpointing_enable
    enable({"use_reentrant": False})
