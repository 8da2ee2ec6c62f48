"""What an instruction asks for: a name, a role, which of several, and where; whatever way it is phrased.

Instructions are ambiguous ("Start menu" may be written so, or may be the menu called "Start"), so one instruction
gives several readings; matching tries all and the best match shows which one was meant.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from model.ocr import words
from model.ocr.spelling import normalise
from model.ocr.synonyms import load_synonyms
from model.ocr.words import Role

_MAX_NAME_WORDS = 14  # of an unquoted name; longer ones are prose that nothing on a screen is called
_QUOTE = re.compile(r"“([^”]+)”|\"([^\"]+)\"|«([^»]+)»|„([^“”]+)[“”]|`([^`]+)`|(?<!\w)['‘]([^'’]+)['’](?!\w)")
_HOLDER = re.compile("\ue000(\\d+)\ue001")


class Relation(StrEnum):
    """Where a target lies, seen from something else."""

    NEXT_TO = "next to"
    LEFT_OF = "left of"
    RIGHT_OF = "right of"
    ABOVE = "above"
    BELOW = "below"
    BETWEEN = "between"
    INSIDE = "inside"
    SAME_ROW = "in the row of"


class Place(StrEnum):
    """Where a target lies on the screen, or in what it is inside of."""

    LEFT = "left"
    RIGHT = "right"
    TOP = "top"
    BOTTOM = "bottom"
    MIDDLE = "middle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordinal:
    """Which of several.

    Attributes:
        index: counts from 1, or from -1 backwards.
        side: where counting begins; None for reading order.
        word: what was said, as it may belong to the name after all ("last name"); "" if it cannot.
    """

    index: int
    side: Place | None = None
    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """A relation to one thing, or to two for BETWEEN."""

    relation: Relation
    anchors: tuple["Query", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One reading of an instruction.

    Attributes:
        name: what the target is called or does; "" if only role and place are given.
        is_literal: the name is meant letter by letter (it was quoted): nothing of the same meaning will do.
        is_exact: this reading counts only if the whole name stands on the screen just so.
        role: what kind of thing it is; None if it was not said.
        noun: the words that said the role, in lower case; "" if none did.
        ordinal: which of several; None if it was not said.
        constraints: relations to other things.
        places: where on the screen.
    """

    name: str
    is_literal: bool = False
    is_exact: bool = False
    role: Role | None = None
    noun: str = ""
    ordinal: Ordinal | None = None
    constraints: tuple[Constraint, ...] = ()
    places: tuple[Place, ...] = ()


def parse_instruction(instruction: str) -> tuple[Query, ...]:
    """All readings of an instruction, the most literal first; empty if it says nothing."""
    literal = " ".join(instruction.split())
    if not literal:
        return ()
    quotes: list[str] = []

    def hold(match: re.Match[str]) -> str:
        quotes.append(next(group for group in match.groups() if group is not None))
        return f" \ue000{len(quotes) - 1}\ue001 "

    text = _region_last(" ".join(_QUOTE.sub(hold, literal).split()))
    written = words.WRITTEN.match(text)
    phrase = text[written.end() :].strip(" .") if written else _strip_verb(text)
    main = Query(name=_restore(phrase, quotes), role=Role.TEXT) if written else _parse_relations(phrase, quotes)
    if main.role is Role.FIELD and words.TICKING.match(text):
        main = replace(main, role=Role.CHECKBOX)  # "tick the box next to …"
    mains = [main]
    if main.noun == "entry":  # of a form, of a list, or of a menu
        item = replace(main, role=Role.MENU_ITEM if _is_in_menu(main) else Role.ITEM)
        mains = [item] if _is_in_menu(main) else [main, item]
    if main.noun and not main.name and not quotes:  # the "Input field" is the field called "Input", if there is one
        head, _, noun = main.noun.rpartition(" ")
        mains += [replace(main, name=head, noun=noun)] if head and main.role is not None else []
    if not quotes and (main.constraints or main.places) and main.role is not None:
        # What was taken for a role may be part of the name: "Minimal Window" in the menu.
        mains.append(replace(main, name=f"{main.name} {main.noun}".strip(), is_exact=True, role=None, noun=""))
    bare, whole = words.strip_article(phrase), words.strip_article(text)
    readings = [
        Query(name=_restore(text, quotes), is_exact=True),
        Query(name=_restore(phrase, quotes), is_exact=True),
        *mains,
    ]
    if not quotes and len(bare.split()) <= _MAX_NAME_WORDS:
        is_plain = main == Query(name=main.name) or bool(load_synonyms().asked(normalise(bare)))
        # What was taken for role or place may be part of the name; then it stands there in these very words.
        readings += [Query(name=bare, is_literal=not is_plain), Query(name=whole, is_literal=not is_plain)]
    return tuple(dict.fromkeys(readings))


