"""Prints what every program on the session bus shows, as its accessibility tree tells it: one JSON list.

Run it with the distribution's Python (``gi`` belongs to it) in a process of its own: libatspi remembers children.
Each entry: name, role, box [x1, y1, x2, y2] in pixels of the screen, top (the name of its window), path of roles above
it, label (the text that labels it, or ""), label_box, text (what a text field holds, up to 200 characters),
description, image (what it says of its picture), toolkit (which draws it), clip (what the lists and panes around it
leave of the screen, or null), is_enabled, is_modal.
"""

import json
import sys
from typing import Any

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402 - the version comes first

_MAX_NODES = 3000
_MAX_CHILDREN = 150
_MAX_DEPTH = 40
_CUTS = frozenset({"scroll pane", "viewport", "list", "list box", "tree", "tree table", "table", "filler", "panel"})
_OPENS = frozenset({"menu", "menu item", "popup menu", "window", "combo box", "toggle button", "push button"})


def main() -> None:
    """Walk all programs and print."""
    desktop = Atspi.get_desktop(0)
    found: list[dict[str, object]] = []
    for i in range(desktop.get_child_count()):
        program = desktop.get_child_at_index(i)
        if program is None:
            continue
        n_before = len(found)
        for j in range(program.get_child_count()):
            top = program.get_child_at_index(j)
            if top is not None:
                _walk(top, (str(top.get_name() or ""), _box(top)), (), None, found)
        for node in found[n_before:]:
            node["toolkit"] = str(program.get_toolkit_name() or "")
    sys.stdout.write(json.dumps(found) + "\n")


def _walk(
    node: Any,
    top: tuple[str, list[int] | None],
    above: tuple[str, ...],
    clip: list[int] | None,
    found: list[dict[str, object]],
) -> None:
    if len(found) >= _MAX_NODES or len(above) > _MAX_DEPTH:
        return
    try:
        states = node.get_state_set()
        role = node.get_role_name()
        is_popup = role in {"menu", "menu item", "popup menu", "window", "combo box", "list"}
        if not states.contains(Atspi.StateType.SHOWING) and not is_popup:
            return
        if states.contains(Atspi.StateType.SHOWING):
            label, label_box = _label(node)
            found.append(
                {
                    "name": node.get_name() or "",
                    "role": role,
                    "box": _box(node),
                    "top": top[0],
                    "top_box": top[1],
                    "path": above,
                    "clip": clip,
                    "label": label,
                    "label_box": label_box,
                    "text": _text(node),
                    "description": node.get_description() or "",
                    "image": _image(node),
                    "is_enabled": states.contains(Atspi.StateType.SENSITIVE)
                    or states.contains(Atspi.StateType.ENABLED),
                    "is_modal": states.contains(Atspi.StateType.MODAL),
                }
            )
        if role in _OPENS or states.contains(Atspi.StateType.MODAL):
            clip = None  # what it opens may lie anywhere
        elif role in _CUTS:
            clip = _shared(clip, _box(node))
        for i in range(min(node.get_child_count(), _MAX_CHILDREN)):
            child = node.get_child_at_index(i)
            if child is not None:
                _walk(child, top, (*above, role), clip, found)
    except GLib.Error:
        return  # it went away while it was looked at


def _shared(a: list[int] | None, b: list[int] | None) -> list[int] | None:
    if a is None or b is None:
        return a or b
    return [max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])]


def _box(node: Any) -> list[int] | None:
    component = node.get_component_iface()
    if component is None:
        return None
    box = component.get_extents(Atspi.CoordType.SCREEN)
    return [box.x, box.y, box.x + box.width, box.y + box.height] if box.width > 0 and box.height > 0 else None


def _label(node: Any) -> tuple[str, list[int] | None]:
    for relation in node.get_relation_set() or ():
        if relation.get_relation_type() == Atspi.RelationType.LABELLED_BY and relation.get_n_targets():
            target = relation.get_target(0)
            return target.get_name() or "", _box(target)
    return "", None


def _text(node: Any) -> str:
    text = node.get_text_iface()
    try:
        return Atspi.Text.get_text(text, 0, min(200, Atspi.Text.get_character_count(text))) if text else ""
    except GLib.Error:
        return ""


def _image(node: Any) -> str:
    image = node.get_image_iface()
    return (Atspi.Image.get_image_description(image) or "") if image else ""


if __name__ == "__main__":
    main()
