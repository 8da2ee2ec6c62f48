"""Times stages on a CPU or a GPU."""

import time
from typing import Protocol

import torch


class Stopwatch(Protocol):
    """Started anew for each pass; ``stop`` returns milliseconds by stage."""

    def start(self) -> None:
        """Begin a pass."""
        ...

    def lap(self, stage: str) -> None:
        """What ran since the last call belongs to a stage; several laps of one stage add up."""
        ...

    def stop(self) -> dict[str, float]:
        """End the pass."""
        ...


class CpuStopwatch:
    """Times by the clock of the process."""

    def __init__(self) -> None:
        self._last = 0.0
        self._ms: dict[str, float] = {}

    def start(self) -> None:
        """Begin a pass."""
        self._ms = {}
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        """See ``Stopwatch``."""
        now = time.perf_counter()
        self._ms[stage] = self._ms.get(stage, 0.0) + (now - self._last) * 1000
        self._last = now

    def stop(self) -> dict[str, float]:
        """See ``Stopwatch``."""
        return self._ms


class CudaStopwatch:
    """Times by events in the GPU's queue: nobody waits for the GPU between the stages, only at the end.

    Where the GPU waits for the CPU, that time belongs to the stage, too.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._events: list[tuple[str, torch.cuda.Event]] = []

    def start(self) -> None:
        """Begin a pass."""
        torch.cuda.synchronize(self._device)
        self._events = []
        self.lap("")

    def lap(self, stage: str) -> None:
        """See ``Stopwatch``."""
        event = torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call] # torch has no types here
        event.record(torch.cuda.current_stream(self._device))
        self._events.append((stage, event))

    def stop(self) -> dict[str, float]:
        """See ``Stopwatch``."""
        torch.cuda.synchronize(self._device)
        ms: dict[str, float] = {}
        for (_, before), (stage, event) in zip(self._events, self._events[1:], strict=False):
            ms[stage] = ms.get(stage, 0.0) + before.elapsed_time(event)
        return ms


def stopwatch_for(device: torch.device) -> Stopwatch:
    """The one that fits a device."""
    return CudaStopwatch(device) if device.type == "cuda" else CpuStopwatch()