def _is_in_menu(query: Query) -> bool:
    """Whether it is said to stand "in the menu"."""
    return any(
        constraint.relation is Relation.INSIDE and constraint.anchors[0].role is Role.MENU
        for constraint in query.constraints
    )


def _region_last(text: str) -> str:
    """Moves a region to the end: "in the Find dialog, click OK" -> "click OK in the Find dialog"."""
    match = words.LEADING_REGION.match(text)
    return f"{match.group('rest')} {match.group('region')}" if match else text


def _strip_verb(text: str) -> str:
    """Without politeness and what to do, if something is left: "please click on Save" -> "Save"."""
    text = text.strip(" .!?;,")
    for _ in range(3):
        shorter = words.POLITE_END.sub("", words.POLITE.sub("", text, count=1)).strip(" ,")
        if not shorter or shorter == text:
            break
        text = shorter
    typed = words.TYPE_INTO.match(text)
    if typed:
        return typed.group("target").strip()
    match = words.VERB.match(text)
    rest = text[match.end() :].strip(" :") if match else ""
    if not rest or words.ROLE_ONLY.fullmatch(rest):
        return text
    return words.AFTER_TARGET.sub("", rest).strip() or rest


def _restore(text: str, quotes: list[str]) -> str:
    return _HOLDER.sub(lambda match: quotes[int(match.group(1))], text).strip()


# ------------------------------------------------------------------------------------ relations


def _parse_relations(text: str, quotes: list[str]) -> Query:
    constraints: list[Constraint] = []
    places: list[Place] = []
    text, ordinal = _take_sided_ordinal(text)
    while True:
        split = _last_relation(text)
        if split is None:
            break
        head, relation, tail = split
        if relation is Relation.BETWEEN:
            ends = re.split(r"\s+and\s+", tail, maxsplit=1)
            anchors = tuple(_parse_target(end, quotes) for end in ends)
            if len(anchors) != 2:
                break
            constraints.append(Constraint(relation=relation, anchors=anchors))
        else:
            region, tail_places = _take_places(tail)
            if relation is Relation.INSIDE and tail_places and not words.strip_article(region):
                places += tail_places
            else:
                constraints.append(Constraint(relation=relation, anchors=(_parse_target(tail, quotes),)))
        text = head
    text, more = _take_leading_places(text)
    query = _parse_target(text, quotes)
    return replace(
        query,
        ordinal=ordinal or query.ordinal,
        constraints=tuple(reversed(constraints)),
        places=tuple(dict.fromkeys((*more, *places))),
    )


def _last_relation(text: str) -> tuple[str, Relation, str] | None:
    """The last relation in a phrase, as what is before it, which one, and what is behind it."""
    best: tuple[str, Relation, str] | None = None
    where = -1
    # The "of" of "to the right of" says nothing about the inside of anything.
    taken = [m.span() for pattern, name in words.RELATIONS if name != "inside" for m in pattern.finditer(text)]
    for pattern, name in words.RELATIONS:
        for match in pattern.finditer(text):
            head, tail = text[: match.start()].strip(" ,"), text[match.end() :].strip(" ,")
            if not tail or match.start() < where or (not head and name == "inside"):
                continue
            if name == "inside" and (not _is_region(tail) or any(a <= match.start() < b for a, b in taken)):
                continue
            if match.start() > where or best is None:
                best, where = (head, Relation(words.RELATION_NAMES[name]), tail), match.start()
    return best


