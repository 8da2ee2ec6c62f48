"""From a name or a noun phrase to what a person types: verbs, articles, quotes, lower case, a slip now and then."""

import random

from model.data.instructions.roles import NOUNS, Role

_VERBS: dict[Role | None, tuple[str, ...]] = {
    None: ("click {}", "click on {}", "press {}", "select {}", "tap {}", "choose {}", "hit {}"),
    Role.BUTTON: ("click {}", "click on {}", "press {}", "push {}", "hit {}", "tap {}"),
    Role.ICON: ("click {}", "click on {}", "press {}", "tap {}"),
    Role.FIELD: ("click {}", "click into {}", "go to {}", "fill in {}", "put the cursor in {}", "type in {}"),
    Role.CHECKBOX: ("tick {}", "check {}", "toggle {}", "click {}", "tick {}", "select {}", "enable {}", "untick {}"),
    Role.RADIO: ("select {}", "choose {}", "pick {}", "click {}"),
    Role.TAB: ("open {}", "switch to {}", "go to {}", "click {}", "select {}", "show {}"),
    Role.MENU: ("open {}", "click {}", "go to {}", "click on {}", "pull down {}"),
    Role.MENU_ITEM: ("choose {}", "click {}", "select {}", "click on {}", "pick {}"),
    Role.LINK: ("click {}", "follow {}", "open {}", "click on {}", "go to {}"),
    Role.TEXT: ("click {}", "click on {}", "select {}", "find {}", "where is {}"),
    Role.AREA: ("click into {}", "click {}", "go to {}", "put the cursor in {}"),
    Role.SLIDER: ("drag {}", "move {}", "click {}", "set {}"),
}
_QUOTES = ('"{}"', "'{}'", "“{}”", '"{}"')
_NEIGHBOURS = {
    **{a: b for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm") for a, b in zip(row, row[1:] + row[-2], strict=True)}
}
_LEAST_TYPO_WORD = 6


def cased(text: str, rng: random.Random) -> str:
    """A name as typed in haste: often in lower case; single letters stay as they are, they may mean something."""
    n_letters = sum(char.isalpha() for char in text)
    return text.lower() if n_letters > 1 and rng.random() < 0.45 else text


def quoted(text: str, rng: random.Random, *, share: float = 0.12) -> str:
    """A name in quotes now and then, and always where it could be taken for words of the sentence."""
    return rng.choice(_QUOTES).format(text) if rng.random() < share and '"' not in text else text


def noun(role: Role, rng: random.Random) -> str:
    """A word for what kind of thing it is."""
    return rng.choice(NOUNS[role])


def with_noun(name: str, role: Role, rng: random.Random) -> str:
    """A name with what kind of thing it is: "the Save button", now and then "Save button" or "the checkbox Save"."""
    kind = noun(role, rng)
    chance = rng.random()
    if chance < 0.12 or (role in {Role.TEXT, Role.CHECKBOX} and chance < 0.5):
        return f"the {kind} {quoted(name, rng, share=0.5)}"
    name = quoted(name, rng)
    return f"{name} {kind}" if chance > 0.8 else f"the {name} {kind}"


def with_verb(phrase: str, role: Role | None, rng: random.Random) -> str:
    """Something to do with what a phrase names."""
    return rng.choice(_VERBS[role]).format(phrase)


def typed_into(phrase: str, rng: random.Random) -> str:
    """Something to type into a field."""
    what = rng.choice(("hello", "42", "my name", '"report"', "test", "'abc'", "2024", "some text"))
    return rng.choice(("type {} into {}", "enter {} in {}", "write {} in {}", "put {} into {}")).format(what, phrase)


def finished(text: str, rng: random.Random) -> str:
    """As people type: polite or not, a capital, a full stop, a slip."""
    if rng.random() < 0.03:
        text = rng.choice(("{} please", "{}, please", "{} now")).format(text)
    if rng.random() < 0.2 and len(text.split()[0]) > 1:  # a letter alone means what it is
        text = text[:1].upper() + text[1:]
    if rng.random() < 0.03 and not text.endswith(("?", ".", '"', "'")):
        text += "."
    return with_slip(text, rng) if rng.random() < 0.025 else text


def with_slip(text: str, rng: random.Random) -> str:
    """One letter of a longer word left out, doubled, swapped with the next or hit beside."""
    words = text.split(" ")
    long = [i for i, word in enumerate(words) if len(word) >= _LEAST_TYPO_WORD and word.isascii() and word.isalpha()]
    if not long:
        return text
    which = rng.choice(long)
    word = words[which]
    place = rng.randrange(1, len(word) - 1)
    before, char, behind = word[:place], word[place], word[place + 1 :]
    words[which] = rng.choice(
        (
            before + behind,
            before + char + char + behind,
            before + behind[0] + char + behind[1:],
            before + _NEIGHBOURS.get(char, char) + behind,
        )
    )
    return " ".join(words)
