from pathlib import Path

import pytest

from model.data.collect.web.documents import documents, is_free
from model.data.collect.web.icons import PACKS
from model.data.collect.web.libraries import LIBRARIES
from model.data.collect.web.visits import draw_visits, find_libraries
from model.data.drawing.icons.packs import ICON_PACKS
from model.errors import InputError

DOCUMENTS = {"bash": (Path("bash.html"),)}


def test_more_visits_begin_with_fewer() -> None:
    assert draw_visits(40, 3, LIBRARIES, DOCUMENTS)[:10] == draw_visits(10, 3, LIBRARIES, DOCUMENTS)


def test_every_fourth_visit_is_to_a_document_and_every_library_has_its_turn() -> None:
    visits = draw_visits(44, 0, LIBRARIES, DOCUMENTS)
    assert [visit.document is not None for visit in visits[:8]] == [False, False, False, True] * 2
    assert {visit.program for visit in visits} == {library.name for library in LIBRARIES} | {"doc-bash"}
    assert len({visit.name for visit in visits}) == len(visits)


def test_windows_are_wide_enough_for_a_page() -> None:
    for visit in draw_visits(300, 1, LIBRARIES, DOCUMENTS):
        assert 560 <= visit.size_px[0] / visit.zoom <= 2600


def test_pages_for_judging_show_the_icons_for_judging() -> None:
    for visit in draw_visits(60, 2, LIBRARIES, {}):
        assert visit.library is not None
        assert visit.pack is not None
        assert visit.pack.is_held_out is visit.library.is_held_out


def test_icons_kept_from_drawing_are_kept_from_pages() -> None:
    kept = {pack.package.rpartition("@")[0] for pack in PACKS if pack.is_held_out}
    assert {pack.package for pack in ICON_PACKS if pack.is_held_out and not pack.is_theme} <= kept
    assert not {pack.package for pack in ICON_PACKS if not pack.is_held_out} & kept


def test_an_unknown_library_is_named() -> None:
    with pytest.raises(InputError, match="Unknown library: nosuch"):
        find_libraries(["nosuch"])
    assert find_libraries([]) == LIBRARIES


@pytest.mark.parametrize(
    "package", ["python3", "libpython3.11-doc", "python3-doc", "vlc", "gimp-help-en", "geany-common"]
)
def test_documentation_of_what_is_reserved_is_refused(package: str) -> None:
    assert not is_free(package)


def test_documents_are_found_by_package_and_once(tmp_path: Path) -> None:
    for package in ("bash", "gimp", "python3"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "index.html").write_text("x" * 2000)
    (tmp_path / "bash" / "short.html").write_text("x")
    (tmp_path / "linked").symlink_to(tmp_path / "bash")
    assert documents(tmp_path) == {"bash": (tmp_path / "bash" / "index.html",)}
    assert documents(tmp_path / "nowhere") == {}
