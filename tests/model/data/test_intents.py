import json
from dataclasses import replace
from pathlib import Path

import pytest

from model.data.intents import Intent, load_intents, normalised, problems

_ASKS = tuple(f"do the thing in way {number}" for number in range(10))
_SOUND = Intent(id="do-thing", does="Does it.", names=("Do It",), icons=("do",), asks=_ASKS)
_OTHER = Intent(
    id="undo-thing", does="Undoes it.", names=("Undo It",), icons=(), asks=tuple(f"{ask} undone" for ask in _ASKS)
)


def _line(**changed: object) -> str:
    row = {"id": "do-thing", "does": "Does it.", "names": ["Do It"], "icons": [], "asks": [*_ASKS], "near": []}
    return json.dumps(row | changed)


def test_lexicon_is_large_and_sound() -> None:
    intents = load_intents()
    assert len(intents) >= 1_000
    assert problems(intents) == []


def test_every_intent_can_be_asked_for_in_many_ways() -> None:
    assert [intent.id for intent in load_intents() if not 10 <= len(intent.asks) <= 20] == []


def test_some_intents_are_kept_from_training() -> None:
    intents = load_intents()
    assert 0.10 <= sum(intent.is_held_back for intent in intents) / len(intents) <= 0.20


def test_what_is_held_back_depends_on_the_id_alone() -> None:
    assert all(replace(intent, names=("X",), asks=()).is_held_back == intent.is_held_back for intent in load_intents())


def test_files_are_read_by_name_and_line(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text(_line(id="third") + "\n", encoding="utf-8")
    (tmp_path / "a.jsonl").write_text(
        _line(id="first") + "\n" + _line(id="second", near=["first"]) + "\n", encoding="utf-8"
    )
    intents = load_intents(tmp_path)
    assert [intent.id for intent in intents] == ["first", "second", "third"]
    assert intents[0] == replace(_SOUND, id="first", icons=())
    assert intents[1].near == ("first",)


@pytest.mark.parametrize(
    "broken",
    ['{"id": "do-thing", ', "[]", '"do-thing"', '{"id": "do-thing"}', _line(shape="round"), _line(names=None), ""],
    ids=["cut-off", "list", "text", "fields-missing", "field-too-many", "names-null", "empty"],
)
def test_broken_lines_are_named(tmp_path: Path, broken: str) -> None:
    (tmp_path / "field.jsonl").write_text(f"{_line()}\n{broken}\n{_line()}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"^field\.jsonl:2: "):
        load_intents(tmp_path)


def test_a_sound_lexicon_has_no_problems() -> None:
    assert problems([_SOUND, _OTHER]) == []
    assert problems([]) == []


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (replace(_SOUND, id="Do thing"), "Do thing is not in lower case with hyphens"),
        (replace(_SOUND, id="do--thing"), "do--thing is not in lower case with hyphens"),
        (replace(_SOUND, does=""), "do-thing does nothing or has no name"),
        (replace(_SOUND, names=()), "do-thing does nothing or has no name"),
        (replace(_SOUND, asks=_ASKS[:9]), "do-thing has 9 asks, not 10 to 20"),
        (
            replace(_SOUND, asks=tuple(f"way {number}" for number in range(21))),
            "do-thing has 21 asks, not 10 to 20",
        ),
        (replace(_SOUND, names=("Do It", "do it…")), "do-thing repeats itself in names"),
        (replace(_SOUND, icons=("do", "do")), "do-thing repeats itself in icons"),
        (replace(_SOUND, asks=(*_ASKS, _ASKS[0].title())), "do-thing repeats itself in asks"),
        (replace(_SOUND, asks=(*_ASKS, "…")), "do-thing repeats itself in asks"),
        (replace(_SOUND, asks=(*_ASKS, "do it!")), 'do-thing: "do it!" is a name, not a way of asking'),
        (replace(_SOUND, near=("nothing",)), "do-thing is near nothing, which does not exist"),
        (replace(_SOUND, near=("do-thing",)), "do-thing is near do-thing, which does not exist"),
    ],
)
def test_each_wrong_form_is_told(wrong: Intent, problem: str) -> None:
    assert problems([wrong, _OTHER]) == [problem]


def test_ids_that_occur_twice_are_told() -> None:
    assert problems([_SOUND, replace(_OTHER, id="do-thing")]) == ["do-thing occurs twice"]


def test_asks_that_fit_two_intents_are_told_unless_these_are_near() -> None:
    shared = replace(_OTHER, asks=(*_OTHER.asks, _ASKS[0].upper() + "!"))
    assert problems([_SOUND, shared]) == [f'"{_ASKS[0]}" asks for do-thing and for undo-thing, which are not near']
    assert problems([_SOUND, replace(shared, near=("do-thing",))]) == []
    assert problems([replace(_SOUND, near=("undo-thing",)), shared]) == []


def test_an_ask_of_three_intents_is_told_of_those_that_are_not_near() -> None:
    first = replace(_SOUND, near=("undo-thing", "redo-thing"))
    second = replace(_OTHER, asks=(*_OTHER.asks, _ASKS[0]))
    third = replace(_SOUND, id="redo-thing", asks=(_ASKS[0], *(f"{ask} again" for ask in _ASKS[1:])))
    assert problems([first, second, third]) == [
        f'"{_ASKS[0]}" asks for undo-thing and for redo-thing, which are not near'
    ]


def test_what_is_the_same_to_a_person_is_equal() -> None:
    assert normalised("  Save As… ") == normalised("save_as") == "save as"
    assert normalised("…") == ""
