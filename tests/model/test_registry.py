from dataclasses import replace

import pytest

from model.errors import ModelLoadError
from model.grounder import DEFAULT_GROUNDER, load_grounder
from model.registry import MODEL_CARDS, find_card


def test_names_are_unique_and_hold_the_default() -> None:
    names = [card.name for card in MODEL_CARDS]
    assert len(set(names)) == len(names)
    assert find_card(DEFAULT_GROUNDER).is_available()


def test_unknown_name_is_told_with_the_known_ones() -> None:
    with pytest.raises(ModelLoadError, match='no grounding model named "gpt"') as caught:
        load_grounder("gpt")
    assert "ocr" in caught.value.hint


def test_a_missing_module_makes_a_model_unavailable() -> None:
    assert not replace(MODEL_CARDS[0], modules=("numpy", "no_such_module_at_all")).is_available()
