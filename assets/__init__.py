"""Files that ship with the program: models, icons, self-test pictures."""

from pathlib import Path

ASSETS_DIR = Path(__file__).parent
