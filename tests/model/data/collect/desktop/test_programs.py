from pathlib import Path

import pytest

from model.data.collect.desktop.programs import PROGRAMS, RESERVED, find_programs, is_reserved
from model.errors import InputError


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_reserved_programs_are_refused_by_name(name: str) -> None:
    with pytest.raises(InputError, match=f"{name} is reserved for judging"):
        find_programs(["zim", name])


@pytest.mark.parametrize("name", ["/usr/bin/gimp", "GIMP", "libreoffice-writer", "vlc-data", "gnome-calculator"])
def test_reserved_programs_are_known_by_path_and_package(name: str) -> None:
    assert is_reserved(name)


def test_no_program_of_ours_is_reserved() -> None:
    for program in PROGRAMS:
        for name in (program.name, program.package, program.command[0]):
            assert not is_reserved(name), name


def test_names_are_unique_and_commands_have_one() -> None:
    assert len({program.name for program in PROGRAMS}) == len(PROGRAMS)
    assert all(Path(program.command[0]).name for program in PROGRAMS)


def test_an_unknown_program_is_named() -> None:
    with pytest.raises(InputError, match="Unknown program: nosuch"):
        find_programs(["zim", "nosuch"])
    assert find_programs([]) == PROGRAMS
    assert [program.name for program in find_programs(["zim"])] == ["zim"]
