"""What kinds of things people speak of, and in which words."""

from enum import StrEnum

from model.grounder import ElementKind


class Role(StrEnum):
    """What a person would call an element."""

    BUTTON = "button"
    ICON = "icon"
    FIELD = "field"
    AREA = "text area"
    CHECKBOX = "checkbox"
    RADIO = "radio"
    TAB = "tab"
    MENU = "menu"
    MENU_ITEM = "menu item"
    LINK = "link"
    TEXT = "text"
    SLIDER = "slider"


NOUNS: dict[Role, tuple[str, ...]] = {
    Role.BUTTON: (*["button"] * 11, "btn"),
    Role.ICON: (*["icon"] * 6, "symbol", "button"),
    Role.FIELD: ("field", "field", "box", "input"),
    Role.AREA: ("text area", "text box", "text field", "area"),
    Role.CHECKBOX: ("checkbox", "checkbox", "check box", "tick box"),
    Role.RADIO: ("radio button", "radio button", "option"),
    Role.TAB: ("tab",),
    Role.MENU: ("menu",),
    Role.MENU_ITEM: ("menu item", "entry", "menu entry", "item"),
    Role.LINK: ("link",),
    Role.TEXT: (*["text"] * 4, "label"),
    Role.SLIDER: ("slider",),
}
"""Usual words first and often."""

ROLES_OF_KIND: dict[ElementKind, frozenset[Role]] = {
    ElementKind.TEXT: frozenset({Role.TEXT}),
    ElementKind.BUTTON: frozenset({Role.BUTTON}),
    ElementKind.FIELD: frozenset({Role.FIELD}),
    ElementKind.CHECKBOX: frozenset({Role.CHECKBOX}),
    ElementKind.RADIO: frozenset({Role.RADIO}),
    ElementKind.TAB: frozenset({Role.TAB}),
    ElementKind.ICON: frozenset({Role.ICON, Role.BUTTON}),
    ElementKind.LINK: frozenset({Role.LINK}),
    ElementKind.OTHER: frozenset({Role.SLIDER}),
}
"""Menus are told from their entries by where they stand, and fields from areas by their height; see ``Scene``."""
