"""An instruction about a labelled screen."""

from dataclasses import dataclass
from enum import StrEnum


class InstructionSource(StrEnum):
    """What an instruction goes by.

    Attributes:
        NAME: what the element is called: its text, its label, its accessible name, the picture on it.
        PARAPHRASE: what it does, in other words.
        ROLE: what kind of thing it is, where there is one of the kind.
        ORDINAL: which of a row or column of one kind.
        RELATION: where it stands, seen from something else.
        NEGATIVE: nothing on the screen.
    """

    NAME = "name"
    PARAPHRASE = "paraphrase"
    ROLE = "role"
    ORDINAL = "ordinal"
    RELATION = "relation"
    NEGATIVE = "negative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """What a person types, and what is meant.

    Attributes:
        text: as typed.
        source: what it goes by.
        targets: indices into the elements of the screen of all right answers, ascending; () for a negative.
    """

    text: str
    source: InstructionSource
    targets: tuple[int, ...]

    def __post_init__(self) -> None:
        if (self.source is InstructionSource.NEGATIVE) == bool(self.targets):
            raise ValueError("an instruction has targets exactly if it is no negative")
