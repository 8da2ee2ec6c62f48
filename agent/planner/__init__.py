"""Planners: from a command in words to a closed set of steps."""
