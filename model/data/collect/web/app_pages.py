"""Pages that look like programs: toolbars of icons, side bars, lists, settings, and dialogs or menus over them."""

from html import escape
from pathlib import Path

from model.data.collect.web.icons import IconPack, NamedIcon, named_icons, other_icons
from model.data.collect.web.libraries import Library
from model.data.collect.web.pages import PageWriter

_OTHER_SHARE = 0.2
_PLAIN_WORDS_SHARE = 0.4
_SENTENCES = (
    "The {} of your {} was sent to {n} people.",
    "Nobody has seen this {} since the last {} on day {n}.",
    "You can change the {} later under {}.",
    "{n} more {} entries are waiting for a {}.",
    "Every {} needs a {}, and on most days that is enough.",
    "This {} belongs to another {}; ask its owner first.",
    "Turn the {} off to keep the {} private.",
    "There is no {} yet. Add one to begin with a {}.",
    "If the {} is lost, a new {} costs {n} euros.",
    "Your {} takes {n} MB; an older {} could go.",
    "Choose how a {} looks before its {} is shared.",
    "We keep each {} for {n} days unless the {} says otherwise.",
    "Only you can see the {} until somebody opens the {}.",
    "Last {} at {n}:45, next {} tomorrow.",
)
_STYLE = """
body{margin:0} .f-row{display:flex;align-items:center;flex-wrap:wrap} .f-main{display:flex;align-items:flex-start}
.f-side{width:12em;flex:none;padding:.6em} .f-side a{display:block;padding:.25em}
.f-body{flex:1;padding:.8em;min-width:0}
.f-list>div{display:flex;align-items:center;padding:.3em;border-bottom:1px solid #8884} .f-list span{flex:1}
.f-plain{background:none;border:0;padding:.35em;color:inherit;box-shadow:none;min-width:0;width:auto;margin:0}
.f-grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(9em,1fr));gap:.8em;text-align:center}
.f-grid i{font-size:2em;display:block}
.f-over{position:fixed;inset:0;background:#0006;display:flex;align-items:center;justify-content:center}
.f-box{background:Canvas;color:CanvasText;padding:1em;border-radius:.4em;min-width:20em;box-shadow:0 2px 12px #0008}
.f-menu{position:absolute;padding:.3em;min-width:12em} .f-menu div{padding:.3em .6em;display:flex;gap:.6em}
.f-menu span{flex:1} .f-menu kbd{background:none;color:inherit;opacity:.7;padding:0}
.f-above p>label:first-child{display:block} .f-beside p{display:flex;align-items:center;gap:.8em}
.f-beside p>label:first-child{width:11em;flex:none;margin:0} .f-beside input,.f-beside select{width:14em;margin:0}
.f-bar>span{padding:.2em .7em} .f-foot{gap:1.2em;padding:.3em .6em;font-size:.85em;border-top:1px solid #8884}
.f-chips span{border:1px solid #8888;border-radius:1em;padding:.1em .4em .1em .7em;margin:.2em;display:inline-block}
.f-table{width:100%} .f-table td,.f-table th{padding:.25em .5em;text-align:left}
"""


