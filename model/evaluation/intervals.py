"""How sure a measured rate is."""

import math

_Z_95 = 1.959963984540054


def wilson_interval(n_hits: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of a rate, (low, high) (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927).

    Args:
        n_hits: 0 to n.
        n: at least 1.
    """
    rate, z2 = n_hits / n, _Z_95**2
    centre = (rate + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z_95 / (1 + z2 / n) * math.sqrt(rate * (1 - rate) / n + z2 / (4 * n**2))
    # In exact arithmetic the interval holds the rate and stays within 0 to 1.
    return max(0.0, min(rate, centre - half)), min(1.0, max(rate, centre + half))
