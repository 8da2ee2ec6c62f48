import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.data.intents import Intent, load_intents
from model.nano.asks import AskMap
from model.nano.files import ASKS
from model.training.nano.ask_measure import Case, measured
from model.training.nano.ask_pairs import PlainName, ask_texts, plain_names, spoken
from model.training.nano.asks import AskRecipe, is_unseen, learn, run
from tests.model.training.nano.bag_of_words import embed

_DEEDS = ("save", "print", "close", "zoom", "paste", "mute", "rotate", "sort")
_WAYS = (*"abcdefghij",)
_NAMES = [f"Title{n} Part{n % 7}" for n in range(40)]


def _intent(deed: str) -> Intent:
    """Asked for in words that none of its names has."""
    return Intent(
        id=f"{deed}-it",
        does=f"it does what {deed}ing is",
        names=(deed.capitalize(), f"{deed.capitalize()} All"),
        icons=(f"document-{deed}",),
        asks=tuple(f"please way{deed} the thing so that {way}" for way in _WAYS),
    )


_INTENTS = [_intent(deed) for deed in _DEEDS]
_SCREEN = {f"text {n}": f"Text {n}" for n in range(20)} | {deed: deed.capitalize() for deed in _DEEDS}


def _learned(recipe: AskRecipe | None = None) -> AskMap:
    plain = spoken(_NAMES, random.Random(0))
    return AskMap(learn(_INTENTS, plain, embed, recipe or AskRecipe()))


def _cases(ask: str) -> list[Case]:
    names = [deed.capitalize() for deed in _DEEDS]
    return [
        Case(ask=ask.format(deed), target=name, others=tuple(other for other in names if other != name))
        for deed, name in zip(_DEEDS, names, strict=True)
    ]


def test_other_words_for_what_is_known_find_its_name() -> None:
    cases = _cases("could you way{} something for me")
    assert measured(cases, embed, lambda asked: asked).first < 0.5
    assert measured(cases, embed, _learned()).first == 1.0


@pytest.mark.parametrize("part", [{"memory": 0.0}, {"ridge": 1e6}], ids=["linear-map", "memory"])
def test_each_part_does_so_alone(part: dict[str, float]) -> None:
    cases = _cases("please way{} the thing")
    assert measured(cases, embed, _learned(replace(AskRecipe(), **part))).first == 1.0  # type: ignore[arg-type] # floats


def test_plain_names_stay_where_they_are() -> None:
    unknown = [Case(ask=name, target=name, others=tuple(set(_NAMES) - {name})) for name in _NAMES]
    light = _learned(replace(AskRecipe(), ridge=0.1))  # so few names weigh little against the usual ridge
    assert measured(unknown, embed, light).first == 1.0


def test_the_same_texts_give_the_same_map() -> None:
    asks = embed(["please do it", "save"])
    np.testing.assert_array_equal(_learned()(asks), _learned()(asks))


def test_plain_names_have_three_forms_and_none_is_held_back() -> None:
    intents = load_intents()
    held_back = next(intent for intent in intents if intent.is_held_back and " " in intent.names[0])
    strings = ["Some Other Text", held_back.names[0]]
    names = plain_names(strings, intents, n=10, rng=random.Random(0))
    assert {name.name for name in names} == {"Some Other Text"}
    assert len(names) == 3
    assert names[0] == PlainName(typed="Some Other Text", name="Some Other Text")
    assert all("some other text" in name.typed.casefold() for name in names)


def test_a_share_of_asks_is_kept_apart() -> None:
    asks = [ask for intent in load_intents() for ask in intent.asks]
    assert 0.1 < sum(map(is_unseen, asks)) / len(asks) < 0.25


def test_a_run_writes_the_map_and_tells_before_and_after(tmp_path: Path) -> None:
    lexicon = [*_INTENTS, *(intent for intent in load_intents() if intent.is_held_back)][:12]
    assert sum(intent.is_held_back for intent in lexicon) >= 4
    told: list[str] = []
    run(
        tmp_path,
        lexicon=lexicon,
        strings=_NAMES,
        screens=[_SCREEN],
        recipe=AskRecipe(),
        embed=embed,
        on_progress=told.append,
    )
    assert [line.split(" | ")[0] for line in told[1:]] == [
        "| held-back intents, by name",
        "| held-back intents, by icon",
        "| plain names",
        "| learned intents in other words, by name",
        "| learned intents in other words, by icon",
    ]
    learned = [text for intent in lexicon if not intent.is_held_back for text in ask_texts(intent)]
    moved = AskMap.load(tmp_path / ASKS)(embed(learned))
    assert moved.shape == (len(learned), embed(["x"]).shape[1])
