"""Grounding on real desktop programs, judged by their accessibility trees; see ``__main__.py``."""