class AppPageWriter(PageWriter):
    """Writes one page after another that looks like a program; the same seed writes the same page.

    Args:
        library: of widgets.
        pack: of icons.
        folder: where the npm packages are.
        seed: of all that is drawn.
    """

    def __init__(self, library: Library, pack: IconPack, folder: Path, seed: int) -> None:
        super().__init__(library, folder, seed)
        self._pack = pack
        self._much = self._random.choice((1, 1, 2, 3))
        self._named = named_icons(pack, folder)
        self._others = other_icons(pack, folder)

    def write_app(self, path: Path, *, is_dark: bool) -> None:
        """Write a page."""
        rng = self._random
        kinds = (self._list, self._grid, self._settings, self._cards, self._rows, self._rows, self._pages)
        body = rng.choice(kinds)()
        bar = self._menu_bar() if rng.random() < 0.35 else ""
        foot = self._foot() if rng.random() < 0.35 else ""
        side = self._side() if rng.random() < 0.6 else ""
        over = rng.choice(("", "", self._dialog(), self._menu()))
        size = rng.choice(("0.85em", "1em", "1em", "1.15em"))
        links = "".join(
            f'<link rel="stylesheet" href="{sheet.resolve().as_uri()}">' for sheet in self._pack.sheets(self._folder)
        )
        scheme = "dark" if is_dark and self._library.dark else "light"
        head = f"{links}<style>:root{{color-scheme:{scheme}}}{_STYLE}</style>"
        page = (
            f'{bar}<header class="f-row" style="gap:{rng.choice((2, 6, 12))}px;padding:.4em">{self._toolbar()}</header>'
            f'<div class="f-main" style="font-size:{size}">{side}<div class="f-body">{body}</div></div>{foot}{over}'
        )
        self._save(path, page, is_dark=is_dark, head=head, title=self._words(2))

    def _icon(self) -> NamedIcon:
        few = self._others if self._random.random() < _OTHER_SHARE else self._named
        return self._random.choice(few)

    def _named_icon(self) -> tuple[str, str]:
        """HTML of an icon, and a name for what it stands for."""
        icon = self._icon()
        return self._pack.tag(icon.icon), escape(self._random.choice(icon.names), quote=True)

    def _icon_button(self) -> str:
        tag, name = self._named_icon()
        how = self._random.choice(("aria-label", "title"))
        px = self._random.choice((14, 16, 18, 20, 24, 28, 32))
        look = self._random.choice(('class="f-plain"', 'class="f-plain"', self._class("button")))
        return f'<button type="button" {look} style="font-size:{px}px;line-height:1.2" {how}="{name}">{tag}</button>'

    def _full_button(self, look: str) -> str:
        tag, name = self._named_icon()
        inner = self._random.choice((f"{tag} {name}", f"{name} {tag}", name))
        return f'<button type="button" {self._class(look)}>{inner}</button> '

    def _toolbar(self) -> str:
        rng = self._random
        title = f"<strong>{self._words(1)}</strong>" if rng.random() < 0.6 else ""
        icons = "".join(self._icon_button() for _ in range(rng.randint(3, 14)))
        place = self._words(1)
        search = (
            f'<input type="search" {self._class("field")} style="width:auto;margin:0" placeholder="{place}" '
            f'aria-label="{place}">'
            if rng.random() < 0.5
            else ""
        )
        full = "".join(
            self._full_button(rng.choice(("primary", "button", "outlined"))) for _ in range(rng.randint(0, 3))
        )
        parts = [icons, search, full]
        rng.shuffle(parts)
        return title + "".join(parts)

    def _side(self) -> str:
        links = []
        for _ in range(self._random.randint(4, 10)):
            tag, name = self._named_icon()
            links.append(f'<a href="#s">{tag} {name}</a>')
        return f'<div class="f-side" role="navigation">{"".join(links)}</div>'

    def _list(self) -> str:
        rows = []
        n_icons = self._random.randint(1, 4)
        for _ in range(self._random.randint(5, 14) * self._much):
            tag, _ = self._named_icon()
            icons = "".join(self._icon_button() for _ in range(n_icons))
            what = self._words(self._random.randint(1, 3))
            check = f'<input type="checkbox" aria-label="{what}" {self._class("check")}>'
            lead = self._random.choice((check, tag, ""))
            rows.append(f"<div>{lead}<span>{what}</span>{icons}</div>")
        return f'<h3>{self._words(2)}</h3>{self._tabs()}<div class="f-list">{"".join(rows)}</div>'

    def _grid(self) -> str:
        cells = []
        for _ in range(self._random.randint(8, 24) * self._much):
            tag, name = self._named_icon()
            cells.append(f'<a href="#g">{tag}{name}</a>')
        return f'<h3>{self._words(1)}</h3><div class="f-grid">{"".join(cells)}</div>'

    def _settings(self) -> str:
        inputs = "".join(self._input(self._random.choice(("filled", "placeholder", "empty"))) for _ in range(3))
        buttons = "".join(self._full_button(look) for look in ("primary", "button"))
        where = self._random.choice(("f-above", "f-beside", ""))
        fields = f'<div class="{where}">{inputs}{self._choice()}</div>'
        form = f"<form {self._class('form')}>{fields}{self._toggles('checkbox')}</form>"
        return (
            f"<h3>{self._words(2)}</h3>{self._tabs()}{form}{self._toggles('radio')}{self._paragraph()}<p>{buttons}</p>"
        )

    def _cards(self) -> str:
        cards = "".join(
            f"<div {self._class('card')}><h4>{self._words(2)} {self._icon_button()}</h4>{self._paragraph()}"
            f"{self._full_button('button')}{self._icon_button()}</div>"
            for _ in range(self._random.randint(2, 5) * self._much)
        )
        return f"<h2>{self._words(2)}</h2>{cards}"

    def _rows(self) -> str:
        """A table whose rows have buttons for what can be done with them."""
        n_icons = self._random.randint(1, 4)
        heads = "".join(f"<th>{self._words(1)}</th>" for _ in range(3)) + "<th></th>"
        rows = []
        for _ in range(self._random.randint(4, 9) * self._much):
            lead = self._random.choice((f'<a href="#r">{self._words(2)}</a>', self._words(2)))
            acts = "".join(self._icon_button() for _ in range(n_icons))
            rows.append(f"<tr><td>{lead}</td><td>{self._words(1)}</td><td>{self._amount()}</td><td>{acts}</td></tr>")
        table = f"<table {self._class('table')}><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        return f'<h3>{self._words(2)}</h3>{self._chips()}<div class="f-table">{table}</div>{self._turns()}'

    def _pages(self) -> str:
        """A way back above a text with things to do beside it."""
        way = " / ".join(f'<a href="#w">{self._words(1)}</a>' for _ in range(self._random.randint(2, 4)))
        acts = "".join(self._icon_button() for _ in range(self._random.randint(2, 6)))
        texts = "".join(f"<h4>{self._words(3)}</h4>{self._paragraph()}" for _ in range(2 * self._much))
        return f'<nav>{way}</nav><h2>{self._words(3)}</h2><div class="f-row">{acts}</div>{texts}{self._turns()}'

    def _amount(self) -> str:
        rng = self._random
        return rng.choice((f"{rng.randint(1, 9999):,}", f"{rng.uniform(1, 900):.2f} €", f"{rng.randint(1, 99)} %"))

    def _chips(self) -> str:
        """Filters that are on, each with a cross to take it away."""
        chips = ""
        for _ in range(self._random.choice((0, 0, 2, 3, 4))):
            name = self._words(1)
            close = f'<button type="button" class="f-plain" aria-label="Remove {name}">{self._close_tag()}</button>'
            chips += f"<span>{name} {close}</span>"
        return f'<div class="f-chips">{chips}</div>'

    def _turns(self) -> str:
        """Links to further pages."""
        n_pages = self._random.choice((0, 3, 5, 7))
        pages = " ".join(f'<a href="#p{page}">{page}</a>' for page in range(1, n_pages + 1))
        return f'<p><a href="#p">Previous</a> {pages} <a href="#n">Next</a></p>' if n_pages else ""

    def _menu_bar(self) -> str:
        names = ("File", "Edit", "View", "Insert", "Format", "Tools", "Window", "Help")
        few = [name for name in names if self._random.random() < 0.7]
        items = "".join(f'<span role="menuitem" tabindex="-1">{name}</span>' for name in few)
        return f'<div role="menubar" class="f-row f-bar">{items}</div>'

    def _foot(self) -> str:
        tag, _ = self._named_icon()
        parts = (f"<span>{tag} {self._words(2)}</span>", f"<span>{self._amount()}</span>", self._icon_button())
        return f'<footer class="f-row f-foot">{"".join(parts)}</footer>'

    def _paragraph(self) -> str:
        """A few sentences with words that change, and a link in one."""
        rng = self._random
        words: list[str] = []
        for _ in range(rng.randint(1, 3)):
            nouns = (super(AppPageWriter, self)._words(1).lower() for _ in range(2))
            words += rng.choice(_SENTENCES).format(*nouns, n=rng.randint(2, 90)).split()
        start = rng.randrange(len(words) - 2)
        words[start] = f'<a href="#y">{words[start]}'
        words[start + 1] += "</a>"
        return f"<p>{' '.join(words)}</p>"

    def _words(self, n_words: int) -> str:
        """As other pages do, or what a program calls something that it does."""
        if n_words == 1 or self._random.random() < _PLAIN_WORDS_SHARE:
            return super()._words(n_words)
        return escape(self._random.choice(self._random.choice(self._named).names), quote=True)

    def _dialog(self) -> str:
        title = self._words(2)
        buttons = "".join(self._full_button(look) for look in ("primary", "button"))
        close = f'<button type="button" class="f-plain" aria-label="Close">{self._close_tag()}</button>'
        return (
            f'<div class="f-over"><div role="dialog" aria-labelledby="d" class="f-box">'
            f'<div class="f-row"><strong id="d" style="flex:1">{title}</strong>{close}</div>'
            f"<p>{self._words(4)}?</p>{self._input('filled')}<p>{buttons}</p></div></div>"
        )

    def _close_tag(self) -> str:
        names = self._pack.names(self._folder)
        wanted = (name for name in ("x", "x-lg", "close", "close-line", "xmark", "times") if name in names)
        icon = next(wanted, "")
        return self._pack.tag(icon) if icon else "×"

    def _menu(self) -> str:
        entries = []
        for _ in range(self._random.randint(3, 9)):
            tag, name = self._named_icon()
            key = f"<kbd>Ctrl+{self._random.choice('ABCDEFNOPSVXZ')}</kbd>" if self._random.random() < 0.4 else ""
            entries.append(f'<div role="menuitem" tabindex="-1">{tag}<span>{name}</span>{key}</div>')
        left, top = self._random.randint(2, 60), self._random.randint(8, 30)
        return f'<div role="menu" class="f-box f-menu" style="left:{left}%;top:{top}%">{"".join(entries)}</div>'
