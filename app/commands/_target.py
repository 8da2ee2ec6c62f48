"""The picture that ``ground`` and ``parse`` look at: a file, or the screen."""

import argparse
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands._errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from agent.capture._base import ScreenCapture
    from model.grounder import Grounder
    from model.registry import ModelCard

SCREEN = "screen"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Target:
    """What is looked at: [height, width, 3] uint8 RGB, and how long capturing it took (0 for a file)."""

    pixels: "NDArray[np.uint8]"
    capture_ms: float


def add_target_options(parser: argparse.ArgumentParser) -> None:
    """Options that say what to look at and with which model; the positional IMAGE is each command's own."""
    parser.add_argument(
        "--monitor", type=int, metavar="N", help="with `screen`: which monitor (default: the one under the pointer)"
    )
    parser.add_argument(
        "--model", metavar="NAME", help="grounding model, see `foveal models list`, or the folder of a checkpoint"
    )


def load_target(name: str, monitor_idx: int | None) -> Target:
    """Capture the screen if the name is ``screen``, else read the file (``./screen`` is one).

    Raises:
        UsageError: a monitor is given for a file, or there is no such monitor.
        model.errors.InputError: the file cannot be used.
        agent.errors.CaptureError: the screen cannot be captured.
    """
    if name == SCREEN:
        from agent.capture import open_capture

        with closing(open_capture()) as capture:
            check_monitor(capture, monitor_idx)
            screenshot = capture.capture(monitor_idx)
        return Target(pixels=screenshot.pixels, capture_ms=screenshot.capture_ms)
    if monitor_idx is not None:
        raise UsageError("--monitor goes with the screen, not with a picture file.", hint="Write `screen` as IMAGE.")
    from model.pictures import load_picture

    return Target(pixels=load_picture(Path(name)), capture_ms=0.0)


def check_monitor(capture: "ScreenCapture", monitor_idx: int | None) -> None:
    """Make sure that there is a monitor of this number; None is any.

    Raises:
        UsageError: there is none.
        agent.errors.CaptureError: the screen cannot be captured.
    """
    known = sorted(monitor.index for monitor in capture.monitors())
    if monitor_idx is not None and monitor_idx not in known:
        valid = ", ".join(map(str, known))
        raise UsageError(f"There is no monitor {monitor_idx}.", hint=f"The monitors here are: {valid}.")


def load_model(name: str | None) -> "Grounder":
    """Load the grounder that ``--model`` names, or the default one.

    Raises:
        UsageError: there is no such model.
        model.errors.ModelLoadError: it cannot be loaded.
        agent.errors.GroundingError: its process ended.
    """
    from model.grounder import DEFAULT_GROUNDER

    return open_model(known_model(DEFAULT_GROUNDER if name is None else name))


def open_model(card: "ModelCard") -> "Grounder":
    """Load a grounder; a checkpoint, which may crash, in a child process.

    Raises:
        model.errors.ModelLoadError: it cannot be loaded.
        agent.errors.GroundingError: its process ended.
    """
    from model.grounder import load_grounder

    if card.shape is None:
        return load_grounder(card.name)

    from agent.child_grounder import ChildGrounder
    from agent.grounding_child import ChildGrounding
    from app.terminal import tell_loading

    grounding = ChildGrounding(card.name, on_loading=tell_loading)
    try:
        _ = grounding.info  # what cannot be loaded is told now
    except BaseException:
        grounding.close()
        raise
    return ChildGrounder(grounding)


def known_model(name: str) -> "ModelCard":
    """The card of a model that was named on the command line.

    Raises:
        UsageError: there is none of that name.
    """
    from model.errors import ModelLoadError
    from model.registry import find_card

    try:
        return find_card(name)
    except ModelLoadError as exc:
        raise UsageError(exc.message, hint=exc.hint) from exc
