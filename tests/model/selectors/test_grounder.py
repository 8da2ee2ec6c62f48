import numpy as np
import pytest

from model.errors import InputError, ModelError
from model.focusui.grounder import FocusUIGrounder
from model.focusui.load import load_focusui
from model.packing import Packing
from model.pictures import load_picture
from model.selectors.catalog import find_selector
from model.selectors.grounder import SelectedGrounder
from tests.reference import checkpoint_folder, screenshot


@pytest.fixture
def inner() -> FocusUIGrounder:
    grounder = load_focusui(checkpoint_folder("qwen3_vl"), name="tiny", device="cpu")
    within: object = grounder
    while not isinstance(within, FocusUIGrounder):
        within = within.inner  # type: ignore[attr-defined] # what stands before it has one
    return within


def test_focusuis_own_selector_answers_as_the_model_does(inner: FocusUIGrounder) -> None:
    """Keeping all, nothing is chosen; below, only ties at the cut could differ."""
    picture = load_picture(screenshot("editor_640x400"))
    selected = SelectedGrounder(inner, selectors=[find_selector("focusui")], packings=[Packing.POSPAD])
    for keep in (1.0, 0.5):
        expected = inner.find(inner.look(picture), "Save", keep_fraction=keep)
        found = selected.find(selected.look(picture), "Save", keep_fraction=keep)
        assert found.n_kept == expected.n_kept
        np.testing.assert_allclose(found.scored.scores, expected.scored.scores, atol=1e-5)
        np.testing.assert_allclose(found.pointer_probs, expected.pointer_probs, atol=1e-4)
        assert found.point == pytest.approx(expected.point, abs=0.5)


def test_selectors_and_packings_differ_and_chance_repeats_itself(inner: FocusUIGrounder) -> None:
    selectors = [find_selector("random"), find_selector("uigraph"), find_selector("visionzip")]
    grounder = SelectedGrounder(inner, selectors=selectors, packings=[Packing.POSPAD, Packing.DROP])
    look = grounder.look(load_picture(screenshot("editor_640x400")))
    assert grounder.look(load_picture(screenshot("editor_640x400"))).is_cached

    def found(selector: str, packing: Packing) -> tuple[np.ndarray, np.ndarray]:
        answer = grounder.find_selected(look, "Save", keep_fraction=0.3, packing=packing, selector=selector)
        assert not answer.pointer_probs[~answer.scored.keep_mask].any()
        return answer.scored.keep_mask, answer.pointer_probs

    masks = {selector.name: found(selector.name, Packing.POSPAD)[0] for selector in selectors}
    assert len({mask.sum() for mask in masks.values()}) == 1
    assert not np.array_equal(masks["random"], masks["uigraph"])
    np.testing.assert_array_equal(found("random", Packing.DROP)[0], masks["random"])
    assert not np.allclose(found("random", Packing.DROP)[1], found("random", Packing.POSPAD)[1])
    with pytest.raises(InputError, match="not asked for"):
        grounder.find_selected(look, "Save", keep_fraction=0.3, packing=Packing.DROP, selector="focusui")


def test_who_knows_the_target_may_not_choose(inner: FocusUIGrounder) -> None:
    with pytest.raises(InputError, match="knows the target"):
        SelectedGrounder(inner, selectors=[find_selector("oracle")], packings=[Packing.POSPAD])


def test_what_a_model_cannot_do_is_told(inner: FocusUIGrounder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.selectors.comparison.usable_packings", lambda _: (Packing.DROP,))
    with pytest.raises(ModelError, match="cannot do pospad"):
        SelectedGrounder(inner, selectors=[find_selector("random")], packings=[Packing.POSPAD])
