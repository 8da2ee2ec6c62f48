import random
from dataclasses import replace

import numpy as np
import pytest

from model.data.instructions.intent_index import IntentIndex
from model.data.intents import Intent
from model.data.screens import LabelledElement, LabelledScreen, Source
from model.grounder import ElementKind
from model.training.nano.ask_measure import (
    Case,
    Shown,
    ask_cases,
    measured,
    plain_cases,
    screen_texts,
    table_row,
    texts_of,
    usable,
)
from tests.model.training.nano.bag_of_words import embed

_DELETE = Intent(id="delete", does="d", names=("Delete",), icons=("user-trash",), asks=("get rid",), near=("erase",))
_ERASE = Intent(id="erase", does="e", names=("Erase",), icons=(), asks=("wipe",))
_SAVE = Intent(id="save", does="s", names=("Save",), icons=("floppy",), asks=("keep",))
_INDEX = IntentIndex((_DELETE, _ERASE, _SAVE))
_TEXTS = {text.casefold(): text for text in ("Delete", "Erase", "Save", "user trash", "Help")}


def _element(left: float, **changed: object) -> LabelledElement:
    element = LabelledElement(bbox=(left, 0, left + 8, 8), kind=ElementKind.BUTTON, name="")
    return replace(element, **changed)  # type: ignore[arg-type] # a test's shorthand


def _screen(*elements: LabelledElement) -> LabelledScreen:
    return LabelledScreen(
        picture="a.png",
        width_px=100,
        height_px=100,
        source=Source.DESKTOP,
        program="gnote",
        theme="",
        scale=1.0,
        elements=elements,
    )


def test_a_screen_shows_texts_names_and_icons_but_no_windows() -> None:
    screen = _screen(
        _element(0, kind=ElementKind.OTHER, name="Notes"),
        _element(1, name="New note", text="New"),
        _element(2, name="Find"),
        _element(3, icons=("user-trash-symbolic",)),
        _element(4),
    )
    assert list(screen_texts(screen).values()) == ["New", "Find", "user trash"]


def test_screens_that_show_little_are_not_used() -> None:
    few, many = (_screen(*(_element(n, text=f"Text {n}") for n in range(size))) for size in (3, 12))
    assert usable([few, many]) == [screen_texts(many)]


def test_nothing_else_on_the_screen_answers_the_ask() -> None:
    (case,) = ask_cases(_INDEX, [(0, "get rid")], [_TEXTS], Shown.NAME, rng=random.Random(0))
    assert case == Case(ask="get rid", target="Delete", others=("Save", "Help"))
    (case,) = ask_cases(_INDEX, [(0, "get rid"), (1, "wipe")], [_TEXTS], Shown.ICON, rng=random.Random(0))
    assert case.target == "user trash"


def test_plain_names_are_asked_for_among_all_others_of_their_screen() -> None:
    cases = plain_cases([_TEXTS], rng=random.Random(0))
    assert {case.target for case in cases} == set(_TEXTS.values())
    assert all(case.target.casefold() in case.ask.casefold() for case in cases)
    assert all({case.target, *case.others} == set(_TEXTS.values()) for case in cases)


def test_shares_are_counted_as_they_are_defined() -> None:
    found = Case(ask="save it", target="save", others=("a", "b", "c", "d", "e"))
    missed = Case(ask="a b c d e", target="save", others=("a", "b", "c", "d", "e"))
    outcome = measured([found, missed], embed, lambda asked: asked)
    assert outcome.n == 2
    assert outcome.first == outcome.among_five == 0.5
    outcome = measured([missed], embed, lambda asked: np.asarray(embed(["save"])))
    assert (outcome.first, outcome.refused) == (1.0, 1.0)


def test_a_case_without_others_is_always_right() -> None:
    outcome = measured([Case(ask="x", target="y", others=())], embed, lambda asked: asked)
    assert outcome.first == 1.0


def test_every_text_of_a_case_is_embedded() -> None:
    assert list(texts_of([Case(ask="a", target="b", others=("c", "d"))])) == ["a", "b", "c", "d"]


def test_a_row_tells_before_and_after() -> None:
    outcome = measured([Case(ask="x", target="y", others=())], embed, lambda asked: asked)
    row = table_row("asks", replace(outcome, first=0.5, among_five=0.75, refused=0.1), replace(outcome, refused=0.2))
    assert row == "| asks | 1 | 50.0 % → 100.0 % | 75.0 % → 100.0 % | 10.0 % → 20.0 % |"


@pytest.mark.parametrize("shown", Shown)
def test_the_same_seed_gives_the_same_cases(shown: Shown) -> None:
    def made() -> list[Case]:
        return list(ask_cases(_INDEX, [(0, "get rid"), (2, "keep")], [_TEXTS], shown, rng=random.Random(3)))

    assert made() == made()
