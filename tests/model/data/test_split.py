import pytest

from model.data.collect.desktop.programs import PROGRAMS
from model.data.collect.web.libraries import LIBRARIES
from model.data.screens import Source
from model.data.split import DEVELOPMENT_PROGRAMS, Part, part_of
from model.errors import InputError
from tests.benchmarks.desktop.programs import SUBJECTS
from tests.model.data.instructions.desk import screen_of


def _part(source: Source, program: str) -> Part:
    return part_of(screen_of(source=source, program=program))


def test_programs_are_divided_as_the_desktop_benchmark_divides_them() -> None:
    assert {program.name for program in PROGRAMS} > DEVELOPMENT_PROGRAMS
    for subject in SUBJECTS:
        is_checked = subject.part == "check"
        assert _part(Source.DESKTOP, subject.name) is (Part.DEVELOPMENT if is_checked else Part.TRAINING)


def test_pages_are_divided_by_library_and_package() -> None:
    for library in LIBRARIES:
        assert _part(Source.WEB, library.name) is (Part.DEVELOPMENT if library.is_held_out else Part.TRAINING)
    packages = [_part(Source.WEB, f"doc-package{i}") for i in range(600)]
    assert 0.25 < packages.count(Part.DEVELOPMENT) / len(packages) < 0.41
    assert _part(Source.WEB, "doc-bc") is _part(Source.WEB, "doc-bc")


def test_what_is_drawn_is_learned_from() -> None:
    assert _part(Source.DRAWN, "drawn") is Part.TRAINING


@pytest.mark.parametrize(
    ("source", "program"),
    [(Source.DESKTOP, "gimp"), (Source.WEB, "doc-gimp-help-en"), (Source.WEB, "doc-python3.11"), (Source.WEB, "what")],
)
def test_reserved_and_unknown_programs_are_refused(source: Source, program: str) -> None:
    with pytest.raises(InputError):
        _part(source, program)
