from pathlib import Path

import pytest

from model.data.instructions.instruction import InstructionSource
from model.data.screens import Source
from model.errors import InputError
from model.evaluation.development.questions import Question, draw_development_set
from tests.model.evaluation.development.colours import write_colours

_MIXED = {"glade": Source.DESKTOP, "zim": Source.DESKTOP, "uikit": Source.WEB, "bootstrap": Source.WEB}


def test_only_development_screens_are_asked_about(tmp_path: Path) -> None:
    write_colours(tmp_path / "mixed", _MIXED)
    development = draw_development_set([tmp_path / "mixed"], seed=0)
    assert {asked.screen.program for asked in development.screens} == {"glade", "uikit"}
    assert {asked.origin for asked in development.screens} == {"desktop", "web"}
    assert development.n_training == 2
    assert all(asked.questions and asked.path.is_file() for asked in development.screens)


def test_a_question_does_not_depend_on_how_many_screens_there_are(tmp_path: Path) -> None:
    write_colours(tmp_path / "mixed", _MIXED)
    whole = draw_development_set([tmp_path / "mixed"], seed=3)
    (one,) = draw_development_set([tmp_path / "mixed"], seed=3, n_screens=1).screens
    assert one == whole.screens[0]
    assert draw_development_set([tmp_path / "mixed"], seed=4).screens != whole.screens


def test_training_screens_alone_are_refused(tmp_path: Path) -> None:
    write_colours(tmp_path, {"zim": Source.DESKTOP})
    with pytest.raises(InputError, match="for development"):
        draw_development_set([tmp_path], seed=0)


def test_what_is_reserved_is_refused(tmp_path: Path) -> None:
    write_colours(tmp_path, {"gimp": Source.DESKTOP})
    with pytest.raises(InputError, match="reserved"):
        draw_development_set([tmp_path], seed=0)


def test_a_folder_without_screens_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no labelled screens"):
        draw_development_set([tmp_path], seed=0)


def test_boxes_are_half_open() -> None:
    question = Question(text="a", source=InstructionSource.NAME, kind="text", boxes=((10, 10, 20, 20), (40, 0, 50, 9)))
    hits = [question.is_hit(point) for point in ((10.0, 10.0), (20.0, 15.0), (19.9, 19.9), (45.0, 5.0), None)]
    assert hits == [True, False, True, True, False]
