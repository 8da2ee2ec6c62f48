"""Finds out who learns: this process alone, or those that it was launched with."""

import os

from model.focusui.load import choose_device
from model.training.team.alone import Alone
from model.training.team.team import Team


def open_team(device: str | None = None) -> Team:
    """The team of this process, as ``accelerate launch`` or ``torchrun`` say.

    Args:
        device: see ``choose_device``; of launched processes each takes its own GPU, unless "cpu" is asked for.

    Raises:
        ModelLoadError: there is no such device.
        TrainingError: processes are to work together in a way that they cannot here.
    """
    chosen = choose_device(device)
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return Alone(chosen)
    is_on_cpu = chosen.type == "cpu"
    # Only what is needed: these take seconds to import.
    if _is_asked_for("ACCELERATE_USE_FSDP"):
        from model.training.team.sharded import sharded

        return sharded(is_on_cpu=is_on_cpu)
    if _is_asked_for("ACCELERATE_USE_DEEPSPEED"):
        from model.training.team.zero import zero

        return zero(is_on_cpu=is_on_cpu)
    from model.training.team.accelerated import replicated

    return replicated(is_on_cpu=is_on_cpu)


def _is_asked_for(variable: str) -> bool:
    return os.environ.get(variable, "").lower() == "true"
