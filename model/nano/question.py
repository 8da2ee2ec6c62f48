"""An instruction as numbers: what it means as a whole and word by word, and what the grammar finds in it."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.nano.alphabet import with_read_signs
from model.nano.asks import AskMap
from model.ocr.meaning import EMBEDDING_WIDTH, TextEncoder
from model.ocr.query import Place, Query, Relation, parse_instruction
from model.ocr.spelling import normalise
from model.ocr.words import Role

MOST_WORDS: Final = 16
_ROLES: Final = tuple(Role)
_RELATIONS: Final = tuple(Relation)
_PLACES: Final = tuple(Place)
_ORDINALS: Final = tuple(range(-2, 9))
_FLAGS: Final = ("named", "quoted", "ordinal by side")
_SECTIONS: Final = np.cumsum([0, len(_ROLES), len(_RELATIONS), len(_PLACES), len(_ORDINALS), len(_FLAGS)]).tolist()
N_FORM: Final = int(_SECTIONS[-1])
"""Length of ``Question.form``."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Question:
    """An instruction, ready to be looked for.

    Attributes:
        readings: of the grammar, the most literal first.
        main: the reading that takes apart what was said: name, role, relations, place and ordinal.
        whole: [EMBEDDING_WIDTH] float32 of the whole instruction.
        name: [EMBEDDING_WIDTH] float32 of what the main reading looks for; zeros if it has no name.
        asked: [EMBEDDING_WIDTH] float32: where the name, or else the whole, leads to (``AskMap``).
        words: [n_words, EMBEDDING_WIDTH] float32, at most ``MOST_WORDS``.
        form: [N_FORM] float32: roles, relations, places and ordinal of the main reading, as zeros and ones.
    """

    readings: tuple[Query, ...]
    main: Query
    whole: NDArray[np.float32]
    name: NDArray[np.float32]
    asked: NDArray[np.float32]
    words: NDArray[np.float32]
    form: NDArray[np.float32]

    @property
    def summary(self) -> NDArray[np.float32]:
        """[EMBEDDING_WIDTH + N_FORM] float32: ``whole`` and ``form``."""
        return np.concatenate((self.whole, self.form))


def understand(instruction: str, encoder: TextEncoder, asks: AskMap) -> Question:
    """Prepare an instruction, which says something.

    Args:
        instruction: as typed, not empty.
        encoder: embeds it; words that were seen before cost nothing.
        asks: knows how people ask.
    """
    instruction = with_read_signs(instruction)
    readings = parse_instruction(instruction)
    # Readings that count only if they stand on the screen word for word come first.
    main = next((reading for reading in readings if not reading.is_exact), readings[0])
    listed = normalise(instruction).split()[:MOST_WORDS] or [instruction]
    name = normalise(main.name)
    vectors = encoder.embed([instruction, name or instruction, *listed])
    return Question(
        readings=readings,
        main=main,
        whole=vectors[0],
        name=vectors[1] if name else np.zeros(EMBEDDING_WIDTH, np.float32),
        asked=asks(vectors[1:2])[0],
        words=vectors[2:],
        form=_form(main),
    )


def _form(query: Query) -> NDArray[np.float32]:
    form = np.zeros(N_FORM, np.float32)
    roles, relations, places, ordinals, flags = (form[start:end] for start, end in pairwise(_SECTIONS))
    if query.role is not None:
        roles[_ROLES.index(query.role)] = 1
    for constraint in query.constraints:
        relations[_RELATIONS.index(constraint.relation)] = 1
    for place in query.places:
        places[_PLACES.index(place)] = 1
    if query.ordinal is not None:
        ordinals[_ORDINALS.index(min(max(query.ordinal.index, _ORDINALS[0]), _ORDINALS[-1]))] = 1
        flags[2] = query.ordinal.side is not None
    flags[0] = bool(query.name)
    flags[1] = query.is_literal
    return form
