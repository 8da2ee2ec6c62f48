import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from app.settings import HotkeySettings, Settings, load_settings, migrate, save_settings

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["schema_version", "hotkeys"]), inner),
    max_leaves=10,
)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.json"
    chosen = Settings(countdown_s=None, theme="dark", hotkeys=HotkeySettings(command="ctrl+shift+f5"))
    save_settings(chosen, path)
    loaded = load_settings(path)
    assert loaded.settings == chosen
    assert loaded.put_aside is None
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"], "nothing temporary stays"


def test_no_file_means_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "settings.json").settings == Settings()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema_version": 1, "countdown_s": -3}', '{"no such": 1}', "\x00"])
def test_broken_file_is_put_aside_and_defaults_are_used(tmp_path: Path, text: str, caplog: object) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text)
    for name in ("settings.broken.json", "settings.broken1.json"):
        path.write_text(text)
        loaded = load_settings(path)
        assert loaded.settings == Settings()
        assert loaded.put_aside == tmp_path / name
        assert loaded.put_aside.read_text() == text
        assert not path.exists()


def test_file_without_a_version_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"theme": "dark"}))
    assert load_settings(path).settings == Settings(theme="dark")


@given(json_values)
@settings(max_examples=150)
def test_migrations_never_raise(raw: object) -> None:
    migrate(raw)


@pytest.mark.parametrize("combination", ["a", "ctrl", "shift+a", "", "ctrl+nosuchkey"])
def test_combination_that_typing_needs_is_refused(combination: str) -> None:
    with pytest.raises(ValidationError):
        HotkeySettings(command=combination)


def test_one_combination_cannot_do_two_things() -> None:
    with pytest.raises(ValidationError, match="meant for both"):
        HotkeySettings(command="ctrl+alt+x", stop="ctrl+alt+x")
