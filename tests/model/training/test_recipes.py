from pathlib import Path

import pytest

from model.errors import InputError
from model.training.forward import MAX_DROPPED
from model.training.objectives.registry import build_objective
from model.training.recipe import Learns, LoraShape, Precision
from model.training.recipes import read_recipe, recipe_file, recipe_names
from tests.model.focusui.tiny import tiny
from tests.model.training.runs import short_recipe


def test_every_recipe_can_be_used() -> None:
    assert set(recipe_names()) == {"focusui-stage1", "focusui-stage2", "focusui-lora", "toy-stage1", "toy-stage2"}
    for name in recipe_names():
        recipe = read_recipe(name)
        assert recipe.about
        build_objective(recipe.objective, recipe.objective_options, tiny("qwen2_5_vl").network)


def test_both_stages_are_those_of_the_paper() -> None:
    first, second = read_recipe("focusui-stage1"), read_recipe("focusui-stage2")
    assert (first.learns, first.learning_rate) == (Learns.SCORER, 1e-4)
    assert (second.learns, second.learning_rate) == (Learns.EVERYTHING, 5e-6)
    assert second.objective_options == {
        "lm": 1.0, "pointer": 1.0, "scorer": 0.1, "min_dropped": 0.0, "max_dropped": MAX_DROPPED,
    }  # fmt: skip
    for recipe in (first, second):
        assert (recipe.n_epochs, recipe.warm_up_share, recipe.weight_decay) == (1, 0.03, 0.0)
        assert (recipe.precision, recipe.samples_a_step, recipe.max_pixels) == (Precision.BF16, 256, 5720064)


@pytest.mark.parametrize(
    ("was", "becomes", "complaint"),
    [
        ("learning_rate = 1e-4", "learning_rate = 0", "learning_rate is above 0"),
        ("learning_rate = 1e-4", 'learning_rate = "1e-4"', "learning_rate is a number, not '1e-4'"),
        ("has_gradient_checkpointing = false", 'has_gradient_checkpointing = "no"', "is true or false"),
        ("accumulation = 256", "accumulation = 0.5", "accumulation is a whole number"),
        ("n_epochs = 1", "n_epoch = 1", "n_epoch"),
        ("n_epochs = 1", "", "n_epochs"),
        ('learns = "scorer"', 'learns = "nothing"', "nothing"),
        ('learns = "scorer"', 'learns = "lora"', "lora"),
        ("batch_size = 1", "batch_size = ", "Invalid value"),
    ],
)
def test_a_recipe_that_is_not_understood_says_where(was: str, becomes: str, complaint: str, tmp_path: Path) -> None:
    text = recipe_file("focusui-stage1").read_text()
    assert was in text
    (tmp_path / "own.toml").write_text(text.replace(was, becomes))
    with pytest.raises(InputError, match=complaint) as caught:
        read_recipe(str(tmp_path / "own.toml"))
    assert str(tmp_path / "own.toml") in caught.value.message


def test_an_unknown_recipe_names_those_there_are() -> None:
    with pytest.raises(InputError, match='no recipe "focusui"') as caught:
        read_recipe("focusui")
    assert "focusui-stage1" in caught.value.hint


def test_unknown_objectives_and_options_are_refused() -> None:
    network = tiny("qwen2_5_vl").network
    with pytest.raises(InputError, match='no objective "poetry"'):
        build_objective("poetry", {}, network)
    with pytest.raises(InputError, match="grounding"):
        build_objective("grounding", {"lm": 1.0, "metre": 5}, network)
    with pytest.raises(InputError, match="shares of dropped tokens"):
        build_objective("grounding", {"max_dropped": 1.0}, network)


def test_lora_belongs_to_lora() -> None:
    shape = LoraShape(rank=2, alpha=4.0, dropout=0.0, targets=("q_proj",))
    with pytest.raises(ValueError, match="belongs to learns"):
        short_recipe(lora=shape)
    assert short_recipe(learns=Learns.LORA, lora=shape).lora is shape
