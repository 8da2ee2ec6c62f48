"""Which code it was."""

import subprocess
from pathlib import Path


def code_revision() -> str:
    """Revision of the code; "" where it is not under version control."""
    try:
        done = subprocess.run(
            ("git", "rev-parse", "HEAD"),  # noqa: S607 - whichever git the person has
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
