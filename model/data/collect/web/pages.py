"""Pages written for a component library: forms, tables, articles and dialogs with words drawn by a seed."""

import random
from html import escape
from pathlib import Path

from model.data.collect.web.libraries import Library

_NOUNS = [
    "account",
    "address",
    "album",
    "alarm",
    "balance",
    "battery",
    "calendar",
    "camera",
    "category",
    "channel",
    "colour",
    "contact",
    "currency",
    "delivery",
    "device",
    "discount",
    "document",
    "event",
    "export",
    "filter",
    "folder",
    "gallery",
    "group",
    "history",
    "image",
    "import",
    "invoice",
    "keyboard",
    "label",
    "language",
    "library",
    "licence",
    "location",
    "message",
    "network",
    "note",
    "notification",
    "order",
    "package",
    "password",
    "payment",
    "phone",
    "playlist",
    "preview",
    "printer",
    "product",
    "profile",
    "project",
    "receipt",
    "report",
    "schedule",
    "screen",
    "security",
    "session",
    "setting",
    "shipping",
    "sound",
    "storage",
    "subscription",
    "summary",
    "supplier",
    "task",
    "template",
    "theme",
    "ticket",
    "timeline",
    "update",
    "user",
    "volume",
]
_VERBS = [
    "Add",
    "Apply",
    "Cancel",
    "Close",
    "Continue",
    "Copy",
    "Create",
    "Delete",
    "Download",
    "Edit",
    "Export",
    "Find",
    "Finish",
    "Hide",
    "Open",
    "Save",
    "Send",
]
_ARTICLE = (
    "Illness or travel may delay a parcel; I will tell all of you by mail. If Bill is ill, call Isla or Ilya. ",
    "The quick brown fox jumps over the lazy dog while 1,234 people watch it live on channel 5 (HD). ",
    "Press Ctrl+O to open a file, Ctrl+Shift+S to save it under another name, or F1 for help. ",
    "Prices start at €19.99 per month, 20% off until 31/12/2025 - see the terms & conditions. ",
)


class PageWriter:
    """Writes pages of one library; the same seed writes the same page."""

    def __init__(self, library: Library, folder: Path, seed: int) -> None:
        self._library = library
        self._folder = folder
        self._random = random.Random(seed)  # noqa: S311 - for variety, not for secrets

    def write(self, kind: str, path: Path, *, is_dark: bool) -> None:
        """Write the page of a kind ("form" or "table")."""
        body = self._form() if kind == "form" else self._table()
        self._save(path, f"<main {self._class('page')}>{body}</main>", is_dark=is_dark)

    def _save(self, path: Path, body: str, *, is_dark: bool, head: str = "", title: str = "") -> None:
        """Write a page around a body, with the style sheets of the library."""
        lib = self._library
        folder = self._folder / "node_modules" / lib.package[: lib.package.rindex("@")]
        sheets = "".join(f'<link rel="stylesheet" href="{(folder / css).resolve().as_uri()}">' for css in lib.css)
        titled = f"<title>{title}</title>" if title else ""
        path.write_text(
            f'<!doctype html><html lang="en" {lib.dark if is_dark else ""}><head><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width">{titled}{sheets}{head}</head>'
            f"<body>{body}</body></html>",
            encoding="utf-8",
        )

    def _class(self, name: str) -> str:
        value = self._library.classes.get(name, "")
        return f'class="{value}"' if value else ""

    def _words(self, n_words: int) -> str:
        return " ".join(self._random.sample(_NOUNS, n_words)).capitalize()

    def _button(self, look: str) -> str:
        verb = self._random.choice(_VERBS)
        name = verb if self._random.random() < 0.5 else f"{verb} {self._random.choice(_NOUNS)}"
        return f'<button type="button" {self._class(look)}>{name}</button> '

    def _tabs(self) -> str:
        lib = self._library
        names = [self._words(self._random.choice((1, 1, 2))) for _ in range(self._random.randint(3, 5))]
        chosen = self._random.randrange(len(names))
        items = "".join(
            (lib.chosen_tab if idx == chosen else lib.tab).format(text=name) for idx, name in enumerate(names)
        )
        return lib.tabs.format(items=items)

    def _input(self, kind: str) -> str:
        value = {
            "filled": f'value="{self._words(2)}"',
            "placeholder": f'placeholder="{self._words(2)}"',
            "empty": "",
        }[kind]
        name = self._words(self._random.choice((1, 2)))
        id_ = f"i{self._random.randrange(10**6)}"
        return f'<p><label for="{id_}">{name}</label> <input id="{id_}" type="text" {self._class("field")} {value}></p>'

    def _choice(self) -> str:
        name, id_ = self._words(1), f"s{self._random.randrange(10**6)}"
        options = "".join(f"<option>{self._words(1)}</option>" for _ in range(3))
        select = f'<select id="{id_}" {self._class("select")}>{options}</select>'
        return f'<p><label for="{id_}">{name}</label> {self._library.choice.format(select=select)}</p>'

    def _toggles(self, kind: str) -> str:
        rows = []
        for idx in range(3):
            id_ = f"t{self._random.randrange(10**6)}"
            is_on = self._random.random() < 0.5 if kind == "checkbox" else idx == 1
            look = self._class("radio" if kind == "radio" and "radio" in self._library.classes else "check")
            attributes = f'id="{id_}" type="{kind}" name="{kind}" {look} {"checked" if is_on else ""}'
            rows.append(f'<div><input {attributes}> <label for="{id_}">{self._words(2)}</label></div>')
        return "".join(rows)

    def _paragraph(self) -> str:
        words = escape(self._random.choice(_ARTICLE)).split()
        start = self._random.randrange(2, len(words) - 4)
        words[start] = f'<a href="#y">{words[start]}'
        words[start + 1] += "</a>"
        return f"<p>{' '.join(words)}</p>"

    def _form(self) -> str:
        inputs = "".join(self._input(kind) for kind in ("filled", "placeholder", "empty"))
        area = self._class("area" if "area" in self._library.classes else "field")
        return (
            f"<h3>{self._words(2)}</h3>{self._tabs()}<form {self._class('form')}>{inputs}{self._choice()}"
            f"{self._toggles('checkbox')}{self._toggles('radio')}"
            f'<p><label>{self._words(2)}</label> <textarea {area} rows="2">{self._words(3)}</textarea></p></form>'
            f"<p>{self._button('primary')}{self._button('button')}{self._button('outlined')}</p>{self._paragraph()}"
        )

    def _table(self) -> str:
        heads = "".join(f"<th>{self._words(1)}</th>" for _ in range(4))
        rows = "".join(
            "<tr>"
            + f'<td><a href="#z">{self._words(2)}</a></td><td>{self._random.randint(1, 9999)}</td>'
            + f"<td>{self._words(1)}</td><td>{self._button('button')}</td></tr>"
            for _ in range(4)
        )
        table = f"<table {self._class('table')}><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        links = " ".join(f'<a href="#n">{self._words(1)}</a>' for _ in range(4))
        return (
            f"<nav>{links}</nav><h2>{self._words(3)}</h2>{self._paragraph()}{table}"
            f"<div {self._class('card')}><h4>{self._words(2)}</h4>{self._paragraph()}{self._button('primary')}</div>"
            f"{self._tabs()}{self._paragraph()}{self._paragraph()}"
        )
