"""Why the model's process ended, in words, and whether it may be started again."""

import signal
import time

from agent.errors import GroundingError
from model.errors import ModelError

_MAX_DEATHS = 2
_REFUSAL_HOLDS_S = 3.0
_OUT_OF_MEMORY_HINT = (
    "Close other programs that need much memory, or choose a smaller model or fewer bits for its weights "
    "(for instance focusui-3b:int8) in the settings; `foveal models list` shows what fits."
)
_CRASH_HINT = (
    "The driver of the GPU may be the reason, or too little memory. Choose a smaller model in the settings, "
    "or start Foveal with FOVEAL_DEVICE=cpu; `foveal doctor` tells more."
)
_CRASHES = frozenset({signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGTRAP})


def death_of_model(name: str, exit_code: int | None) -> GroundingError:
    """What to tell the person.

    Args:
        name: of the model.
        exit_code: of its process; a negative one is the number of the signal that ended it. None if it still lives
            but no longer talks.
    """
    number = -exit_code if exit_code is not None and exit_code < 0 else None
    if number == signal.SIGKILL:
        return GroundingError(
            f"The grounding model {name} was ended by the system, most likely because memory ran out.",
            hint=_OUT_OF_MEMORY_HINT,
        )
    if number in _CRASHES:
        return GroundingError(f"The grounding model {name} crashed ({signal.Signals(number).name}).", hint=_CRASH_HINT)
    return GroundingError(
        f"The grounding model {name} stopped working.", hint="Try again: it is started anew. Is there enough memory?"
    )


def death_of_driver(name: str) -> GroundingError:
    """What to tell the person when the driver of the GPU gave up; the process lives, but is of no use."""
    return GroundingError(f"The driver of the GPU failed while {name} calculated.", hint=_CRASH_HINT)


class Deaths:
    """How often the model died of late; after two deaths of the same question it is left alone for a while.

    Why it could not be loaded is remembered for some seconds, too: with the live heatmap the next key press asks again.

    Args:
        name: of the model.
        rest_s: how long.
    """

    def __init__(self, name: str, *, rest_s: float) -> None:
        self._name = name
        self._rest_s = rest_s
        self._errors: list[GroundingError] = []
        self._question: type | None = None
        self._last_s = 0.0
        self._refusal: ModelError | None = None
        self._refused_s = 0.0

    def note(self, error: GroundingError, question: type | None) -> None:
        """It died of a kind of question; None while it was loading."""
        self._errors.append(error)
        self._question = question
        self._last_s = time.monotonic()

    def note_refusal(self, error: ModelError) -> None:
        """It could not be loaded."""
        self._refusal = error
        self._refused_s = time.monotonic()

    def forget(self, question: type) -> None:
        """It answered this kind of question: if that is what it had died of, it is well again."""
        if self._question in (None, question):
            self._errors.clear()

    def check(self) -> None:
        """Make sure that it may be started.

        Raises:
            GroundingError: it died too often, and too short a time ago; starting it would only do the same.
            ModelError: it could not be loaded a moment ago.
        """
        if self._refusal is not None and time.monotonic() < self._refused_s + _REFUSAL_HOLDS_S:
            raise self._refusal
        wait_s = self._last_s + self._rest_s - time.monotonic()
        if len(self._errors) >= _MAX_DEATHS and wait_s > 0:
            last = self._errors[-1]
            raise GroundingError(
                f"The grounding model {self._name} ended {len(self._errors)} times in a row and is not started again "
                f"for {wait_s:.0f} seconds. The last time: {last.message}",
                hint=last.hint,
            )
