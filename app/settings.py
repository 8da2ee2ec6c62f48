"""What the person can change, kept in one file. No Qt in here.

A file from an older version is brought up to date step by step; a broken one is put aside and said so.
"""

import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from agent.errors import ControlError
from agent.guard.defaults import DEFAULT_HOTKEYS
from agent.guard.hotkeys import parse_hotkeys
from agent.guard.messages import HotkeyName

logger = logging.getLogger(__name__)


Combination = Annotated[str, Field(min_length=1, max_length=60)]


class HotkeySettings(BaseModel):
    """Global key combinations, as canonical key names joined by plus signs, for instance "ctrl+alt+space"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    command: Combination = Field(default=DEFAULT_HOTKEYS[HotkeyName.COMMAND], description="Opens the command bar")
    ground: Combination = Field(default=DEFAULT_HOTKEYS[HotkeyName.GROUND], description="Only shows where something is")
    record: Combination = Field(
        default=DEFAULT_HOTKEYS[HotkeyName.RECORD], description="Starts and stops recording a demo"
    )
    stop: Combination = Field(default=DEFAULT_HOTKEYS[HotkeyName.STOP], description="Stops everything at once")

    @model_validator(mode="after")
    def _check(self) -> "HotkeySettings":
        try:
            parse_hotkeys(self.by_name())
        except ControlError as exc:
            raise ValueError(f"{exc.message} {exc.hint}") from exc
        return self

    def by_name(self) -> dict[HotkeyName, str]:
        """As the guard wants them."""
        return {name: getattr(self, name.value) for name in HotkeyName}


class Settings(BaseModel):
    """All settings. Frozen: changing one makes a new object (``model_copy(update=…)``)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1] = Field(default=1, description="Version of this file's layout")
    hotkeys: HotkeySettings = Field(default=HotkeySettings(), description="Global key combinations")
    is_confirming: bool = Field(default=True, description="Show each step and wait before acting")
    countdown_s: float | None = Field(
        default=3.0, ge=0.5, le=60.0, description="Act by itself after this many seconds; none waits for Enter"
    )
    monitor: int | None = Field(
        default=None, ge=0, le=15, description="Number of the monitor to look at; none takes the one under the pointer"
    )
    keep_fraction: float | None = Field(
        default=None, gt=0.0, le=1.0, description="Share of patches the model keeps; none leaves it to the model"
    )
    model: str = Field(
        default="ocr", min_length=1, max_length=4096, description="Grounding model: a name, or a checkpoint's folder"
    )
    max_actions_per_minute: int = Field(default=60, ge=1, le=600, description="More actions than this are refused")
    is_text_recorded: bool = Field(default=False, description="Keep typed text readable in run logs and demos")
    is_history_saved: bool = Field(default=True, description="Remember commands for the arrow keys")
    theme: Literal["system", "light", "dark"] = Field(default="system", description="Colours of bar and panel")
    is_first_start: bool = Field(default=True, description="Show the hotkeys when the bar first opens")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedSettings:
    """Settings, and where a broken file went that they replace (None if the file was fine or missing)."""

    settings: Settings
    put_aside: Path | None = None


def settings_path() -> Path:
    """Where the settings are kept."""
    return platformdirs.user_config_path("foveal", appauthor=False) / "settings.json"


def load_settings(path: Path | None = None) -> LoadedSettings:
    """Read the settings; never raises for what is in the file.

    Raises:
        OSError: the file is there but cannot be read or put aside.
    """
    path = path or settings_path()
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return LoadedSettings(settings=Settings())
    except UnicodeDecodeError:
        return LoadedSettings(settings=Settings(), put_aside=_put_aside(path))
    try:
        return LoadedSettings(settings=Settings.model_validate(migrate(json.loads(text))))
    except (ValueError, ValidationError, RecursionError) as exc:
        # The file may hold commands' texts one day: say where it is wrong, not what it says.
        logger.warning("the settings file is broken (%s); it is put aside", type(exc).__name__)
        return LoadedSettings(settings=Settings(), put_aside=_put_aside(path))


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Write the settings in one go: a crash leaves the old file or the new one.

    Raises:
        OSError: the file cannot be written.
    """
    path = path or settings_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    temporary.write_text(settings.model_dump_json(indent=2) + "\n", "utf-8")
    temporary.replace(path)


def migrate(raw: Any) -> Any:
    """Bring the contents of a file of any version up to date. What is not a settings file is returned as it is."""
    if not isinstance(raw, dict):
        return raw
    version = raw.get("schema_version", 0)
    while isinstance(version, int) and version in _MIGRATIONS:
        raw = _MIGRATIONS[version](raw)
        version += 1
        raw["schema_version"] = version
    return raw


def _from_0_to_1(raw: dict[str, Any]) -> dict[str, Any]:
    """Files without a version are those written by hand: the same names, nothing else allowed."""
    return dict(raw)


_MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {0: _from_0_to_1}


def _put_aside(path: Path) -> Path:
    n = 0
    while (aside := path.with_name(f"{path.stem}.broken{n or ''}{path.suffix}")).exists():
        n += 1
    path.rename(aside)
    return aside
