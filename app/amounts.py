"""Sizes and times as they are written for a person. Imports nothing: the command line reads it at every start."""


def size_words(n_bytes: int | None) -> str:
    """A size of files or memory."""
    if n_bytes is None:
        return "unknown"
    return f"{n_bytes / 1e9:.1f} GB" if n_bytes >= 1e9 else f"{n_bytes / 1e6:.{0 if n_bytes >= 1e7 else 1}f} MB"


def left_words(seconds: float) -> str:
    """A time to wait: "1:47", or "2:03:10" for hours."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
