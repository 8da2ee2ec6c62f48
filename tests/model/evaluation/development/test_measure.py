import json
from pathlib import Path

import pytest

from model.data.screens import Source
from model.errors import InputError
from model.evaluation.development.answers import append_answer, read_answers
from model.evaluation.development.measure import measure
from model.evaluation.development.questions import AskedScreen, draw_development_set
from model.evaluation.settings import Setting
from model.grounder import Grounding, Look
from model.packing import Packing
from tests.fakes.fake_grounder import FakeGrounder
from tests.model.evaluation.development.colours import write_colours

_WHOLE = Setting(model="fake", packing=Packing.POSPAD, keep_fraction=1.0)
_DROP = Setting(model="fake", packing=Packing.DROP, keep_fraction=0.3)


class _Packing(FakeGrounder):
    """One that can leave out patches otherwise."""

    def find_packed(
        self, look: Look, instruction: str, *, keep_fraction: float | None = None, packing: Packing
    ) -> Grounding:
        self.asked.append(f"{packing} {keep_fraction}")
        return self.find(look, instruction, keep_fraction=keep_fraction)


@pytest.fixture
def asked(tmp_path: Path) -> AskedScreen:
    write_colours(tmp_path / "data", {"glade": Source.DESKTOP})
    (asked,) = draw_development_set([tmp_path / "data"], seed=0).screens
    return asked


def test_a_screen_is_looked_at_once_and_every_question_is_asked(asked: AskedScreen) -> None:
    grounder = FakeGrounder()
    answers = list(measure(grounder, [_WHOLE], asked, set()))
    assert grounder.n_encoded == 1
    assert [answer.instruction for answer in answers] == [question.text for question in asked.questions]
    for answer, question in zip(answers, asked.questions, strict=True):
        assert answer.is_there == bool(question.boxes)
        assert not (answer.is_hit and answer.is_rejected)
        assert (answer.origin, answer.program, answer.picture) == ("desktop", "glade", "data/glade-start.png")
    plain = [answer for answer in answers if answer.instruction.casefold() in {"red", "click blue", "green"}]
    assert all(answer.is_hit for answer in plain)


def test_a_refusal_is_no_hit_though_the_best_candidate_may_be_right(asked: AskedScreen) -> None:
    answers = list(measure(FakeGrounder(colours={}), [_WHOLE], asked, set()))
    assert all(answer.is_rejected and not answer.is_hit for answer in answers)


def test_what_is_known_is_not_asked_again(asked: AskedScreen, tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    first = list(measure(FakeGrounder(), [_WHOLE], asked, set()))
    for answer in first[:-1]:
        append_answer(path, answer)
    with path.open("a") as stream:
        stream.write('{"setting": {"model"')  # where it was stopped
    known = list(read_answers(path))
    assert known == first[:-1]
    grounder = FakeGrounder()
    rest = list(measure(grounder, [_WHOLE], asked, {answer.key for answer in known}))
    assert [answer.key for answer in rest] == [first[-1].key]
    append_answer(path, rest[0])
    assert [json.loads(line)["instruction"] for line in path.read_text().splitlines()] == [a.instruction for a in first]
    assert not list(measure(grounder, [_WHOLE], asked, {answer.key for answer in first}))
    assert grounder.n_encoded == 1


def test_other_packings_are_for_those_who_can(asked: AskedScreen) -> None:
    grounder = _Packing()
    assert len(list(measure(grounder, [_WHOLE, _DROP], asked, set()))) == 2 * len(asked.questions)
    assert grounder.asked.count("drop 0.3") == len(asked.questions)
    with pytest.raises(InputError, match="cannot leave out patches by drop"):
        list(measure(FakeGrounder(), [_DROP], asked, set()))


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text('{"a": 1}\n')
    with pytest.raises(InputError, match=r"answers\.jsonl:1 is not an answer"):
        list(read_answers(path))
