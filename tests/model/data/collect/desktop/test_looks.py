from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from model.data.collect.desktop.looks import THEMES, draw_look, environment, text_style, write_settings


@given(seed=st.integers(0, 99), turn=st.integers(0, 20))
def test_the_same_seed_gives_the_same_look(seed: int, turn: int) -> None:
    assert draw_look(seed, "zim", turn) == draw_look(seed, "zim", turn)


def test_turns_go_through_all_themes() -> None:
    looks = [draw_look(0, "zim", turn) for turn in range(len(THEMES))]
    assert {look.theme.name for look in looks} == {theme.name for theme in THEMES}
    assert len({look.name for look in looks}) == len(looks)


def test_only_the_themes_that_were_named_are_drawn() -> None:
    assert {draw_look(0, "zim", turn, THEMES[:1]).theme for turn in range(5)} == {THEMES[0]}


def test_settings_reach_every_toolkit(tmp_path: Path) -> None:
    dark = next(theme for theme in THEMES if theme.is_dark and theme.qt_style == "Fusion")
    look = draw_look(0, "zim", 0, (dark,))
    write_settings(look, tmp_path)
    gtk3 = (tmp_path / ".config" / "gtk-3.0" / "settings.ini").read_text()
    assert f"gtk-icon-theme-name={dark.icons}" in gtk3
    assert 'gtk-theme-name = "Adwaita-dark"' in (tmp_path / ".gtkrc-2.0").read_text()
    assert "custom_palette=true" in (tmp_path / ".config" / "qt5ct" / "qt5ct.conf").read_text()
    assert environment(look)["GTK_THEME"] == "Adwaita:dark"


def test_texts_are_as_large_as_the_look_says_in_every_toolkit(tmp_path: Path) -> None:
    look = replace(draw_look(0, "zim", 0), theme=THEMES[0], text_scale=1.5)
    write_settings(look, tmp_path)
    variables = environment(look)
    assert (variables["QT_FONT_DPI"], variables["GDK_DPI_SCALE"]) == ("144", "1.5")
    assert 'gtk-font-name = "DejaVu Sans 15"' in (tmp_path / ".gtkrc-2.0").read_text()
    assert "gtk-font-name=DejaVu Sans 10" in (tmp_path / ".config" / "gtk-3.0" / "settings.ini").read_text()
    assert text_style(look).size_px == 20


def test_breeze_is_not_given_a_palette_that_it_ignores(tmp_path: Path) -> None:
    breeze = next(theme for theme in THEMES if theme.is_dark and theme.qt_style == "Breeze")
    write_settings(draw_look(0, "zim", 0, (breeze,)), tmp_path)
    assert "custom_palette=false" in (tmp_path / ".config" / "qt5ct" / "qt5ct.conf").read_text()
