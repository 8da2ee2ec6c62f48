"""The texts by which something may be asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from model.grounder import Box
from model.ocr.page import Word
from model.ocr.rects import union
from model.ocr.spelling import normalise

_N_PROSE_WORDS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A text by which a target may be asked for.

    Attributes:
        text: normalised.
        shown: as it was read.
        words: its words, normalised, without those that are punctuation only.
        boxes: where each word stands.
        weight: how surely the text names the target, in (0, 1].
        is_label: it stands beside the target, not on it.
        is_line: it is one of several lines on the target, so that a click belongs on this line.
    """

    text: str
    shown: str
    words: tuple[str, ...]
    boxes: tuple[Box, ...]
    weight: float = 1.0
    is_label: bool = False
    is_line: bool = False

    @property
    def is_prose(self) -> bool:
        """Whether it is a sentence rather than a name."""
        return len(self.words) >= _N_PROSE_WORDS


def name_of(words: Sequence[Word], *, weight: float = 1.0, is_label: bool = False, is_line: bool = False) -> Name:
    """A name out of words as read."""
    shown = " ".join(word.text for word in words)
    pairs = [(normalise(word.text), word.bbox) for word in words]
    kept = [(text, box) for text, box in pairs if text]
    return Name(
        text=normalise(shown),
        shown=shown,
        words=tuple(text for text, _ in kept),
        boxes=tuple(box for _, box in kept),
        weight=weight,
        is_label=is_label,
        is_line=is_line,
    )


def span_box(name: Name, start: int, stop: int) -> Box:
    """The box around some words of a name."""
    return union(name.boxes[start:stop])
