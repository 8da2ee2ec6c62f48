import sys
import time
from pathlib import Path

import pytest

from agent.errors import WindowError
from agent.programs import Program, find_program, installed_programs, start_program

_ENTRY = """[Desktop Entry]
Type=Application
Name={name}
Name[de]=Kritzel
GenericName=Sketch Pad
Keywords=draw;paint;
Exec={command}
{more}

[Desktop Action new]
Name=New Window
Exec=never --this
"""


@pytest.fixture
def applications(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder of the person's own entries; the system's are hidden."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "own"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "system"))
    for place in ("own", "system"):
        (tmp_path / place / "applications").mkdir(parents=True)
    return tmp_path / "own" / "applications"


def write(
    folder: Path,
    entry_id: str,
    *,
    name: str = "Doodle",
    command: str = sys.executable,
    more: str = "",
) -> None:
    text = _ENTRY.format(name=name, command=command, more=more)
    (folder / f"{entry_id}.desktop").write_text(text, encoding="utf-8")


def test_reads_an_entry(applications: Path) -> None:
    write(applications, "org.example.Doodle", command=f'"{sys.executable}" -m doodle --caption "%c 100%%" %U')
    (program,) = installed_programs()
    assert program.name == "Doodle"
    assert program.argv == (sys.executable, "-m", "doodle", "--caption", " 100%")
    assert program.is_called("kritzel")
    assert program.is_called("sketch pad")
    assert not program.is_called("New Window")


@pytest.mark.parametrize(
    "more", ["NoDisplay=true", "Hidden=true", "Terminal=true", "TryExec=no-such-program-anywhere", "Type=Link"]
)
def test_leaves_out_what_no_menu_shows(applications: Path, more: str) -> None:
    write(applications, "doodle", more=more)
    assert installed_programs() == ()


def test_broken_entries_are_passed_over(applications: Path) -> None:
    (applications / "a.desktop").write_bytes(b"\xff\xfe\x00")
    (applications / "b.desktop").write_text("no section")
    write(applications, "c", command='"unclosed')
    write(applications, "d", command="")
    write(applications, "e")
    assert [program.entry_id for program in installed_programs()] == ["e"]


def test_own_entry_hides_that_of_the_system(applications: Path) -> None:
    system = applications.parents[1] / "system" / "applications"
    write(applications, "doodle", more="Hidden=true")
    write(system, "doodle", name="Doodle of the system")
    assert installed_programs() == ()


def test_finds_by_any_name_and_with_a_slip(applications: Path) -> None:
    write(applications, "org.example.Doodle")
    for words in ("Doodle", "doodle", "KRITZEL", "org.example.Doodle", "paint", "sketch pad", "dodle"):
        assert find_program(words).name == "Doodle"


def test_a_name_counts_before_a_description(applications: Path) -> None:
    write(applications, "a", name="Aaa")
    write(applications, "b", name="Paint")
    assert find_program("paint").name == "Paint"


@pytest.mark.parametrize("words", ["spreadsheet", "", "   ", "rm -rf /", "doodle; rm -rf /"])
def test_unknown_names_the_nearest(applications: Path, words: str) -> None:
    write(applications, "org.example.Doodle")
    with pytest.raises(WindowError) as caught:
        find_program(words)
    assert "installed" in caught.value.message


def test_says_when_nothing_is_installed(applications: Path) -> None:
    with pytest.raises(WindowError) as caught:
        find_program("doodle")
    assert "No programs" in caught.value.hint


def test_starts_without_a_shell_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    code = "import os, pathlib; pathlib.Path('seen').write_text(f'{os.getsid(0) == os.getpid()} $HOME')"
    program = Program(entry_id="x", name="X", names=("X",), descriptions=(), argv=(sys.executable, "-c", code))
    start_program(program)
    _wait_for_text(home / "seen")
    assert (home / "seen").read_text() == "True $HOME"


def test_what_cannot_be_started_is_an_error() -> None:
    program = Program(entry_id="x", name="X", names=("X",), descriptions=(), argv=("no-such-program-anywhere",))
    with pytest.raises(WindowError, match="X could not be started"):
        start_program(program)


def test_finds_the_installed_editor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_DATA_DIRS", raising=False)
    assert find_program("l3afpad").argv == ("l3afpad",)
    assert find_program("speedcrunch").name == "SpeedCrunch"


def _wait_for_text(path: Path) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if path.exists() and path.read_text():
            return
        time.sleep(0.02)
    raise AssertionError(f"{path.name} was not written")
