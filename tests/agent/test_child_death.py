"""A model whose process is killed, crashes or runs out of memory: what is said, and that it is not loaded in a loop."""

from collections.abc import Iterator
from contextlib import closing
from multiprocessing import active_children
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from agent.child_grounder import ChildGrounder
from agent.errors import GroundingError
from agent.grounding_child import ChildGrounding
from model.errors import LookExpiredError, ModelError, ModelLoadError
from model.grounder import score_words
from model.pictures import load_picture
from tests.fakes.child_grounders import load_after_a_while, load_and_abort, load_missing, load_unruly
from tests.reference import checkpoint_folder, screenshot


@pytest.fixture
def picture() -> NDArray[np.uint8]:
    pixels = np.full((90, 160, 3), 240, np.uint8)
    pixels[20:40, 100:140] = (255, 0, 0)
    return pixels


@pytest.fixture
def child() -> Iterator[ChildGrounding]:
    grounding = ChildGrounding("tiny", load=load_unruly)
    yield grounding
    grounding.close()
    assert active_children() == []


@pytest.mark.parametrize(
    ("instruction", "said", "hint"),
    [
        ("be killed", r"tiny was ended by the system, most likely because memory ran out", "smaller model"),
        ("abort", r"tiny crashed \(SIGABRT\)", "smaller model"),
        ("die", "tiny stopped working", "memory"),
    ],
)
def test_its_death_is_told_with_a_hint_and_it_comes_back(
    child: ChildGrounding, picture: NDArray[np.uint8], instruction: str, said: str, hint: str
) -> None:
    look = child.look_at(picture)
    with pytest.raises(GroundingError, match=said) as caught:
        child.find(look, instruction)
    assert hint in caught.value.hint
    assert child.find(child.look_at(picture), "red").point is not None


def test_a_failed_driver_ends_the_process_that_can_no_longer_use_it(
    child: ChildGrounding, picture: NDArray[np.uint8], caplog: pytest.LogCaptureFixture
) -> None:
    look = child.look_at(picture)
    (process,) = active_children()
    with pytest.raises(GroundingError, match="driver of the GPU failed while tiny") as caught:
        child.find(look, "lose the driver")
    assert "FOVEAL_DEVICE=cpu" in caught.value.hint
    assert "unspecified launch failure" in caplog.text
    assert process not in active_children()
    assert child.find(child.look_at(picture), "red").point is not None


def test_a_model_that_was_refused_is_not_loaded_again_at_the_next_key_press(picture: NDArray[np.uint8]) -> None:
    child = ChildGrounding("nothing", load=load_missing)
    with pytest.raises(ModelLoadError, match="nothing"):
        child.look_at(picture)
    n_starts = child._n_starts
    with pytest.raises(ModelLoadError, match="nothing"):
        child.look_at(picture)
    assert child._n_starts == n_starts == 1
    child.close()


def test_too_little_memory_is_told_and_the_process_lives_on(child: ChildGrounding, picture: NDArray[np.uint8]) -> None:
    look = child.look_at(picture)
    with pytest.raises(ModelError, match="too little memory") as caught:
        child.find(look, "take too much")
    assert "smaller model" in caught.value.hint
    assert child.find(look, "red").point is not None


def test_a_model_that_crashes_at_each_question_is_not_started_in_a_loop(picture: NDArray[np.uint8]) -> None:
    """As the live heatmap asks: at each key press, and looking again when the look is gone."""
    child = ChildGrounding("tiny", load=load_unruly, rest_s=600)
    for _ in range(2):
        look = child.look_at(picture)
        with pytest.raises(GroundingError, match="SIGABRT"):
            child.find(look, "abort")
    with pytest.raises(GroundingError, match="2 times in a row"):
        child.look_at(picture)
    child.close()


def test_an_answer_to_what_it_died_of_counts_as_recovery(child: ChildGrounding, picture: NDArray[np.uint8]) -> None:
    for _ in range(3):
        look = child.look_at(picture)
        with pytest.raises(GroundingError, match="SIGABRT"):
            child.find(look, "abort")
        assert child.find(child.look_at(picture), "red").point is not None


def test_a_model_that_crashes_while_loading_is_left_alone_for_a_while(picture: NDArray[np.uint8]) -> None:
    child = ChildGrounding("tiny", load=load_and_abort, rest_s=600)
    for _ in range(2):
        with pytest.raises(GroundingError, match=r"^The grounding model tiny crashed"):
            child.look_at(picture)
    for _ in range(2):
        with pytest.raises(GroundingError, match=r"2 times in a row.*not started again for \d+ seconds.*SIGABRT"):
            child.look_at(picture)
        assert active_children() == []
    child.close()


def test_after_its_rest_it_is_tried_again(picture: NDArray[np.uint8]) -> None:
    child = ChildGrounding("tiny", load=load_and_abort, rest_s=0)
    for _ in range(4):
        with pytest.raises(GroundingError, match=r"^The grounding model tiny crashed"):
            child.look_at(picture)
    child.close()


def test_loading_that_takes_long_is_told(picture: NDArray[np.uint8]) -> None:
    told: list[bool] = []
    child = ChildGrounding("tiny", load=load_after_a_while, on_loading=told.append, told_after_s=0.3)
    look = child.look_at(picture)
    assert told == [True, False]
    child.find(look, "red")
    assert told == [True, False]
    child.close()


def test_a_checkpoint_is_loaded_by_its_folder_and_grounds_in_the_child() -> None:
    """The whole way: registry, network, budget, and the answer back through the pipe."""
    with closing(ChildGrounder(ChildGrounding(str(checkpoint_folder("qwen3_vl"))))) as grounder:
        look = grounder.look(load_picture(screenshot("editor_640x400")))
        grounding = grounder.find(look, "Save", keep_fraction=0.5)
        assert grounding.point is not None
        assert grounder.score(look, "Save").scores.shape == grounding.grid.shape
        assert [word.word for word in score_words(grounder, look, "Save now")] == ["Save", "now"]
        assert "Untitled - Brush" in {element.text for element in grounder.read(look)}
        assert grounder.info.name.endswith(str(Path("qwen3_vl") / "checkpoint"))
        grounder.close()
        with pytest.raises(LookExpiredError):
            grounder.find(look, "Save")
