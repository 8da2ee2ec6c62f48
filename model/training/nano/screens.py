"""The collected screens that may be learned from."""

from pathlib import Path

from model.data.screens import LabelledScreen, read_screens
from model.data.split import Part, part_of


def training_screens(folders: tuple[Path, ...]) -> list[tuple[Path, LabelledScreen]]:
    """Screens of the training part, with the folder of each."""
    return [
        (folder, screen) for folder in folders for screen in read_screens(folder) if part_of(screen) is Part.TRAINING
    ]
