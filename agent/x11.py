"""The connection to an X display, for everything that asks the X server directly."""

import contextlib
import logging
import os
from typing import Any

from Xlib import display as xdisplay
from Xlib import error as xerror

from agent.errors import AgentError

logger = logging.getLogger(__name__)

CONNECTION_ERRORS = (xerror.ConnectionClosedError, OSError)
"""What a call raises once the display has gone away."""


def connect(error: type[AgentError]) -> Any:
    """Connect to the display that ``DISPLAY`` names.

    Args:
        error: what to raise if that does not work.

    Returns:
        an ``Xlib.display.Display``; errors that nobody waits for are logged instead of printed.
    """
    name = os.environ.get("DISPLAY", "")
    if not name:
        raise error("There is no display.", hint="Start Foveal inside a graphical session, or set DISPLAY.")
    # Without the prefix python-xlib tries TCP where the local socket does not answer.
    full_name = f"unix/{name}" if name.startswith(":") else name
    try:
        display = xdisplay.Display(full_name)
    except (xerror.DisplayError, xerror.ConnectionClosedError, OSError) as exc:
        raise error(
            f'The display "{name}" cannot be reached.',
            hint="Check that the graphical session is running and that this user may use it (xauth).",
        ) from exc
    display.set_error_handler(_log_error)
    return display


def disconnect(display: Any) -> None:
    """Close a connection; one that the server has closed before is none the worse."""
    with contextlib.suppress(*CONNECTION_ERRORS):
        display.close()


def _log_error(x_error: Any, _request: Any) -> None:
    logger.debug("X error: %s", type(x_error).__name__)
