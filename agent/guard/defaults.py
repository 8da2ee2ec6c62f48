"""The hotkeys that Foveal starts with."""

from collections.abc import Mapping
from types import MappingProxyType

from agent.guard.messages import HotkeyName

# Looked up in the defaults of GNOME, KDE Plasma, Xfce, MATE and Cinnamon. The obvious Ctrl+Alt+Escape starts xkill on
# Xfce and KDE and cycles through panels on GNOME; Ctrl+Alt+S shades windows on MATE; Ctrl+Alt+End moves them on Xfce.
DEFAULT_HOTKEYS: Mapping[HotkeyName, str] = MappingProxyType(
    {
        HotkeyName.COMMAND: "ctrl+alt+space",
        HotkeyName.GROUND: "ctrl+alt+g",
        HotkeyName.RECORD: "ctrl+alt+r",
        HotkeyName.STOP: "ctrl+alt+x",
    }
)
