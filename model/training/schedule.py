"""How the learning rate goes."""

import math


def rate_at(step: int, n_warmup: int, n_steps: int, *, least: float = 0.01) -> float:
    """Share of the full rate: a linear warm-up, then a half cosine down to ``least``."""
    if step < n_warmup:
        return (step + 1) / n_warmup
    done = (step - n_warmup) / max(1, n_steps - n_warmup)
    return least + (1 - least) * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))
