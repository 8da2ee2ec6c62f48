"""Collected screens as training records: what people would ask about them, made up anew each time from a seed.

Screens of the development part are left out: they are only measured on.
"""

import random
from pathlib import Path

from model.data.faults import Fault, FaultLog, FaultyRow, FaultyRowError
from model.data.instructions.absent import pool_of
from model.data.instructions.intent_index import IntentIndex
from model.data.instructions.make import make_instructions
from model.data.instructions.write import to_record
from model.data.intents import load_intents
from model.data.records import TrainingRecord
from model.data.screens import SCREENS_FILE, LabelledScreen, read_screens
from model.data.sources.gallery import Gallery, GallerySource
from model.data.sources.source import SetCounts
from model.data.sources.stores import FolderStore
from model.data.sources.usable import usable_record
from model.data.split import Part, part_of

N_EACH = 12
"""Instructions about each screen, at most."""


class CollectedSource(GallerySource):
    """A ``RecordSource`` over a folder that ``foveal collect`` filled.

    Args:
        folder: with labelled screens.
        must_decode: decode each picture once, instead of reading its header.
    """

    def __init__(self, folder: Path, *, must_decode: bool) -> None:
        super().__init__(Gallery(FolderStore(folder), must_decode=must_decode))
        self._folder = folder
        self._records: list[TrainingRecord] = []

    def fill(self, *, seed: int, log: FaultLog) -> SetCounts:
        """Make the instructions.

        Args:
            seed: of them; those of a screen also depend on which others there are, whose names are asked for, too.
            log: is told of every screen and instruction that is left out.

        Raises:
            RecordError: a line of the folder is not a screen.
            InputError: a screen may not be learned from at all.
        """
        name = str(self._folder / SCREENS_FILE)
        screens = list(read_screens(self._folder))
        learned = [screen for screen in screens if part_of(screen) is Part.TRAINING]
        for screen in screens:
            if part_of(screen) is not Part.TRAINING:
                detail = f"{screen.program} is a program that is only measured on."
                log.add(FaultyRow(file=name, row=screen.picture, reason=Fault.HELD_OUT, detail=detail))
        index, pool = IntentIndex(load_intents()), pool_of(learned)
        for screen in learned:
            rng = random.Random(f"{seed} {screen.picture}")  # noqa: S311 - instructions, not secrets
            made = make_instructions(screen, rng, intents=index, n=N_EACH, part=Part.TRAINING, pool=pool)
            asked = [instruction for instruction in made if instruction.targets]
            for number, instruction in enumerate(asked, start=1):
                try:
                    self._add(screen, to_record(screen, instruction), number)
                except FaultyRowError as fault:
                    row = f"{screen.picture}, instruction {number}"
                    log.add(FaultyRow(file=name, row=row, reason=fault.fault, detail=fault.message))
        return self._counts(name, n_rows=len(screens), n_taken=len(learned))

    def record(self, index: int) -> TrainingRecord:
        """The record at a place, from 0."""
        return self._records[index]

    def _add(self, screen: LabelledScreen, row: dict[str, object], number: int) -> None:
        picture = self._gallery.add(screen.picture)
        self._records.append(usable_record(row, name=f"{self._folder}, {screen.picture}, instruction {number}"))
        self._pictures.append(picture)
