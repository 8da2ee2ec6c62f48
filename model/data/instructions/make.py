"""Draws instructions about a screen: a source, an element, words; then looks up every element that answers them."""

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from model.data.instructions.absent import absent_draft
from model.data.instructions.counted import counted_draft, role_draft
from model.data.instructions.draft import Draft
from model.data.instructions.instruction import Instruction, InstructionSource
from model.data.instructions.intent_index import IntentIndex
from model.data.instructions.meant import meaning, meant_draft
from model.data.instructions.named import named_draft
from model.data.instructions.related import related_draft
from model.data.instructions.scene import Scene
from model.data.screens import LabelledScreen
from model.data.split import Part
from model.grounder import ElementKind

S = InstructionSource

MIX: Mapping[InstructionSource, float] = {
    S.NAME: 0.38,
    S.PARAPHRASE: 0.16,
    S.ROLE: 0.03,
    S.ORDINAL: 0.08,
    S.RELATION: 0.19,
    S.NEGATIVE: 0.16,
}
"""How often a source is tried first; what a screen does not give is drawn from the others."""

MOST_TWINS = 6
"""What more elements answer than this is too vague to ask for."""

_KIND_WEIGHTS = {
    ElementKind.TEXT: 1.0,
    ElementKind.BUTTON: 3.0,
    ElementKind.FIELD: 2.5,
    ElementKind.CHECKBOX: 2.0,
    ElementKind.RADIO: 1.0,
    ElementKind.TAB: 1.5,
    ElementKind.MENU: 2.0,
    ElementKind.ICON: 3.5,
    ElementKind.LINK: 1.5,
    ElementKind.OTHER: 0.5,
}
_N_TRIES = {S.NAME: 4, S.PARAPHRASE: 8, S.ROLE: 1, S.ORDINAL: 2, S.RELATION: 8, S.NEGATIVE: 2}
_HELD_BACK_SHARE = 0.7
_MOST_ASKED = 3


def make_instructions(
    screen: LabelledScreen,
    rng: random.Random,
    *,
    intents: IntentIndex,
    n: int,
    part: Part,
    pool: Sequence[str] = (),
    mix: Mapping[InstructionSource, float] = MIX,
) -> list[Instruction]:
    """Instructions about a screen, no two with the same words.

    Args:
        screen: with labels.
        rng: everything follows from it.
        intents: the lexicon.
        n: how many are wanted; fewer come from a screen on which little can be said.
        part: what they are for; intents that are held back are only used to measure.
        pool: names of other screens' elements, to ask for what is not there (``absent.pool_of``).
        mix: weight of each source.
    """
    maker = _Maker(Scene(screen), rng, intents, part, pool)
    made: dict[str, Instruction] = {}
    for _ in range(n if maker.scene.live else 0):
        weights = dict(mix)
        while weights:
            (source,) = rng.choices(list(weights), list(weights.values()))
            del weights[source]
            instruction = maker.draw(source)
            if instruction is not None and instruction.text not in made:
                made[instruction.text] = instruction
                break
            if not any(weights.values()):
                break
    return list(made.values())


class _Maker:
    """Draws instructions about one scene."""

    def __init__(self, scene: Scene, rng: random.Random, intents: IntentIndex, part: Part, pool: Sequence[str]) -> None:
        self.scene = scene
        self._rng = rng
        self._intents = intents
        self._part = part
        self._pool = pool
        by_kind: dict[ElementKind, list[int]] = defaultdict(list)
        for i in scene.live:
            by_kind[scene.elements[i].kind].append(i)
        self._by_kind = list(by_kind.values())
        self._weights = [_KIND_WEIGHTS[kind] for kind in by_kind]
        self._n_asked: Counter[int] = Counter()
        self._held_back = self._find_held_back() if part is Part.DEVELOPMENT else []

    def _find_held_back(self) -> list[int]:
        meanings = ((i, meaning(self.scene, self._intents, i)) for i in self.scene.live)
        return [i for i, m in meanings if m is not None and self._intents.intents[m].is_held_back]

    def draw(self, source: InstructionSource) -> Instruction | None:
        """One instruction; None if a few tries gave none."""
        for _ in range(_N_TRIES[source]):
            draft = self._draft(source)
            if draft is None:
                continue
            answers = draft.ask.answers(self.scene)
            if source is S.NEGATIVE and not answers:
                return Instruction(text=draft.text, source=source, targets=())
            if source is not S.NEGATIVE and 0 < len(answers) <= MOST_TWINS and not self._is_worn(answers):
                self._n_asked.update(answers)
                return Instruction(text=draft.text, source=source, targets=tuple(sorted(self.scene.whole(answers))))
        return None

    def _is_worn(self, answers: frozenset[int]) -> bool:
        """Whether all of these have been asked for often enough."""
        return all(self._n_asked[i] >= _MOST_ASKED for i in answers)

    def _draft(self, source: InstructionSource) -> Draft | None:
        scene, rng = self.scene, self._rng
        if source is S.NAME:
            return named_draft(scene, self._element(), rng)
        if source is S.PARAPHRASE:
            return meant_draft(scene, self._intents, self._paraphrased(), self._part, rng)
        if source is S.ROLE:
            return role_draft(scene, rng)
        if source is S.ORDINAL:
            return counted_draft(scene, rng)
        if source is S.RELATION:
            return related_draft(scene, self._element(), rng)
        return absent_draft(scene, self._intents, self._part, self._pool, rng)

    def _element(self) -> int:
        """Any element; rare kinds more often than they occur."""
        (of_kind,) = self._rng.choices(self._by_kind, self._weights)
        return self._rng.choice(of_kind)

    def _paraphrased(self) -> int:
        """Any element, but one that is held back from training more often where there is one."""
        if self._held_back and self._rng.random() < _HELD_BACK_SHARE:
            return self._rng.choice(self._held_back)
        return self._element()
