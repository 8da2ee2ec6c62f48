"""Brings a program into its states: as it starts, with menus open, with dialogs, on other tabs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from model.data.collect.desktop.stage import Stage
from model.data.collect.desktop.windows import Node, Window, is_uncovered

_DIALOGS = re.compile(
    r"^(?:preferences|options|settings|configure.*|properties|replace|find|find and replace|find & replace|about.*|"
    r"add.*|new.*account.*|page setup|search.*)$",
    re.IGNORECASE,
)
_N_MENUS = 4
_N_DIALOGS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A program at one moment.

    Attributes:
        name: of the state: "start", "menu0", "dialog1", "tab0" …
        picture: of the whole screen, PNG.
        everything: the nodes that show according to the program, covered or not.
        windows: mapped windows, topmost first.
    """

    name: str
    picture: bytes
    everything: list[Node]
    windows: list[Window]

    @property
    def nodes(self) -> list[Node]:
        """The nodes that no other window covers."""
        return [node for node in self.everything if is_uncovered(node, self.windows)]


def states(stage: Stage, *, n_tabs: int = 0, dismisses: bool = False) -> Iterator[State]:
    """The program as it starts, its first menus, and a few dialogs that they open.

    Args:
        stage: with the program on it.
        n_tabs: how many other tabs to show, of the program and of each dialog.
        dismisses: whether to close a dialog that the program greets with, and begin anew.
    """
    start = _state(stage, "start")
    yield start
    if dismisses and len(start.windows) > 1:
        stage.key("Escape")
        without = _state(stage, "dismissed")
        if without.windows and len(without.windows) < len(start.windows):
            start = without
            yield start
    first = start.nodes
    menus = [n for n in first if n["role"] in {"menu", "menu item"} and n["path"][-1:] == ["menu bar"] and n["name"]]
    dialogs: list[tuple[Node, str]] = []
    for number, menu in enumerate(menus[: _N_MENUS + 2]):
        stage.click(menu["box"])
        stage.park()
        state = _state(stage, f"menu{number}")
        items = [n for n in state.nodes if "item" in n["role"] and n["name"] and n["path"][-1:] != ["menu bar"]]
        dialogs += [(menu, node["name"]) for node in items if _DIALOGS.match(node["name"].strip(" .…"))]
        if items and number < _N_MENUS:
            yield state
        stage.key("Escape", "Escape")
    yield from _tabs(stage, start, "tab", n_tabs)
    for number, (menu, name) in enumerate(dialogs[:_N_DIALOGS]):
        stage.click(menu["box"])
        stage.picture_when_still()
        entry = next((n for n in stage.tree() if n["name"] == name and "item" in n["role"]), None)
        if entry is None or not entry["is_enabled"]:
            stage.key("Escape", "Escape")
            continue
        stage.click(entry["box"])
        stage.park()
        state = _state(stage, f"dialog{number}")
        if len(state.windows) < 2:
            continue
        yield state
        yield from _tabs(stage, state, f"{state.name}-tab", n_tabs)
        stage.key("Escape", "Escape")


def _tabs(stage: Stage, before: State, stem: str, n_tabs: int) -> Iterator[State]:
    """The tabs after the first of what is uppermost now."""
    uppermost = before.windows[0]["box"] if before.windows else None
    tabs = [n for n in before.nodes if n["role"] == "page tab" and n["name"] and _is_in(n["box"], uppermost)]
    for number, tab in enumerate(tabs[1 : n_tabs + 1]):
        stage.click(tab["box"])
        stage.park()
        yield _state(stage, f"{stem}{number}")


def _state(stage: Stage, name: str) -> State:
    picture = stage.picture_when_still()
    return State(name=name, picture=picture, everything=stage.whole_tree(), windows=stage.windows())


def _is_in(inner: list[int], outer: list[int] | None) -> bool:
    if outer is None:
        return False
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]
