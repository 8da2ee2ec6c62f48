"""Instructions by name: what stands on an element, what its label says, what its icon shows."""

import random
from dataclasses import replace

from model.data.drawing.icons.names import icon_words
from model.data.instructions.asks import Containing, Named
from model.data.instructions.draft import Draft
from model.data.instructions.instruction import InstructionSource
from model.data.instructions.keys import key_of, shown, stems_of
from model.data.instructions.roles import NOUNS, Role
from model.data.instructions.scene import Scene
from model.data.instructions.wording import cased, finished, noun, quoted, typed_into, with_noun, with_verb
from model.data.screens import LabelledElement
from model.grounder import ElementKind

_LONG_WORDS, _LONG_CHARS = 6, 45
_MOST_WORDS = 12
_LONGEST_WORD = 28  # paths and the like, which nobody types
_PART_WORDS = (2, 6)
_LEAST_PART_CHARS = 8
_VERB_TELLS = frozenset({Role.CHECKBOX, Role.FIELD, Role.SLIDER})
"""Roles that the verb alone gives away: "tick Remember me"."""

_LABELLED = frozenset({ElementKind.CHECKBOX, ElementKind.RADIO, ElementKind.OTHER})
"""What shows no name of its own: without a label nobody sees what it is called."""

_KIND_WORDS = frozenset({word for nouns in NOUNS.values() for word in nouns} | {"window", "dialog", "image"})
"""What is called "menu" cannot be asked for by that."""


def named_draft(scene: Scene, index: int, rng: random.Random) -> Draft | None:
    """Ask for an element by its name; None if it has none that a person would type."""
    role = scene.role(index)
    element = scene.elements[index]
    if role is None:
        return None
    if element.icons and rng.random() < (0.35 if role is Role.ICON else 0.1):
        return _by_icon(element, rng)
    name = shown_name(scene, index, rng)
    if not key_of(name) or max(map(len, name.split())) > _LONGEST_WORD:
        return None
    is_long = len(name.split()) > _LONG_WORDS or len(name) > _LONG_CHARS
    if is_long and (len(name.split()) > _MOST_WORDS or rng.random() < 0.85):
        return _by_part(name, rng)
    return by_name(name, role, element, rng)


def shown_name(scene: Scene, index: int, rng: random.Random) -> str:
    """What a person would call an element by what can be seen, now and then by its accessible name; "" if nothing."""
    element = scene.elements[index]
    label = element.label if scene.shows_label(index) else ""
    hidden = element.name if element.name != element.text else ""
    if scene.role(index) is Role.AREA:
        name = label  # what was typed there is not what it is called
    elif element.kind is ElementKind.FIELD:
        name = label if label and rng.random() < 0.85 else element.text or label
    elif not element.text and (label or element.kind in _LABELLED):
        name = label
    else:
        name = element.name if not element.text or (hidden and rng.random() < 0.1) else element.text
    name = shown(name)
    n_signs = len(key_of(name))
    is_odd = key_of(name) in _KIND_WORDS or (n_signs == 1 and rng.random() < 0.7)
    return "" if is_odd else name


def by_name(name: str, role: Role, element: LabelledElement | None, rng: random.Random) -> Draft:
    """Words and ask for a name; ``element`` tells whether something can be typed into it."""
    ask = Named(key=key_of(name))
    # Who goes by what stands in a field clicks there; "type in Normal" would be taken for what to type.
    is_content = role is Role.FIELD and element is not None and name == shown(element.text)
    verbs = None if is_content else role
    name = cased(name, rng)
    chance = rng.random()
    is_sign = not any(char.isalnum() for char in name)
    if chance < 0.34:
        text = quoted(name, rng, share=0.08)
    elif chance < 0.54 or is_sign:
        said = verbs if verbs in _VERB_TELLS and rng.random() < 0.5 else None
        ask = replace(ask, role=said)
        text = with_verb(quoted(name, rng), said, rng)
    else:
        text, asked = noun_phrase(name, role, rng)
        ask = replace(ask, role=asked)
        if role is Role.FIELD and element is not None and not element.text and rng.random() < 0.4:
            text = typed_into(text, rng)
        elif chance > 0.76:
            text = with_verb(text, verbs, rng)
    return Draft(text=finished(text, rng), ask=ask, source=InstructionSource.NAME)


def noun_phrase(name: str, role: Role, rng: random.Random) -> tuple[str, Role]:
    """A name with a word for what it is, and what that word says."""
    said = Role.BUTTON if role is Role.ICON and rng.random() < 0.3 else role
    return with_noun(name, said, rng), said


def other_words(name: str, role: Role, rng: random.Random) -> str:
    """A name that is not written there, alone or with a word for what it is; the role is not relied on."""
    name = cased(name, rng)
    if rng.random() < 0.5:
        name, _ = noun_phrase(name, role, rng)
    return finished(with_verb(name, role, rng) if rng.random() < 0.3 else name, rng)


def _by_icon(element: LabelledElement, rng: random.Random) -> Draft | None:
    words = [icon_words(icon) for icon in element.icons]
    told = [word for word in words if len(word) > 2 and len(word.split()) <= 3 and word.isascii()]
    if not told:
        return None
    name = rng.choice(told)
    ask = Named(key=key_of(name), role=Role.ICON)
    text = f"the {name.removesuffix(' icon')} {noun(Role.ICON, rng) if rng.random() < 0.3 else 'icon'}"
    if rng.random() < 0.4:
        text = with_verb(text, Role.ICON, rng)
    return Draft(text=finished(text, rng), ask=ask, source=InstructionSource.NAME)


def _by_part(name: str, rng: random.Random) -> Draft | None:
    words = [word for word in name.split() if any(char.isalnum() for char in word)]
    n = rng.randint(*_PART_WORDS)
    start = 0 if rng.random() < 0.6 or len(words) <= n else rng.randrange(len(words) - n + 1)
    part = shown(" ".join(words[start : start + n])).strip(" ,;.()[]{}\"'“”")
    if len(part) < _LEAST_PART_CHARS or len(stems_of(part)) < 2:
        return None
    ask = Containing(key=key_of(part))
    part = cased(part, rng)
    phrase = rng.choice(("{}", "{}", "the text {}", "the line {}", "where it says {}")).format(quoted(part, rng))
    if not phrase.startswith("where") and rng.random() < 0.3:
        phrase = with_verb(phrase, None, rng)
    return Draft(text=finished(phrase, rng), ask=ask, source=InstructionSource.NAME)
