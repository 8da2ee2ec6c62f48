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
_GOES_ON = re.compile(r"^(?:ok|next|forward|continue|finish|apply|i[’']ll be careful)$", re.IGNORECASE)
_DOES_HARM = re.compile(
    r"close|quit|exit|minimi[sz]e|maximi[sz]e|delete|remove|clean|abort|cancel|back|rip|burn|format|help", re.IGNORECASE
)
_BUTTONS = frozenset({"push button", "toggle button", "button"})
_N_MENUS = 4
_N_DIALOGS = 3
_N_GREETINGS = 4
_N_BUTTONS = 5
_MIN_NEW = 3


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


def states(stage: Stage, *, n_tabs: int = 0, explores: bool = False) -> Iterator[State]:
    """The program as it starts, its first menus, and a few dialogs that they open.

    Args:
        stage: with the program on it.
        n_tabs: how many other tabs to show, of the program and of each dialog.
        explores: whether to answer what the program greets with and begin anew, and to press buttons where it has no
            menus.
    """
    start = _state(stage, "start")
    yield start
    if explores:
        for state in _greetings(stage, start):
            yield state
            start = state
    menus = _menus(start)
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
    if explores and len(menus) < 2:
        yield from _pressed(stage, start)
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


def _menus(state: State) -> list[Node]:
    """The entries of menu bars."""
    bars = [node for node in state.nodes if node["path"][-1:] == ["menu bar"] and node["name"]]
    return [node for node in bars if node["role"] in {"menu", "menu item"}]


def _greetings(stage: Stage, start: State) -> Iterator[State]:
    """What comes after the dialogs that the program greets with: they are put away, or answered as they propose."""
    state = start
    if len(start.windows) > 1:
        stage.key("Escape")
        without = _state(stage, "dismissed")
        if without.windows and len(without.windows) < len(start.windows):
            yield without
            state = without
    for number in range(_N_GREETINGS):
        answers = [n for n in state.nodes if n["role"] in _BUTTONS and n["is_enabled"] and _GOES_ON.match(n["name"])]
        if _menus(state) or not answers:
            return
        stage.click(answers[-1]["box"])
        stage.park()
        after = _state(stage, f"greeting{number}")
        if not after.windows or after.picture == state.picture:
            return
        yield after
        state = after


def _pressed(stage: Stage, start: State) -> Iterator[State]:
    """What buttons open: menus of programs that have them behind buttons, and dialogs."""
    before = {_identity(node) for node in start.nodes}
    buttons = [n for n in start.nodes if n["role"] in _BUTTONS and n["is_enabled"] and not _DOES_HARM.search(n["name"])]
    buttons.sort(key=lambda n: (n["role"] != "toggle button", not _DIALOGS.match(n["name"].strip(" .…"))))
    for number, button in enumerate(buttons[:_N_BUTTONS]):
        stage.click(button["box"])
        stage.park()
        state = _state(stage, f"button{number}")
        if len({_identity(node) for node in state.nodes} - before) >= _MIN_NEW:
            yield state
        stage.key("Escape", "Escape")
        if not stage.windows():
            return  # it was the last window


def _identity(node: Node) -> tuple[str, str, tuple[int, ...]]:
    return (node["role"], node["name"], tuple(node["box"]))


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
