import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from model.data.instructions.absent import Absent, absent_draft, pool_of
from model.data.instructions.instruction import Instruction, InstructionSource
from model.data.instructions.intent_index import IntentIndex
from model.data.instructions.keys import key_of
from model.data.instructions.make import MOST_TWINS, make_instructions
from model.data.instructions.meant import Meant, meaning, meant_draft
from model.data.instructions.scene import Scene
from model.data.intents import Intent, load_intents
from model.data.screens import LabelledScreen, Source
from model.data.split import Part
from model.grounder import ElementKind
from tests.model.data.instructions.desk import column, element, row, scene_of, screen_of

K, S = ElementKind, InstructionSource
_NAMES = ("Save", "Save As…", "Open", "Copy", "Delete row", "Name:", "Help", "Wrap lines", "x", "+", "Zoom in", "Bold")
_ICONS = ((), ("trash",), ("document-save",), ("x",))
_POOL = ("Quarterly invoice", "Mute microphone", "Crop", "Save")


@pytest.fixture(scope="module")
def index() -> IntentIndex:
    return IntentIndex(load_intents())


@st.composite
def screens(draw: st.DrawFn) -> LabelledScreen:
    """Elements of any kind on a grid, some without names."""
    cells = draw(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 8)), min_size=1, max_size=14, unique=True))
    elements = []
    for column_idx, row_idx in cells:
        kind = draw(st.sampled_from(ElementKind))
        name = draw(st.sampled_from(("", *_NAMES)))
        icons = draw(st.sampled_from(_ICONS)) if kind in {K.ICON, K.BUTTON, K.LINK} else ()
        label = name if kind in {K.FIELD, K.CHECKBOX} else ""
        box = (column_idx * 90.0, row_idx * 30.0, column_idx * 90.0 + 80, row_idx * 30.0 + 20)
        elements.append(element(kind, box, name, icons=icons, label=label, window="Editor"))
    return screen_of(*elements)


def _make(
    screen: LabelledScreen, index: IntentIndex, *, seed: int = 0, n: int = 12, part: Part = Part.DEVELOPMENT
) -> list[Instruction]:
    return make_instructions(screen, random.Random(seed), intents=index, n=n, part=part, pool=_POOL)


@settings(deadline=None, max_examples=60)
@given(screen=screens(), seed=st.integers(0, 1 << 20))
def test_what_holds_for_all_instructions(index: IntentIndex, screen: LabelledScreen, seed: int) -> None:
    made = _make(screen, index, seed=seed)
    assert made == _make(screen, index, seed=seed), "the same seed gives the same"
    assert len({instruction.text for instruction in made}) == len(made) <= 12
    scene = Scene(screen)
    for instruction in made:
        assert instruction.text == instruction.text.strip() != ""
        assert set(instruction.targets) <= set(scene.live)
        assert all(a < b for a, b in pairwise(instruction.targets))
        if instruction.source is S.NAME:
            assert any(_is_named(scene, target, instruction.text) for target in instruction.targets)


def _is_named(scene: Scene, index: int, text: str) -> bool:
    """Whether a text has a name of the element in it, up to a slip."""
    keys = scene.names[index] | scene.pictured[index]
    return any(key in text or fuzz.partial_ratio(key, key_of(text)) >= 70 for key in keys)


@settings(deadline=None, max_examples=60)
@given(screen=screens(), seed=st.integers(0, 1 << 20))
def test_nothing_on_the_screen_is_called_like_what_is_absent(
    index: IntentIndex, screen: LabelledScreen, seed: int
) -> None:
    scene = Scene(screen)
    if not scene.live:
        return
    draft = absent_draft(scene, index, Part.TRAINING, _POOL, random.Random(seed))
    if draft is None:
        return
    assert isinstance(draft.ask, Absent)
    assert not draft.ask.answers(scene)
    assert key_of(draft.ask.name) not in {key for i in scene.live for key in scene.names[i] | scene.pictured[i]}


def test_every_source_occurs_on_a_rich_screen(index: IntentIndex) -> None:
    screen = screen_of(
        *row(K.MENU, "File Edit View Help"),
        *row(K.ICON, "Copy Bold Italic Print", top=40),
        element(K.TEXT, (10, 80, 60, 100), "Name:"),
        element(K.FIELD, (70, 80, 200, 100), "Name", label="Name"),
        *column(K.CHECKBOX, "", top=120),
        element(K.BUTTON, (10, 200, 160, 224), "Find and Replace"),
        source=Source.DESKTOP,
        program="zim",
    )
    made = [i for seed in range(8) for i in _make(screen, index, seed=seed)]
    assert {instruction.source for instruction in made} == set(InstructionSource)


