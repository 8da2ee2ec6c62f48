"""Instructions by role alone, and by role and number: "the search field", "the third tab", "the last menu"."""

import random

from model.data.instructions.asks import Nth, Only
from model.data.instructions.draft import Draft
from model.data.instructions.instruction import InstructionSource
from model.data.instructions.keys import key_of, shown
from model.data.instructions.places import lines_of
from model.data.instructions.roles import Role
from model.data.instructions.scene import Scene
from model.data.instructions.wording import finished, noun, with_verb

_FROM_FRONT = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_SHORT = ("1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th", "10th")
_FROM_BACK = {-1: "last", -2: "second to last"}
_COUNTED = (Role.TAB, Role.MENU, Role.MENU_ITEM, Role.CHECKBOX, Role.RADIO, Role.FIELD, Role.BUTTON, Role.ICON)
_ALONE = (Role.FIELD, Role.CHECKBOX, Role.SLIDER, Role.LINK, Role.RADIO)
_SEARCH_STEMS = frozenset({"searc", "find", "filte", "look"})
_ALONE_WORDS = {
    Role.FIELD: ("the text field", "the input field", "the field", "the text box", "the input box"),
    Role.CHECKBOX: ("the checkbox", "the check box", "the tick box"),
    Role.SLIDER: ("the slider",),
    Role.LINK: ("the link",),
    Role.RADIO: ("the radio button",),
}
_LONGEST_TITLE = 40
_DIALOG_SHARE = 0.6  # of the width of the screen; what is wider is called a window


def counted_draft(scene: Scene, rng: random.Random) -> Draft | None:
    """One of a row or column; None if the screen has none that is clear."""
    for role in rng.sample(_COUNTED, len(_COUNTED)):
        lines = lines_of(scene, role)
        if not lines:
            continue
        window, line = rng.choice(sorted(lines.items()))
        place = scope(scene, line[0], window)
        index = min(rng.randrange(min(len(line), len(_FROM_FRONT))) for _ in range(2))
        index = index - len(line) if rng.random() < 0.35 and index - len(line) in _FROM_BACK else index
        # Where nothing is said about the window, it must be the only one with that role: ``Nth`` sees to it.
        is_scoped = bool(place) and rng.random() < 0.7
        ask = Nth(role=role, index=index, window=scene.window_key(line[0]) if is_scoped else "")
        text = f"{_which(index, rng)} {_noun(role, rng)}" + (f" in {place}" if is_scoped else "")
        text = text if rng.random() < 0.2 else f"the {text}"
        if rng.random() < 0.35:
            text = with_verb(text, role, rng)
        return Draft(text=finished(text, rng), ask=ask, source=InstructionSource.ORDINAL)
    return None


def role_draft(scene: Scene, rng: random.Random) -> Draft | None:
    """The only one of its role; None if the screen has none."""
    asks = [Only(role=Role.FIELD, about=_SEARCH_STEMS)]
    if not any(scene.is_in_menu(i) for i in scene.live):  # which covers who knows what
        asks += [Only(role=role) for role in _ALONE]
    dialogs = [(key, i) for key, i in scene.windows.items() if is_dialog(scene, i)]
    asks += [Only(role=role, window=key) for key, _ in dialogs for role in _ALONE]
    found = [ask for ask in asks if ask.answers(scene)]
    if not found:
        return None
    ask = rng.choice(found)
    if ask.about:
        phrase = rng.choice(("the search field", "the search box", "search field", "the search bar", "search box"))
    else:
        phrase = rng.choice(_ALONE_WORDS[ask.role])
    if ask.window:
        phrase += f" in {window_words(scene, scene.windows[ask.window])}"
    if rng.random() < 0.4:
        phrase = with_verb(phrase, ask.role, rng)
    return Draft(text=finished(phrase, rng), ask=ask, source=InstructionSource.ROLE)


def scope(scene: Scene, index: int, window: str) -> str:
    """How the window of an element is called: "the Find dialog"; "" if it does not show, or nobody would say it."""
    holder = scene.windows.get(scene.window_key(index)) if window else None
    is_sayable = len(window) <= _LONGEST_TITLE and "/" not in window
    return window_words(scene, holder) if holder is not None and is_sayable else ""


def window_words(scene: Scene, holder: int) -> str:
    """A window or dialog by its name."""
    return f"the {shown(scene.elements[holder].name)} {'dialog' if is_dialog(scene, holder) else 'window'}"


def is_dialog(scene: Scene, holder: int) -> bool:
    """Whether a window is small beside the screen and has no menus."""
    x1, _, x2, _ = scene.box(holder)
    key = key_of(scene.elements[holder].name)
    has_menus = any(Role.MENU in scene.roles[i] and scene.window_key(i) == key for i in scene.live)
    return x2 - x1 < _DIALOG_SHARE * scene.screen.width_px and not has_menus


def _which(index: int, rng: random.Random) -> str:
    if index < 0:
        return _FROM_BACK[index]
    return (_SHORT if rng.random() < 0.15 else _FROM_FRONT)[index]


def _noun(role: Role, rng: random.Random) -> str:
    """A word that says no more than the role: "the third icon" counts icons, "the third button" would count more."""
    return {
        Role.ICON: "icon",
        Role.MENU_ITEM: "entry in the menu",
        Role.FIELD: "field",
        Role.RADIO: "radio button",
    }.get(role) or noun(role, rng)
