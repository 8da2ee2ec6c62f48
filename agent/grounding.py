"""Where the agent and the app ask "where is …?": one service, whose model lives in this process or in a child."""

import threading
from collections import OrderedDict
from dataclasses import replace
from typing import Protocol

from agent.types import Screenshot
from model.grounder import Element, Grounder, Grounding, Look, ModelInfo, PatchScores

# Grounders keep at least the last four looks; more than that is remembered so that a longer memory does no harm.
_N_REMEMBERED_LOOKS = 32


class GroundingService(Protocol):
    """A grounding model behind a lock: calls may come from several threads and are answered one at a time.

    The live heatmap and a run share one service. A call that must wait because another thread's is being answered
    gives up, like every call, when a run is stopped (``agent.errors.Cancelled``).

    All methods raise ``model.errors.ModelError`` for what the model refuses, and ``agent.errors.GroundingError`` if
    the model could not answer at all.
    """

    @property
    def info(self) -> ModelInfo:
        """Name, device and digest of the model."""
        ...

    def look(self, screenshot: Screenshot) -> Look:
        """Encode a screen."""
        ...

    def score(self, look: Look, instruction: str) -> PatchScores:
        """Patch scores alone, for the live heatmap."""
        ...

    def find(self, look: Look, instruction: str, *, keep_fraction: float | None = None) -> Grounding:
        """Find what is meant; ``timings.capture`` is that of the screenshot that was looked at."""
        ...

    def read(self, look: Look) -> tuple[Element, ...]:
        """Everything the model sees, in reading order."""
        ...

    def close(self) -> None:
        """Free the memory; returns within a few seconds even if the model hangs."""
        ...


class CaptureTimes:
    """How long the screenshots behind the last looks took to capture, so that a grounding can tell the whole time."""

    def __init__(self) -> None:
        self._capture_ms: OrderedDict[str, float] = OrderedDict()

    def note(self, look: Look, screenshot: Screenshot) -> None:
        """Remember the time of a look."""
        self._capture_ms[look.look_id] = screenshot.capture_ms
        self._capture_ms.move_to_end(look.look_id)
        while len(self._capture_ms) > _N_REMEMBERED_LOOKS:
            self._capture_ms.popitem(last=False)

    def fill(self, grounding: Grounding, look: Look) -> Grounding:
        """The grounding with the capture time of its look."""
        capture_ms = self._capture_ms.get(look.look_id, 0.0)
        return replace(grounding, timings=replace(grounding.timings, capture=capture_ms))


class InProcessGrounding:
    """A grounder in this process: for the command line, where the model may block, and for tests."""

    def __init__(self, grounder: Grounder) -> None:
        self._grounder = grounder
        self._lock = threading.Lock()
        self._times = CaptureTimes()

    @property
    def info(self) -> ModelInfo:
        """Name, device and digest of the model."""
        return self._grounder.info

    def look(self, screenshot: Screenshot) -> Look:
        """Encode a screen."""
        with self._lock:
            look = self._grounder.look(screenshot.pixels)
            self._times.note(look, screenshot)
            return look

    def score(self, look: Look, instruction: str) -> PatchScores:
        """Patch scores alone."""
        with self._lock:
            return self._grounder.score(look, instruction)

    def find(self, look: Look, instruction: str, *, keep_fraction: float | None = None) -> Grounding:
        """Find what is meant."""
        with self._lock:
            return self._times.fill(self._grounder.find(look, instruction, keep_fraction=keep_fraction), look)

    def read(self, look: Look) -> tuple[Element, ...]:
        """Everything the model sees."""
        with self._lock:
            return self._grounder.read(look)

    def close(self) -> None:
        """Free the memory."""
        with self._lock:
            self._grounder.close()
