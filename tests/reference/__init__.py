"""Numbers recorded from the FocusUI authors' code; see README.md."""

from pathlib import Path

PURE = Path(__file__).parent / "pure"