def _is_region(text: str) -> bool:
    """Whether something can lie in it: a dialog, a toolbar, a corner, a row; or it is quoted or has an article."""
    return bool(words.REGION.search(text)) or bool(_take_places(text)[1])


def _take_sided_ordinal(text: str) -> tuple[str, Ordinal | None]:
    """Takes out "… from the left"."""
    match = words.FROM_SIDE.search(text)
    if not match:
        return text, None
    side = Place(words.PLACE_WORDS[match.group("side").lower()])
    before = text[: match.start()].strip(" ,")
    behind = text[match.end() :].strip(" ,")
    rest, index = _take_ordinal(before)
    return f"{rest} {behind}".strip(), Ordinal(index=index or 1, side=side)


def _take_ordinal(text: str) -> tuple[str, int | None]:
    """Takes a leading "second" or "3rd" or "last but one"."""
    bare = words.strip_article(text)
    match = words.ORDINAL.match(bare)
    if not match:
        return text, None
    return bare[match.end() :].strip(), words.ordinal_index(match.group(0))


def _take_places(text: str) -> tuple[str, list[Place]]:
    """Takes place words out of "the upper right corner of …"."""
    match = words.PLACE_PHRASE.fullmatch(words.strip_article(text))
    if not match:
        return text, []
    return "", _places_in(match.group("places"))


def _take_leading_places(text: str) -> tuple[str, list[Place]]:
    """Takes "top right" off "the top right button" when a role follows."""
    bare = words.strip_article(text)
    match = words.LEADING_PLACES.match(bare)
    if not match:
        return text, []
    rest = bare[match.end() :].strip()
    if not words.ENDS_WITH_ROLE.search(rest):
        return text, []
    return rest, _places_in(match.group(0))


def _places_in(text: str) -> list[Place]:
    found = (words.PLACE_WORDS.get(word) for word in re.findall(r"[a-z]+", text.lower()))
    return [Place(name) for name in found if name]


# ------------------------------------------------------------------------------------ name and role


def _parse_target(text: str, quotes: list[str]) -> Query:
    """One noun phrase: ordinal, name, role."""
    bare = words.strip_article(text.strip(" ,.:"))
    behind, index = _take_ordinal(bare)
    if not behind:
        behind, index = bare, None
    ordinal = None if index is None else Ordinal(index=index, word=bare[: -len(behind)].strip())
    role, noun, name = _take_role(words.strip_article(behind))
    holder = _HOLDER.search(name)
    if holder:
        return Query(name=quotes[int(holder.group(1))], is_literal=True, role=role, noun=noun, ordinal=ordinal)
    return Query(name=words.strip_article(name), role=role, noun=noun, ordinal=ordinal)


def _take_role(text: str) -> tuple[Role | None, str, str]:
    """Splits a noun phrase into role, the words for it, and name; the role stands behind the name, or before it."""
    for pattern, role in words.NAMED_ROLE:
        match = pattern.fullmatch(text)
        if match:
            return role, match.group("role").lower(), match.group("name")
    for pattern, role in words.ROLE_BEFORE:
        match = pattern.match(text)
        rest = text[match.end() :] if match else ""
        # "menu File" but neither "menu bar colour" nor "Text Box": before a name only where the name looks like one.
        is_name = rest[:1] == "\ue000" or rest[:1].isupper() or rest[:1].isdigit() or len(rest) == 1
        is_name = is_name or bool(match and match.group("role").lower() == "word")
        # "the text all of it", "the line one per desktop": what is written may begin with anything.
        is_name = is_name or (role is Role.TEXT and " " in rest and not words.ENDS_WITH_ROLE.search(rest))
        if match and is_name and text[0].islower():
            return role, match.group("role").lower(), rest
    for pattern, role in words.ROLE_BEHIND:
        match = pattern.search(text)
        before = text[: match.start()].strip() if match else ""
        name = before.strip(" ,:-") or before  # the "-" button
        if match and not words.ENDS_WITH_ARTICLE.search(name):  # "close the window" is not a window called "close the"
            return role, match.group("role").lower(), words.strip_adjectives(name)
    return None, "", text
