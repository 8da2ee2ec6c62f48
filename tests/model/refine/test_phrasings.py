import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.grounder import Candidate, Grounding
from model.patches import PatchGrid
from model.refine.config import RefineConfig
from model.refine.grounder import RefinedGrounder
from model.refine.phrasings import phrasings_of
from model.refine.report import SecondLookKind
from model.refine.vote import camps_of, count
from tests.fakes.patch_grounder import Map, PatchGrounder, Picture
from tests.model.refine.scenes import grounding, screen, see_colours

_ONLY = RefineConfig(has_more_cells=False, has_zoom=False, has_verifier=False)


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        ("click the Save button", ("Save", "the Save button", "the button labelled Save", "click Save")),
        ("Save", ("click Save", "where is Save")),
        ("the button labelled Save", ("Save", "the Save button", "click Save")),
        ("type hello into the Name field", ("Name", "the Name field", "the field labelled Name", "click Name")),
        ("click 'Save As...'", ('"Save As..."', 'click "Save As..."', 'where is "Save As..."')),
        # Relations, places and ordinals are what is meant: only the verb may change.
        ("click the second OK button", ("the second OK button", "where is the second OK button")),
        ("the field next to Name", ("click the field next to Name", "where is the field next to Name")),
        ("the first tab", ("click the first tab", "where is the first tab")),
    ],
)
def test_wordings(instruction: str, expected: tuple[str, ...]) -> None:
    assert phrasings_of(instruction, 4) == expected


@given(st.text(max_size=60), st.integers(0, 6))
def test_wordings_are_distinct_never_blank_and_never_the_instruction(instruction: str, limit: int) -> None:
    wordings = phrasings_of(instruction, limit)
    keys = [" ".join(wording.casefold().split()) for wording in wordings]
    assert len(wordings) <= limit
    assert len(set(keys)) == len(keys)
    assert " ".join(instruction.casefold().split()) not in keys
    assert all(keys)


def _at(x: float, score: float) -> Grounding:
    return grounding(Candidate(x=x, y=70, score=score))


def test_answers_at_one_place_are_one_camp() -> None:
    camps = camps_of([_at(70, 0.5), _at(90, 0.4), _at(200, 0.6), grounding()])
    assert [(len(camp.members), camp.weight) for camp in camps] == [(2, pytest.approx(0.9)), (1, 0.6)]


def test_a_majority_turns_the_answer_and_is_as_sure_as_its_members() -> None:
    first = _at(70, 0.9)
    outcome = count(first, [_at(200, 0.7), _at(205, 0.6), _at(200, 0.5)])
    assert outcome.found.point == (200, 70)
    assert outcome.found.score == pytest.approx(0.6)
    assert outcome.found.instruction == first.instruction
    assert [c.x for c in outcome.found.candidates] == [200, 70]
    assert outcome.agreement == 0.25


def test_half_of_the_wordings_turn_nothing() -> None:
    first = _at(70, 0.3)
    outcome = count(first, [_at(70, 0.3), _at(200, 0.9), _at(200, 0.9)])
    assert outcome.found is first
    assert outcome.agreement == 0.5


def test_rejections_count_against_finding_it() -> None:
    first = grounding()
    assert count(first, [_at(70, 0.9), grounding()]).found is first
    assert count(first, [_at(70, 0.9), _at(70, 0.8)]).found.point == (70, 70)


def test_a_sure_answer_is_not_asked_in_other_words() -> None:
    inner = PatchGrounder(see_colours)
    grounder = RefinedGrounder(inner, _ONLY)
    grounder.find(grounder.look(screen(red=(112, 112, 224, 196))), "click the red button")
    assert inner.asked == [("click the red button", None)]


def test_what_one_wording_hides_another_finds() -> None:
    def see(picture: Picture, grid: PatchGrid, instruction: str) -> tuple[Map, Map]:
        scores, relevance = see_colours(picture, grid, instruction)
        return scores, relevance * (0.0 if instruction.startswith("click the") else 0.9)

    inner = PatchGrounder(see)
    grounder = RefinedGrounder(inner, _ONLY)
    found = grounder.find(grounder.look(screen(red=(112, 112, 224, 196))), "click the red button", keep_fraction=0.5)
    assert found.point == pytest.approx((168, 154))
    assert found.instruction == "click the red button"
    assert {fraction for _, fraction in inner.asked} == {0.5}
    assert found.refinement is not None
    (record,) = found.refinement.looks
    assert (record.kind, record.is_changed) == (SecondLookKind.PHRASINGS, True)
    assert record.n_finds == len(inner.asked) - 1
