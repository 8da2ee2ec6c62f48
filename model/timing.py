"""How long something took."""

import time


def ms_since(started_s: float) -> float:
    """Milliseconds since ``time.perf_counter`` said this."""
    return (time.perf_counter() - started_s) * 1e3
