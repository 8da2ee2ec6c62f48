"""What can be asked for, apart from the words: each kind of ask knows which elements of a scene answer it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from model.data.instructions.places import OPPOSITE, Side, lines_of, neighbour, row_of
from model.data.instructions.roles import Role
from model.data.instructions.scene import Scene

_LABELLED = frozenset({Role.FIELD, Role.CHECKBOX, Role.RADIO, Role.SLIDER})


_MOST_PARTS = 2


class Ask(Protocol):
    """Something to look for."""

    def answers(self, scene: Scene) -> frozenset[int]:
        """Indices of the elements that are meant; none if it is not there, or not clear."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What is called so.

    Attributes:
        key: of the name, or of the name of an icon.
        role: what kind of thing; None for any.
        window: key of the title of the window that holds it, "" for any.
    """

    key: str
    role: Role | None = None
    window: str = ""

    def answers(self, scene: Scene) -> frozenset[int]:
        """By name; by icon if nothing has the name, or if an icon is asked for."""
        named = self._fitting(scene, scene.by_name.get(self.key, ()))
        if named and self.role is not Role.ICON:
            return named
        return named | self._fitting(scene, scene.by_picture.get(self.key, ()))

    def _fitting(self, scene: Scene, indices: Iterable[int]) -> frozenset[int]:
        return frozenset(
            i
            for i in indices
            if (self.role is None or self.role in scene.roles[i])
            and (not self.window or scene.window_key(i) == self.window)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Containing:
    """What these words stand in, one after the other; the key of a part of a text."""

    key: str

    def answers(self, scene: Scene) -> frozenset[int]:
        """Who is called just so, or else whose names have the words in them; none if those are many."""
        exact = Named(key=self.key).answers(scene)
        part = f" {self.key} "
        found = frozenset(i for i in scene.live if any(part in f" {name} " for name in scene.names[i]))
        return exact or (found if len(found) <= _MOST_PARTS else frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Only:
    """The only thing of a role, on the screen or in a window; ``about`` are stems of which its names have one."""

    role: Role
    window: str = ""
    about: frozenset[str] = frozenset()

    def answers(self, scene: Scene) -> frozenset[int]:
        """One element, or none if there are several."""
        found = [
            i
            for i in scene.live
            if self.role in scene.roles[i]
            and (not self.window or scene.window_key(i) == self.window)
            and (not self.about or _is_about(scene, i, self.about))
        ]
        return frozenset(found) if len(found) == 1 else frozenset()


def _is_about(scene: Scene, index: int, stems: frozenset[str]) -> bool:
    keys = scene.names[index] | scene.pictured[index]
    return any(word[:5] in stems for key in keys for word in key.split()[:2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Nth:
    """Which of a row or column of a role; ``index`` counts from 0, or from -1 backwards."""

    role: Role
    index: int
    window: str = ""

    def answers(self, scene: Scene) -> frozenset[int]:
        """One element; none if there is not that one line, or it is shorter."""
        lines = lines_of(scene, self.role)
        n_windows = len({scene.elements[i].window for i in scene.live if scene.role(i) is self.role})
        if self.window:
            lines = {window: line for window, line in lines.items() if scene.window_key(line[0]) == self.window}
        elif n_windows != 1:
            return frozenset()
        if len(lines) != 1:
            return frozenset()
        (line,) = lines.values()
        is_there = -len(line) <= self.index < len(line)
        return frozenset({line[self.index]}) if is_there else frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands on one side of an anchor, right beside it; ``side`` None for left or right, whatever it is."""

    role: Role
    side: Side | None
    anchor: Named

    def answers(self, scene: Scene) -> frozenset[int]:
        """One element; none if the anchor is not one, or nothing of that role is beside it."""
        sides = (self.side,) if self.side else (Side.LEFT, Side.RIGHT)
        found = {
            near
            for place in anchors(scene, self.anchor)
            for side in sides
            if (near := neighbour(scene, place, side)) is not None
            and self.role in scene.roles[near]
            and neighbour(scene, near, OPPOSITE[side]) == place
        }
        # What is seen from the anchor may bear the anchor's name: a field that is called like its label.
        return frozenset(found) if len(found) == 1 else frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """What stands between two things, right beside both."""

    role: Role
    first: Named
    second: Named

    def answers(self, scene: Scene) -> frozenset[int]:
        """One element, or none."""
        ends = [anchors(scene, end) for end in (self.first, self.second)]
        if any(len(places) != 1 for places in ends):
            return frozenset()
        (first,), (second,) = ends
        for near, far in ((Side.RIGHT, Side.LEFT), (Side.BELOW, Side.ABOVE)):
            middle = neighbour(scene, first, near)
            if middle is not None and middle == neighbour(scene, second, far) and self.role in scene.roles[middle]:
                return frozenset({middle})
        return frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class InRow:
    """What stands in the row of something; by its name, or as the only one of its role there ("" as ``key``)."""

    key: str
    role: Role
    anchor: Named

    def answers(self, scene: Scene) -> frozenset[int]:
        """One element; none if the anchor is not one, or the row has none or several."""
        places = anchors(scene, self.anchor)
        if len(places) != 1:
            return frozenset()
        (place,) = places
        found = [
            i
            for i in row_of(scene, place)
            if i != place and self.role in scene.roles[i] and (not self.key or self.key in scene.names[i])
        ]
        return frozenset(found) if len(found) == 1 else frozenset()


def anchors(scene: Scene, anchor: Named) -> frozenset[int]:
    """The one thing of that name, without what it holds, or a control that is called like its label; or nothing."""
    found = anchor.answers(scene)
    if len(found) > 1:
        found -= {j for i in found for j in found if scene.is_content(j, i)}
    if len(found) > 1:
        texts = frozenset(i for i in found if Role.TEXT in scene.roles[i])
        are_labelled = all(_LABELLED & scene.roles[i] and anchor.key in scene.names[i] for i in found - texts)
        found = texts if len(texts) == 1 and are_labelled else found
    return found if len(found) == 1 else frozenset()
