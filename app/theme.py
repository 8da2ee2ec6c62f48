"""The look of our windows, light and dark."""

from dataclasses import dataclass

from PySide6.QtGui import QColor, QGuiApplication, QPalette


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Colours of the command bar and the run panel, as CSS colours.

    ``accent`` is for what can be done, ``good``, ``warn`` and ``bad`` for how it went; text on ``surface`` has a
    contrast of at least 4.5 in each of ``text``, ``muted``, ``good``, ``warn``, ``bad`` and ``accent``.
    """

    surface: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    good: str
    warn: str
    bad: str


LIGHT = Theme(
    surface="#fbfbfd",
    raised="#eff0f5",
    line="#d9dbe4",
    text="#171a26",
    muted="#5d6275",
    accent="#c23a1e",
    good="#0f7a4d",
    warn="#8a5a00",
    bad="#b3261e",
)
DARK = Theme(
    surface="#1b1d29",
    raised="#282b3a",
    line="#3a3e52",
    text="#f1f2f8",
    muted="#a3a8bd",
    accent="#ff8466",
    good="#5fd39a",
    warn="#f0b957",
    bad="#ff8f86",
)


def theme_for(name: str) -> Theme:
    """The theme of a name: "light", "dark", or "system" for what the desktop's palette says."""
    if name == "system":
        window = QGuiApplication.palette().color(QPalette.ColorRole.Window)
        return DARK if window.lightnessF() < 0.5 else LIGHT
    return DARK if name == "dark" else LIGHT


def palette_for(theme: Theme) -> QPalette:
    """The same colours for dialogs and menus, which Qt's style draws."""
    roles = QPalette.ColorRole
    palette = QPalette(QColor(theme.line), QColor(theme.surface))
    for role, css in {
        roles.WindowText: theme.text,
        roles.Text: theme.text,
        roles.ButtonText: theme.text,
        roles.Base: theme.raised,
        roles.AlternateBase: theme.surface,
        roles.ToolTipBase: theme.raised,
        roles.ToolTipText: theme.text,
        roles.PlaceholderText: theme.muted,
        roles.Highlight: theme.accent,
        roles.HighlightedText: theme.surface,
        roles.Link: theme.accent,
    }.items():
        palette.setColor(role, QColor(css))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, colour(theme.muted, 0.7))
    return palette


def apply_theme(app: QGuiApplication, name: str) -> Theme:
    """Give the whole program the theme of a name; see ``theme_for``."""
    app.setPalette(QPalette())  # what the desktop says
    theme = theme_for(name)
    if name != "system":
        app.setPalette(palette_for(theme))
    return theme


def colour(css: str, alpha: float = 1.0) -> QColor:
    """A CSS colour with an alpha."""
    made = QColor(css)
    made.setAlphaF(alpha)
    return made
