"""An instruction before its targets are looked up."""

from dataclasses import dataclass

from model.data.instructions.asks import Ask
from model.data.instructions.instruction import InstructionSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is asked for, and in which words.

    Attributes:
        text: the words.
        ask: what answers it.
        source: what it goes by.
    """

    text: str
    ask: Ask
    source: InstructionSource