def test_too_many_twins_are_not_asked_for(index: IntentIndex) -> None:
    screen = screen_of(*column(K.BUTTON, " ".join(["Remove"] * (MOST_TWINS + 1))))
    assert all(i.source is not S.NAME for i in _make(screen, index, n=20))


def test_an_empty_screen_gives_nothing(index: IntentIndex) -> None:
    assert _make(screen_of(), index) == []


# ------------------------------------------------------------------------------------ meaning


_SAVE = Intent(id="save", does="-", names=("Save Now",), icons=("floppy",), asks=("keep my work",), near=("save-as",))
_SAVE_AS = Intent(id="save-as", does="-", names=("Save Under",), icons=(), asks=("another name",))
_SMALL = IntentIndex([_SAVE, _SAVE_AS])


def test_an_element_means_what_its_name_says() -> None:
    scene = scene_of(element(K.BUTTON, (0, 0, 60, 20), "Save now…"), element(K.TEXT, (0, 30, 60, 50), "Save Under"))
    assert meaning(scene, _SMALL, 0) == 0
    assert meaning(scene, _SMALL, 1) is None, "a text does nothing"


def test_an_ask_is_not_made_where_something_near_is_there() -> None:
    button = element(K.BUTTON, (0, 0, 60, 20), "Save Now")
    meant = Meant(index=_SMALL, intent=0, is_loose=True, others=frozenset())
    assert meant.answers(scene_of(button)) == {0}
    assert not meant.answers(scene_of(button, element(K.BUTTON, (0, 30, 60, 50), "Save Under")))


def test_an_icon_that_looks_the_same_makes_it_doubtful() -> None:
    button = element(K.BUTTON, (0, 0, 60, 20), "Save Now")
    meant = Meant(index=_SMALL, intent=0, is_loose=False, others=frozenset())
    other = element(K.ICON, (0, 30, 20, 50), "Backup", icons=("floppy",))
    assert not meant.answers(scene_of(button, other))
    same = element(K.ICON, (0, 30, 20, 50), "Save Now", icons=("floppy",))
    assert meant.answers(scene_of(button, same)) == {0, 1}


def test_training_never_asks_in_the_words_of_what_is_held_back(index: IntentIndex) -> None:
    held_back = [intent for intent in index.intents if intent.is_held_back]
    asks = {key_of(ask) for intent in held_back for ask in intent.asks}
    names = [intent.names[0] for intent in held_back[:40]]
    buttons = [element(K.BUTTON, (0, 30.0 * i, 200, 30.0 * i + 20), name) for i, name in enumerate(names)]
    scene = scene_of(*buttons)
    rng = random.Random(0)
    drafts = {
        part: [draft for i in scene.live for _ in range(4) if (draft := meant_draft(scene, index, i, part, rng))]
        for part in Part
    }
    assert not any(key_of(draft.text) in asks for draft in drafts[Part.TRAINING])
    assert any(key_of(draft.text) in asks for draft in drafts[Part.DEVELOPMENT])
    negatives = [
        draft.ask.name
        for seed in range(200)
        if (draft := absent_draft(scene, index, Part.TRAINING, (), random.Random(seed)))
        and isinstance(draft.ask, Absent)
    ]
    assert negatives
    assert not asks & set(map(key_of, negatives))


def test_a_near_miss_is_missing_from_every_name() -> None:
    save_as = Absent(name="Save As", is_near_miss=True)
    for names, n_alike in ((("Save",), 0), (("Save As…",), 1), (("Save Copy As",), 1), (("Save", "Find"), 0)):
        buttons = [element(K.BUTTON, (0, 30.0 * i, 90, 30.0 * i + 20), name) for i, name in enumerate(names)]
        assert len(save_as.answers(scene_of(*buttons))) == n_alike, names
    turned = scene_of(element(K.BUTTON, (0, 0, 90, 20), "Master slides"))
    assert Absent(name="Slide Master", is_near_miss=True).answers(turned) == {0}


def test_the_pool_has_plain_names_only() -> None:
    screen = screen_of(
        element(K.BUTTON, (0, 0, 60, 20), "Mute all…"),
        element(K.BUTTON, (0, 30, 60, 50), "12:30"),
        element(K.TEXT, (0, 60, 60, 80), "A text"),
    )
    assert pool_of([screen]) == ("Mute all",)
