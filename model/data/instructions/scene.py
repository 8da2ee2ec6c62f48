"""A labelled screen, made ready to be asked about: who is called what, what belongs together, what stands where."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from model.data.drawing.icons.names import icon_words
from model.data.instructions.keys import key_of, stems_of
from model.data.instructions.roles import ROLES_OF_KIND, Role
from model.data.screens import LabelledElement, LabelledScreen
from model.grounder import Box, ElementKind

K = ElementKind

_LINE_PX = 18.0
"""Height of a line of text at scale 1."""

_LINES_OF_AREA = 3.5
"""What is higher is no field of one line."""

_CONTROLS = frozenset({K.BUTTON, K.CHECKBOX, K.RADIO, K.TAB, K.MENU, K.LINK, K.ICON, K.FIELD})
_CONTENTS = frozenset({K.TEXT, K.ICON, K.LINK})
_TICKED = frozenset({K.CHECKBOX, K.RADIO})
_SLACK_PX = 2.0


def is_window(element: LabelledElement) -> bool:
    """Whether it is a window or dialog, which holds elements and is none to click on."""
    return element.kind is K.OTHER and bool(element.name) and not element.window


class Scene:
    """One screen.

    Attributes:
        screen: as it was collected.
        elements: its elements.
        unit_px: height of a line of text.
        live: indices of what can be meant: all but windows and what nobody can name or see the kind of.
    """

    def __init__(self, screen: LabelledScreen) -> None:
        self.screen = screen
        self.elements = screen.elements
        self.unit_px = _LINE_PX * screen.scale
        self.live = [
            i
            for i, e in enumerate(self.elements)
            if not is_window(e) and (e.name or e.text or e.icons or e.label or e.kind is not K.OTHER)
        ]

    # ------------------------------------------------------------------------------------ names

    @cached_property
    def names(self) -> list[frozenset[str]]:
        """Keys of name, text and label of each element; without a label that belongs to another one."""
        keys = [[key_of(e.name), key_of(e.text), key_of(e.label)] for e in self.elements]
        for i in self._wrongly_labelled:
            keys[i] = [key for key in keys[i][:2] if key != keys[i][2]]
        return [frozenset(filter(None, of_element)) for of_element in keys]

    @cached_property
    def _wrongly_labelled(self) -> frozenset[int]:
        """Of several fields in a row that claim one label, only the first stands beside it."""
        claims: dict[tuple[str, str], list[int]] = defaultdict(list)
        for i in self.live:
            element = self.elements[i]
            if element.kind is K.FIELD and element.label:
                claims[element.window, key_of(element.label)].append(i)
        return frozenset(
            j
            for claimants in claims.values()
            for i in claimants
            for j in claimants
            if self.box(i)[2] <= self.box(j)[0] and self.box(i)[1] < self.box(j)[3] and self.box(j)[1] < self.box(i)[3]
        )

    @cached_property
    def pictured(self) -> list[frozenset[str]]:
        """Keys of the names of the icon of each element."""
        return [frozenset(filter(None, (key_of(icon_words(icon)) for icon in e.icons))) for e in self.elements]

    @cached_property
    def by_name(self) -> dict[str, list[int]]:
        """Who is called what."""
        return self._index(self.names)

    @cached_property
    def by_picture(self) -> dict[str, list[int]]:
        """Who shows which icon."""
        return self._index(self.pictured)

    def _index(self, keys: list[frozenset[str]]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for i in self.live:
            for key in keys[i]:
                found[key].append(i)
        return found

    def shows_label(self, index: int) -> bool:
        """Whether the label of an element stands somewhere, as far as is known; hidden ones cannot be gone by."""
        element = self.elements[index]
        key = key_of(element.label)
        return key in self.names[index] and (
            key == key_of(element.text) or any(j != index for j in self.by_name.get(key, ()))
        )

    @cached_property
    def stems(self) -> frozenset[str]:
        """Stems of every word of the screen."""
        texts = (text for e in self.elements for text in (e.name, e.text, e.label, e.window))
        icons = (icon_words(icon) for e in self.elements for icon in e.icons)
        return frozenset().union(*map(stems_of, (*texts, *icons)))

    # ------------------------------------------------------------------------------------ kinds

    @cached_property
    def roles(self) -> list[frozenset[Role]]:
        """What each element may be called; nothing for windows."""
        live = frozenset(self.live)
        return [self._roles(i) if i in live else frozenset() for i in range(len(self.elements))]

    def _roles(self, index: int) -> frozenset[Role]:
        element = self.elements[index]
        if element.kind is K.MENU:
            return frozenset({Role.MENU if index in self._in_menu_bars else Role.MENU_ITEM})
        if element.kind is K.FIELD and element.bbox[3] - element.bbox[1] > _LINES_OF_AREA * self.unit_px:
            return frozenset({Role.AREA})
        roles = ROLES_OF_KIND[element.kind]
        return roles | {Role.ICON} if element.icons and element.kind in {K.BUTTON, K.LINK} else roles

    def role(self, index: int) -> Role | None:
        """What an element is most of all; None for windows."""
        element = self.elements[index]
        roles = self.roles[index]
        if element.kind is K.ICON:
            return Role.ICON if roles else None
        return next(iter(roles - {Role.ICON}), None)

    def is_in_menu(self, index: int) -> bool:
        """Whether an element is an entry of an open menu."""
        return Role.MENU_ITEM in self.roles[index]

    @cached_property
    def _in_menu_bars(self) -> frozenset[int]:
        """Menus beside each other are a bar; what stands in a column with others of its width is a menu's entry."""
        menus = [i for i in self.live if self.elements[i].kind is K.MENU]
        return frozenset(i for i in menus if self._has_mate_beside(i, menus) and not self._has_mate_below(i, menus))

    def _has_mate_beside(self, index: int, menus: list[int]) -> bool:
        x1, y1, x2, y2 = self.box(index)
        return any(
            abs(b[1] - y1) <= _SLACK_PX
            and abs(b[3] - y2) <= _SLACK_PX
            and -_SLACK_PX <= max(b[0] - x2, x1 - b[2]) <= 2 * (y2 - y1)
            for b in (self.box(j) for j in menus if j != index)
        )

    def _has_mate_below(self, index: int, menus: list[int]) -> bool:
        x1, y1, x2, y2 = self.box(index)
        return any(
            abs(b[0] - x1) <= _SLACK_PX
            and abs(b[2] - x2) <= _SLACK_PX
            and -_SLACK_PX <= max(b[1] - y2, y1 - b[3]) <= y2 - y1
            for b in (self.box(j) for j in menus if j != index)
        )

    # ------------------------------------------------------------------------------------ what belongs together

    def box(self, index: int) -> Box:
        """The outline of an element."""
        return self.elements[index].bbox

    @cached_property
    def windows(self) -> dict[str, int]:
        """Windows and dialogs that show, by key; those that share a name are left out."""
        found: dict[str, list[int]] = defaultdict(list)
        for i, element in enumerate(self.elements):
            if is_window(element):
                found[key_of(element.name)].append(i)
        return {key: indices[0] for key, indices in found.items() if len(indices) == 1 and key}

    def window_key(self, index: int) -> str:
        """Key of the window that holds an element, "" if unknown."""
        return key_of(self.elements[index].window)

    def whole(self, answers: Iterable[int]) -> frozenset[int]:
        """Elements and those that are clicked with them.

        These are what a control holds, the control around a text, and the label of a checkbox.
        """
        found = set(answers)
        for i in tuple(found):
            found.update(j for j in self.live if j not in found and self._goes_with(j, i))
        return frozenset(found)

    def _goes_with(self, other: int, index: int) -> bool:
        element, one = self.elements[index], self.elements[other]
        if self.is_content(other, index):
            return True
        if element.kind in _CONTENTS and one.kind in _CONTROLS - {K.FIELD} and holds(one.bbox, element.bbox):
            return True
        return element.kind in _TICKED and self._is_label_of(one, element)

    def is_content(self, inner: int, outer: int) -> bool:
        """Whether a control holds a text, icon or link: a click there is a click on the control."""
        one, other = self.elements[inner], self.elements[outer]
        return other.kind in _CONTROLS and one.kind in _CONTENTS and holds(other.bbox, one.bbox)

    def _is_label_of(self, text: LabelledElement, ticked: LabelledElement) -> bool:
        if text.kind is not K.TEXT or not ticked.label or key_of(text.text) != key_of(ticked.label):
            return False
        gap = max(text.bbox[0] - ticked.bbox[2], ticked.bbox[0] - text.bbox[2])
        return gap <= 2 * self.unit_px and min(text.bbox[3], ticked.bbox[3]) > max(text.bbox[1], ticked.bbox[1])


def holds(outer: Box, inner: Box) -> bool:
    """Whether a box lies in another one, but for a pixel or two, and is smaller."""
    is_within = all(
        (
            inner[0] >= outer[0] - _SLACK_PX,
            inner[1] >= outer[1] - _SLACK_PX,
            inner[2] <= outer[2] + _SLACK_PX,
            inner[3] <= outer[3] + _SLACK_PX,
        )
    )
    return is_within and _area(inner) < _area(outer)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
