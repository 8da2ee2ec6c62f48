"""The most memory that something took while it ran: on a GPU what torch held, else what this process held."""

import sys
from pathlib import Path

_CLEAR_REFS = Path("/proc/self/clear_refs")
_STATUS = Path("/proc/self/status")
_RESET_PEAK = "5"  # proc_pid_clear_refs(5): the peak starts anew at what is held now
_PEAK = "VmHWM:"


class PeakMemory:
    """Measures from ``start``, or from the beginning of the process, to ``read``.

    Args:
        device: of the model, as in ``ModelInfo``: on "cuda…" the allocator of torch is asked; else the system, which
            counts everything that the process holds, libraries and pictures too.
    """

    def __init__(self, device: str) -> None:
        self._device = device if device.startswith("cuda") else ""

    def start(self) -> None:
        """Forget what was held before."""
        if self._device:
            import torch  # only where a model on a GPU has loaded it already

            torch.cuda.reset_peak_memory_stats(self._device)
            return
        try:
            _CLEAR_REFS.write_text(_RESET_PEAK, encoding="ascii")
        except OSError:
            return  # not Linux, or a kernel without it: the peak is then that of the whole run

    def read(self) -> int | None:
        """Bytes at the highest; None if nobody counts."""
        if self._device:
            import torch

            return torch.cuda.max_memory_allocated(self._device)
        try:
            lines = _STATUS.read_text("ascii", errors="replace").splitlines()
        except OSError:
            return _peak_of_process()
        return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(_PEAK)), None)


def _peak_of_process() -> int | None:
    """Bytes, where there is no ``/proc``; None on Windows."""
    if sys.platform == "win32":
        return None
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024
