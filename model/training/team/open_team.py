"""Finds out who learns: this process alone, or those that it was launched with."""

import os

from model.focusui.load import choose_device
from model.training.team.alone import Alone
from model.training.team.team import Team


def open_team(device: str | None = None) -> Team:
    """The team of this process.

    Args:
        device: see ``choose_device``; of launched processes each takes its own GPU, unless "cpu" is asked for.

    Raises:
        ModelLoadError: there is no such device.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        # Only where it is needed: it takes seconds to import.
        from model.training.team.accelerated import Accelerated

        return Accelerated(is_on_cpu=device == "cpu")
    return Alone(choose_device(device))
