"""Instructions by place: beside something, between two things, in the row of something, in a dialog."""

import random

from model.data.instructions.asks import Beside, Between, InRow, Named
from model.data.instructions.counted import scope
from model.data.instructions.draft import Draft
from model.data.instructions.instruction import InstructionSource
from model.data.instructions.keys import key_of
from model.data.instructions.named import noun_phrase, shown_name
from model.data.instructions.places import OPPOSITE, Side, neighbour, row_of
from model.data.instructions.roles import Role
from model.data.instructions.scene import Scene
from model.data.instructions.wording import cased, finished, noun, quoted, typed_into, with_verb

_SIDE_WORDS = {
    Side.RIGHT: ("to the right of", "right of", "on the right of", "to the right of", "just right of"),
    Side.LEFT: ("to the left of", "left of", "on the left of", "just left of"),
    Side.ABOVE: ("above", "over", "right above"),
    Side.BELOW: ("below", "under", "beneath", "right below", "underneath"),
}
_BESIDE_WORDS = ("next to", "beside", "next to")
_IN_WORDS = ("in", "of", "in", "from")
_IN_ROW_OF = ("{} in the row of {}", "in the row of {1}, {0}", "{} on the same line as {}")
_IN_ROW = (*_IN_ROW_OF, "{} in the {} row")
_MOST_ANCHOR_WORDS = 5
_LEAST_ROWS, _MOST_OF = 3, 0.7
_SCOPED_ANYHOW = 0.3  # how often a window is named where the element alone would do
_PLAIN_TARGETS = frozenset({Role.TEXT})
_IN_ROWS = frozenset({Role.BUTTON, Role.ICON, Role.LINK, Role.CHECKBOX, Role.FIELD})


def related_draft(scene: Scene, index: int, rng: random.Random) -> Draft | None:
    """Ask for an element by where it is; None if nothing clear can be said."""
    role = scene.role(index)
    if role is None:
        return None
    chance = rng.random()
    if chance < 0.15:
        return _between(scene, index, role, rng)
    if chance < 0.35:
        return _in_dialog(scene, index, role, rng)
    if chance < 0.6 and role in _IN_ROWS:
        return _in_row(scene, index, role, rng)
    return _beside(scene, index, role, rng)


def _beside(scene: Scene, index: int, role: Role, rng: random.Random) -> Draft | None:
    if role in _PLAIN_TARGETS and rng.random() < 0.8:
        return None  # the text beside a text is seldom what one wants
    side = rng.choice(list(Side))
    anchor = neighbour(scene, index, OPPOSITE[side])
    named = None if anchor is None else anchor_words(scene, anchor, rng)
    if named is None:
        return None
    words, ask = named
    is_vague = side in {Side.LEFT, Side.RIGHT} and rng.random() < 0.4
    said = Role.BUTTON if role is Role.ICON and rng.random() < 0.4 else role
    place = rng.choice(_BESIDE_WORDS if is_vague else _SIDE_WORDS[side])
    text = f"the {_noun(said, rng)} {place} {words}"
    if role is Role.FIELD and not scene.elements[index].text and rng.random() < 0.3:
        text = typed_into(text, rng)
    elif rng.random() < 0.35:
        text = with_verb(text, role, rng)
    beside = Beside(role=said, side=None if is_vague else side, anchor=ask)
    return Draft(text=finished(text, rng), ask=beside, source=InstructionSource.RELATION)


def _between(scene: Scene, index: int, role: Role, rng: random.Random) -> Draft | None:
    sides = (Side.LEFT, Side.RIGHT) if rng.random() < 0.8 else (Side.ABOVE, Side.BELOW)
    ends = [neighbour(scene, index, side) for side in sides]
    named = [None if end is None else anchor_words(scene, end, rng) for end in ends]
    if named[0] is None or named[1] is None:
        return None
    (first, first_ask), (second, second_ask) = named[0], named[1]
    text = f"the {_noun(role, rng)} between {first} and {second}"
    if rng.random() < 0.3:
        text = with_verb(text, role, rng)
    ask = Between(role=role, first=first_ask, second=second_ask)
    return Draft(text=finished(text, rng), ask=ask, source=InstructionSource.RELATION)


