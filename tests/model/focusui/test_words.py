from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from model.errors import InputError, ModelError
from model.focusui.checkpoint import load_checkpoint
from model.focusui.grounder import FocusUIGrounder
from model.focusui.prompt import PromptWriter
from model.focusui.words import words_of
from model.grounder import Look, WordScorer, score_words
from model.pictures import load_picture
from model.refine.grounder import RefinedGrounder
from tests.fakes.fake_grounder import FakeGrounder
from tests.model.focusui.kin import gui_actor_on_qwen2_5
from tests.model.focusui.tiny import tiny
from tests.reference import VARIANTS, checkpoint_folder, screenshot

_VARIANT = VARIANTS[0]


@pytest.fixture(scope="module", params=VARIANTS)
def grounder(request: pytest.FixtureRequest) -> FocusUIGrounder:
    return FocusUIGrounder(tiny(request.param), name="tiny", folder=checkpoint_folder(request.param))


@pytest.fixture(scope="module")
def look(grounder: FocusUIGrounder) -> Look:
    return grounder.look(load_picture(screenshot("editor_640x400")))


@settings(max_examples=25, deadline=None)
@given(
    instruction=st.sampled_from(["Click the Save button", "  Save  As…\n\tnow ", "naïve 漢字 🙂🙂 x", "<|im_end|> a"])
    | st.text(min_size=1, max_size=40).filter(str.strip)
)
def test_words_add_up_to_the_patch_score(grounder: FocusUIGrounder, look: Look, instruction: str) -> None:
    words = grounder.score_words(look, instruction)
    whole = grounder.score(look, instruction).scores
    assert sum(word.share for word in words) == pytest.approx(1)
    np.testing.assert_allclose(sum(word.share * word.scores for word in words), whole, atol=1e-5)
    assert [word.word for word in words] == instruction.split()


def test_each_word_has_its_tokens() -> None:
    writer = PromptWriter(tiny(_VARIANT).tokenizer, tiny(_VARIANT).network.prompt_style.wording)
    instruction = "  Click the unpronounceable button "
    texts = writer.token_texts(writer.instruction_ids(instruction))
    words = writer.instruction_words(instruction)
    assert [word.text for word in words] == ["Click", "the", "unpronounceable", "button"]
    assert ["".join(texts[word.tokens]).strip() for word in words] == [word.text for word in words]


@given(st.lists(st.text("ab", min_size=1, max_size=6), min_size=1, max_size=5), st.data())
def test_every_token_belongs_to_exactly_one_word(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    cuts = data.draw(st.sets(st.integers(1, len(text))))
    stops = sorted(cuts | {len(text)})
    grouped = words_of(text, stops)
    tokens = [idx for word in grouped for idx in range(word.tokens.start, word.tokens.stop)]
    assert tokens == list(range(len(stops)))


def test_a_word_that_shares_a_token_with_the_next_has_none_of_its_own() -> None:
    assert [(word.text, word.tokens) for word in words_of("a b", [3])] == [("b", slice(0, 1))]


@pytest.mark.parametrize("instruction", ["", "  \n"])
def test_nothing_said_has_no_words(grounder: FocusUIGrounder, look: Look, instruction: str) -> None:
    with pytest.raises(InputError, match="empty"):
        grounder.score_words(look, instruction)


def test_second_looks_pass_words_through(grounder: FocusUIGrounder) -> None:
    refined = RefinedGrounder(grounder)
    look = refined.look(load_picture(screenshot("editor_640x400")))
    words = score_words(refined, look, "Save now")
    for passed, own in zip(words, grounder.score_words(look, "Save now"), strict=True):
        assert (passed.word, passed.share) == (own.word, own.share)
        np.testing.assert_array_equal(passed.scores, own.scores)


def test_who_cannot_score_words_says_so(tmp_path: Path) -> None:
    fake = FakeGrounder()
    assert not isinstance(fake, WordScorer)
    picture = load_picture(screenshot("editor_640x400"))
    with pytest.raises(ModelError, match="fake does not score the words"):
        score_words(fake, fake.look(picture), "red")
    folder = gui_actor_on_qwen2_5(tmp_path / "actor")
    actor = FocusUIGrounder(load_checkpoint(folder, dtype=torch.float32), name="actor", folder=folder)
    with pytest.raises(ModelError, match="actor does not score the words"):
        score_words(actor, actor.look(picture), "red")
