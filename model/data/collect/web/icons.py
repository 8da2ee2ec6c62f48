"""Icon packs, and the names that a page gives its icons."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from model.data.intents import load_intents, normalised


@dataclass(frozen=True, slots=True, kw_only=True)
class IconPack:
    """A font of icons.

    Attributes:
        package: on npm, with the version.
        css: paths of its style sheets inside the package; the first names the icons.
        prefix: of the class that chooses the icon.
        before: classes that stand beside it.
        is_masked: whether it is drawn as a ground with a mask, which browsers that darken pages take for a ground.
        is_held_out: whether it is kept for judging, and never on a page to learn from.
    """

    package: str
    css: tuple[str, ...]
    prefix: str
    before: str = ""
    is_masked: bool = False
    is_held_out: bool = False

    def tag(self, name: str) -> str:
        """HTML of one icon."""
        return f'<i class="{self.before} {self.prefix}{name}"></i>'

    def sheets(self, packages: Path) -> tuple[Path, ...]:
        """The style sheets, in the folder of the npm packages."""
        folder = packages / "node_modules" / self.package[: self.package.rindex("@")]
        return tuple(folder / css for css in self.css)

    def names(self, packages: Path) -> tuple[str, ...]:
        """All icons of the pack, as it names them, in the order of the alphabet."""
        return _names_in(self.sheets(packages)[0], self.prefix)


PACKS = (
    IconPack(package="bootstrap-icons@1.13.2", css=("font/bootstrap-icons.css",), prefix="bi-", before="bi"),
    IconPack(package="@mdi/font@7.4.47", css=("css/materialdesignicons.css",), prefix="mdi-", before="mdi"),
    IconPack(package="@phosphor-icons/web@2.1.2", css=("src/regular/style.css",), prefix="ph-", before="ph"),
    IconPack(
        package="@fortawesome/fontawesome-free@7.3.1",
        css=("css/fontawesome.css", "css/solid.css"),
        prefix="fa-",
        before="fa-solid",
    ),
    IconPack(package="remixicon@4.9.1", css=("fonts/remixicon.css",), prefix="ri-"),
    IconPack(package="boxicons@2.1.4", css=("css/boxicons.css",), prefix="bx-", before="bx"),
    IconPack(package="@tabler/icons-webfont@3.49.0", css=("dist/tabler-icons.css",), prefix="ti-", before="ti"),
    IconPack(package="@vscode/codicons@0.0.45", css=("dist/codicon.css",), prefix="codicon-", before="codicon"),
    IconPack(package="lucide-static@1.62.0", css=("font/lucide.css",), prefix="icon-"),
    IconPack(package="iconoir@7.12.1", css=("css/iconoir.css",), prefix="iconoir-", is_masked=True, is_held_out=True),
    IconPack(package="eva-icons@1.1.3", css=("style/eva-icons.css",), prefix="eva-", before="eva", is_held_out=True),
)
_PREFIXED = re.compile(
    r"(?:bi|mdi|ph|fa|ri|bxs|bxl|bx|ti|codicon|icon|la|pi|iconoir|eva|glyphicon|lucide|octicon|ion)-(?P<name>[a-z0-9][a-z0-9-]*)"
)
_NO_ICONS = re.compile(
    r"(?:solid|regular|brands|light|thin|bold|fill|duotone|sharp|fw|lg|sm|xs|xl|2xs|2xl|\d+x|\d+px|spin|pulse|inverse|"
    r"stack(?:-\dx)?|rotate-\d+|flip-.*|border|pull-.*|animated|button|container|wrapper|group)"
)
_STYLE = re.compile(r"-(?:line|fill|outline|outlined|solid|regular|rounded|sharp|thin|bold|duotone)$")


def icon_names(classes: Iterable[str], ligature: str = "") -> tuple[str, ...]:
    """What an icon shows, by the classes of its tag or the word that a font turns into it; () if neither tells."""
    found = [ligature.replace("_", "-")] if ligature else []
    for word in classes:
        told = _PREFIXED.fullmatch(word)
        if told and not _NO_ICONS.fullmatch(told["name"]):
            found.append(_STYLE.sub("", told["name"]))
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedIcon:
    """An icon and what a page may call it.

    Attributes:
        icon: as its pack names it.
        names: written on elements that do what it stands for.
    """

    icon: str
    names: tuple[str, ...]


@cache
def named_icons(pack: IconPack, packages: Path) -> tuple[NamedIcon, ...]:
    """The icons of a pack that stand for an intent; those held back from training only if the pack is, too."""
    by_name: dict[str, str] = {}
    for name in pack.names(packages):
        by_name.setdefault(normalised(_STYLE.sub("", name)), name)
    found = []
    for intent in load_intents():
        icons = [by_name[key] for key in map(normalised, intent.icons) if key in by_name]
        if icons and (pack.is_held_out or not intent.is_held_back):
            found.append(NamedIcon(icon=icons[0], names=intent.names))
    return tuple(found)


@cache
def other_icons(pack: IconPack, packages: Path) -> tuple[NamedIcon, ...]:
    """Icons that stand for no intent; their names are the only words for them."""
    taken = {normalised(icon) for intent in load_intents() for icon in intent.icons}
    plain = {name: normalised(_STYLE.sub("", name)) for name in pack.names(packages)}
    return tuple(
        NamedIcon(icon=name, names=(words.capitalize(),))
        for name, words in plain.items()
        if words not in taken and not _NO_ICONS.fullmatch(name)
    )


@cache
def _names_in(sheet: Path, prefix: str) -> tuple[str, ...]:
    rule = re.compile(rf"\.{re.escape(prefix)}([a-z0-9-]+)(?:::?before|\s*\{{\s*--fa:)")
    return tuple(sorted(set(rule.findall(sheet.read_text(encoding="utf-8")))))
