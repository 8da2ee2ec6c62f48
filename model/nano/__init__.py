"""Foveal Nano, the embedded model: a token-selecting grounding model for two CPU cores."""