def _in_dialog(scene: Scene, index: int, role: Role, rng: random.Random) -> Draft | None:
    place = scope(scene, index, scene.elements[index].window)
    name = shown_name(scene, index, rng)
    if not place or len(key_of(name)) < 2 or len(name.split()) > _MOST_ANCHOR_WORDS:
        return None
    phrase, said = noun_phrase(cased(name, rng), role, rng)
    is_needed = len(Named(key=key_of(name), role=said).answers(scene)) > 1
    if not is_needed and rng.random() > _SCOPED_ANYHOW:
        return None
    text = f"{phrase} {rng.choice(_IN_WORDS)} {cased(place, rng)}"
    if rng.random() < 0.3:
        text = with_verb(text, role, rng)
    ask = Named(key=key_of(name), role=said, window=scene.window_key(index))
    return Draft(text=finished(text, rng), ask=ask, source=InstructionSource.RELATION)


def _in_row(scene: Scene, index: int, role: Role, rng: random.Random) -> Draft | None:
    """In the row of a text, where other rows look the same: a table."""
    row = [i for i in row_of(scene, index) if i != index and scene.role(i) in {Role.TEXT, Role.LINK}]
    own = scene.names[index]
    texts = [i for i in row if not scene.names[i] & own and _is_table(scene, index, i)]
    named = anchor_words(scene, texts[0], rng) if texts else None
    if named is None:
        return None
    words, anchor = named
    name = shown_name(scene, index, rng)
    is_named = bool(key_of(name)) and len(name.split()) <= _MOST_ANCHOR_WORDS and rng.random() < 0.6
    what = noun_phrase(cased(name, rng), role, rng) if is_named else (f"the {_noun(role, rng)}", role)
    forms = _IN_ROW_OF if words.startswith("the ") else _IN_ROW
    text = rng.choice(forms).format(what[0], words)
    ask = InRow(key=key_of(name) if is_named else "", role=what[1], anchor=anchor)
    return Draft(text=finished(text, rng), ask=ask, source=InstructionSource.RELATION)


def _is_table(scene: Scene, index: int, text: int) -> bool:
    """Whether the columns of two elements go together: most in the one have something of the other in their row."""
    columns = [_column(scene, i) for i in (index, text)]
    for column, other in (columns, columns[::-1]):
        n_paired = sum(any(j in other for j in row_of(scene, i)) for i in column)
        if n_paired < max(_LEAST_ROWS, _MOST_OF * len(column)):
            return False
    return True


def _column(scene: Scene, index: int) -> frozenset[int]:
    """What is of the same role and begins at the same left edge."""
    x, role, most = scene.box(index)[0], scene.role(index), scene.unit_px / 2
    window = scene.elements[index].window
    return frozenset(
        i
        for i in scene.live
        if scene.role(i) is role and abs(scene.box(i)[0] - x) <= most and scene.elements[i].window == window
    )


def anchor_words(scene: Scene, index: int, rng: random.Random) -> tuple[str, Named] | None:
    """An element as something to start from: "Name", "the New button", and what that asks for; None without a name."""
    role = scene.role(index)
    name = shown_name(scene, index, rng)
    key = key_of(name)
    is_word = len(key) > 1 and any(char.isalpha() for char in key)
    if role is None or not is_word or len(name.split()) > _MOST_ANCHOR_WORDS:
        return None
    name = cased(name, rng)
    if role is Role.TEXT or rng.random() < 0.45:
        return quoted(name, rng, share=0.25), Named(key=key)
    phrase, said = noun_phrase(name, role, rng)
    return (phrase if phrase.startswith("the ") else f"the {phrase}"), Named(key=key, role=said)


def _noun(role: Role, rng: random.Random) -> str:
    """A word for a role that fits nothing else beside: an icon is an icon, not a button."""
    return "icon" if role is Role.ICON else noun(role, rng)
