"""One instruction in several wordings, made by rule.

UI-Ins (arXiv 2510.20286) shows that which perspective an instruction takes changes what a model finds. Here a
wording only turns verb, role and name around; relations, places and ordinals stay, for they are what is meant.
"""

from model.ocr.query import Query, parse_instruction


def phrasings_of(instruction: str, limit: int) -> tuple[str, ...]:
    """Other wordings of an instruction, the plainest first; never the instruction itself, perhaps none.

    Args:
        instruction: as given.
        limit: how many at most.
    """
    readings = parse_instruction(instruction)
    if not readings:
        return ()
    # The first readings are the instruction as it stands, with and without its verb.
    phrase = [reading for reading in readings[:2] if reading == Query(name=reading.name, is_exact=True)][-1].name
    main = next((reading for reading in readings if not reading.is_exact), readings[0])
    is_plain = bool(main.name) and not (main.constraints or main.places or main.ordinal)
    wordings = _wordings(main) if is_plain else [phrase, f"click {phrase}", f"where is {phrase}"]
    known = {_key(instruction), ""}
    distinct = []
    for wording in wordings:
        if _key(wording) not in known:
            known.add(_key(wording))
            distinct.append(wording)
    return tuple(distinct[:limit])


def _wordings(query: Query) -> list[str]:
    name = f'"{query.name}"' if query.is_literal else query.name
    if query.noun:
        return [name, f"the {name} {query.noun}", f"the {query.noun} labelled {name}", f"click {name}"]
    return [name, f"click {name}", f"where is {name}"]


def _key(wording: str) -> str:
    return " ".join(wording.casefold().split())
