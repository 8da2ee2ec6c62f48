"""What the development set asks: instructions about screens of programs that nothing is learned from."""

import random
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from model.data.instructions.absent import pool_of
from model.data.instructions.instruction import Instruction, InstructionSource
from model.data.instructions.intent_index import IntentIndex
from model.data.instructions.make import make_instructions
from model.data.intents import load_intents
from model.data.screens import SCREENS_FILE, LabelledElement, LabelledScreen, Source, read_screens
from model.data.split import Part, is_document, part_of
from model.errors import InputError
from model.grounder import Box, ElementKind

_KINDS = {ElementKind.ICON: "icon", ElementKind.FIELD: "field"}
_DOCUMENTATION = "documentation"
_DOCUMENTATION_TURNS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An instruction and what is known about it.

    Attributes:
        text: the instruction.
        source: what it goes by.
        kind: what is looked for: "text", "icon", "field", "other", or "none".
        boxes: where a click is right, in pixels; () if it is not on the screen.
    """

    text: str
    source: InstructionSource
    kind: str
    boxes: tuple[Box, ...]

    def is_hit(self, point: tuple[float, float] | None) -> bool:
        """Whether a point lies in one of the boxes, right and lower edges excluded."""
        return point is not None and any(x1 <= point[0] < x2 and y1 <= point[1] < y2 for x1, y1, x2, y2 in self.boxes)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedScreen:
    """A screen and what is asked about it.

    Attributes:
        path: of its picture.
        name: of its folder and picture, which tells it from all others.
        origin: "desktop", "web" or "documentation".
        screen: with its labels.
        questions: about it.
    """

    path: Path
    name: str
    origin: str
    screen: LabelledScreen
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DevelopmentSet:
    """What is measured on.

    Attributes:
        screens: each with its questions; programs take turns.
        n_training: screens of the folders that were left alone because they are for training.
    """

    screens: tuple[AskedScreen, ...]
    n_training: int


def draw_development_set(
    folders: Sequence[Path], *, seed: int, n_screens: int | None = None, n_each: int = 16
) -> DevelopmentSet:
    """Make the questions about the development screens of some folders.

    Args:
        folders: of labelled screens.
        seed: of the instructions and of the choice of screens; which questions are asked about a screen does not
            depend on how many screens there are.
        n_screens: how many at most; None for all.
        n_each: questions about each screen, at most.

    Raises:
        InputError: a folder has no screens, a screen may not be measured on, or none is for development.
        RecordError: a line of a folder is not a screen.
    """
    found: list[tuple[Path, LabelledScreen]] = []
    n_training = 0
    for folder in folders:
        if not (folder / SCREENS_FILE).is_file():
            raise InputError(f"{folder} holds no labelled screens.", hint="Collect some with `foveal collect`.")
        for screen in read_screens(folder):
            if part_of(screen) is Part.DEVELOPMENT:
                found.append((folder, screen))
            else:
                n_training += 1
    if not found:
        raise InputError(
            "None of these screens is for development: all are of programs that are learned from.",
            hint="Name a folder with screens of other programs.",
        )
    index = IntentIndex(load_intents())
    pool = pool_of([screen for _, screen in found])
    asked = (
        _asked(folder, screen, _instructions(screen, index, pool, seed=seed, n=n_each))
        for folder, screen in _in_turns(found, seed)
    )
    chosen = [one for one in asked if one.questions][:n_screens]
    return DevelopmentSet(screens=tuple(chosen), n_training=n_training)


def _in_turns(found: Sequence[tuple[Path, LabelledScreen]], seed: int) -> Iterator[tuple[Path, LabelledScreen]]:
    """One screen of each program, then the next of each, so that the first few are of many programs.

    Documentation, which many packages have and which looks much alike, counts as no more than a few programs.
    """
    rng = random.Random(seed)  # noqa: S311 - a choice of screens, not a secret
    rows: dict[str, list[tuple[Path, LabelledScreen]]] = defaultdict(list)
    for folder, screen in sorted(found, key=lambda one: (one[1].program, one[1].picture)):
        turn = zlib.crc32(screen.program.encode()) % _DOCUMENTATION_TURNS
        rows[f"{_DOCUMENTATION} {turn}" if is_document(screen) else screen.program].append((folder, screen))
    shuffled = list(rows.values())
    for row in shuffled:
        rng.shuffle(row)
    rng.shuffle(shuffled)
    for place in range(max(map(len, shuffled))):
        yield from (row[place] for row in shuffled if place < len(row))


def _instructions(
    screen: LabelledScreen, index: IntentIndex, pool: Sequence[str], *, seed: int, n: int
) -> list[Instruction]:
    rng = random.Random(f"{seed} {screen.picture}")  # noqa: S311 - instructions, not secrets
    return make_instructions(screen, rng, intents=index, n=n, part=Part.DEVELOPMENT, pool=pool)


def _asked(folder: Path, screen: LabelledScreen, made: Sequence[Instruction]) -> AskedScreen:
    return AskedScreen(
        path=folder / screen.picture,
        name=f"{folder.name}/{screen.picture}",
        origin=_origin(screen),
        screen=screen,
        questions=tuple(_question(screen, instruction) for instruction in made),
    )


def _origin(screen: LabelledScreen) -> str:
    return _DOCUMENTATION if screen.source is Source.WEB and is_document(screen) else str(screen.source)


def _question(screen: LabelledScreen, instruction: Instruction) -> Question:
    targets = [screen.elements[i] for i in instruction.targets]
    return Question(
        text=instruction.text,
        source=instruction.source,
        kind=_kind(targets),
        boxes=tuple(target.bbox for target in targets),
    )


def _kind(targets: Sequence[LabelledElement]) -> str:
    """What is looked for: that of the first target that is more than a text beside or inside it."""
    if not targets:
        return "none"
    main = next((target for target in targets if target.kind is not ElementKind.TEXT), targets[0])
    return _KINDS.get(main.kind) or ("text" if main.text else "other")
