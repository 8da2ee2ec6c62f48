"""How well a kind of control fits the role that was asked for."""

from model.grounder import ElementKind
from model.ocr.rects import area
from model.ocr.scene import Scene, Target
from model.ocr.words import Role

K = ElementKind

_OTHER_KIND = 0.8
# A text may well be a flat button, a tab or an entry that has no outline, but hardly a field.
_FITS: dict[Role, dict[ElementKind, float]] = {
    Role.BUTTON: {K.BUTTON: 1, K.ICON: 0.98, K.LINK: 0.96, K.TAB: 0.94, K.TEXT: 0.95, K.OTHER: 0.96, K.FIELD: 0.88},
    Role.FIELD: {K.FIELD: 1, K.OTHER: 0.85, K.BUTTON: 0.85, K.TEXT: 0.68, K.CHECKBOX: 0.8, K.ICON: 0.6},
    Role.TEXT_AREA: {K.FIELD: 1, K.OTHER: 0.9, K.TEXT: 0.7, K.ICON: 0.4, K.BUTTON: 0.5},
    Role.CHECKBOX: {
        K.CHECKBOX: 1,
        K.RADIO: 0.92,
        K.TEXT: 0.88,
        K.ICON: 0.9,
        K.BUTTON: 0.85,
        K.OTHER: 0.9,
        K.FIELD: 0.7,
    },
    Role.RADIO: {K.RADIO: 1, K.CHECKBOX: 0.92, K.TEXT: 0.88, K.ICON: 0.9, K.BUTTON: 0.85, K.OTHER: 0.9, K.FIELD: 0.7},
    Role.TAB: {K.TAB: 1, K.TEXT: 0.96, K.BUTTON: 0.95, K.OTHER: 0.95, K.LINK: 0.93},
    Role.MENU: {K.MENU: 1, K.TEXT: 0.98, K.BUTTON: 0.97, K.OTHER: 0.96, K.ICON: 0.93, K.LINK: 0.95},
    Role.MENU_ITEM: {K.MENU: 1, K.TEXT: 0.99, K.BUTTON: 0.95, K.OTHER: 0.96, K.LINK: 0.95},
    Role.ICON: {K.ICON: 1, K.BUTTON: 0.97, K.OTHER: 0.95, K.TEXT: 0.93, K.LINK: 0.93},
    Role.LINK: {K.LINK: 1, K.TEXT: 0.98, K.BUTTON: 0.92, K.OTHER: 0.92},
    Role.ITEM: {K.TEXT: 1, K.OTHER: 0.98, K.BUTTON: 0.95, K.LINK: 0.98, K.RADIO: 0.98, K.CHECKBOX: 0.97, K.FIELD: 0.95},
    Role.DROPDOWN: {K.FIELD: 1, K.BUTTON: 1, K.OTHER: 0.96, K.TEXT: 0.85},
    Role.TITLE: {K.TEXT: 1, K.OTHER: 0.85},
    Role.WINDOW: {K.TEXT: 0.98, K.OTHER: 0.85},
    Role.TEXT: {K.TEXT: 1, K.BUTTON: 0.97, K.OTHER: 0.95, K.LINK: 0.97, K.TAB: 0.95, K.MENU: 0.95},
    Role.BAR: {K.TEXT: 0.98, K.OTHER: 0.98, K.FIELD: 0.95, K.BUTTON: 0.9},
}
# Kinds that are meant when only the role is said ("the second checkbox").
_ALONE: dict[Role, frozenset[ElementKind]] = {
    Role.BUTTON: frozenset({K.BUTTON, K.ICON}),
    Role.FIELD: frozenset({K.FIELD, K.OTHER}),
    Role.TEXT_AREA: frozenset({K.FIELD, K.OTHER}),
    Role.CHECKBOX: frozenset({K.CHECKBOX}),
    Role.RADIO: frozenset({K.RADIO}),
    Role.TAB: frozenset({K.TAB}),
    Role.MENU: frozenset({K.MENU}),
    Role.MENU_ITEM: frozenset({K.MENU, K.TEXT}),
    Role.ICON: frozenset({K.ICON}),
    Role.LINK: frozenset({K.LINK}),
    Role.ITEM: frozenset({K.TEXT, K.LINK, K.MENU}),
    Role.DROPDOWN: frozenset({K.FIELD, K.BUTTON}),
    Role.TEXT: frozenset({K.TEXT}),
}
_MISSING_KIND = {Role.BUTTON: 0.94, Role.ICON: 0.94, Role.CHECKBOX: 0.9, Role.RADIO: 0.9}
_LABEL_AS_ITEM = 0.85
_OFF_BAR = 0.97  # a menu of that name stands in the menu bar rather than elsewhere
_MENU_AS_FIELD = 0.58
_TALL_AS_FIELD = 0.85


def role_fit(role: Role | None, target: Target) -> float:
    """How well a target fits a role, in [0, 1]; 1 if none was said."""
    if role is None:
        return 0.93 if target.is_title else 1.0
    fit = _FITS[role].get(target.kind, _OTHER_KIND)
    if role is Role.ITEM and target.is_label_of_control:
        return fit * _LABEL_AS_ITEM
    if role is Role.FIELD and target.is_in_bar:
        return _MENU_AS_FIELD
    if role is Role.MENU and not target.is_in_bar:
        fit *= _OFF_BAR
    if target.is_title and role not in {Role.TITLE, Role.WINDOW, Role.TEXT}:
        return fit * 0.9
    return fit if target.is_title or role not in {Role.TITLE, Role.WINDOW} else fit * 0.93


def alone_fit(role: Role, target: Target, scene: Scene) -> float:
    """How well a target answers to a role without a name, in [0, 1]; 0 if it does not."""
    if role is Role.TITLE:
        return 1.0 if target.is_title else 0.0
    if target.kind not in _ALONE.get(role, frozenset()):
        return 0.0
    if role is Role.TEXT_AREA:  # the largest, and no line of input
        height = target.bbox[3] - target.bbox[1]
        largest = max((area(t.bbox) for t in scene.targets if t.kind in _ALONE[role]), default=1.0)
        return (0.6 + 0.4 * area(target.bbox) / largest) if height > 2.5 * scene.unit_px else 0.5
    if role is Role.FIELD and (target.kind is K.OTHER or target.bbox[3] - target.bbox[1] > 5 * scene.unit_px):
        return _TALL_AS_FIELD
    if role is Role.BUTTON and target.kind is K.ICON:
        return _MISSING_KIND[role]
    return 1.0
