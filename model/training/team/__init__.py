"""Who learns: one process, or several together."""
