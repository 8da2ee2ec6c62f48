"""Grounding in this process and in a child: the same answers, and a child that may die, hang or be stopped."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from multiprocessing import active_children, get_context
from pathlib import Path

import numpy as np
import pytest

from agent.cancel import StopSwitch
from agent.errors import Cancelled, GroundingError
from agent.geometry import Rect, ScreenTransform
from agent.grounding import GroundingService, InProcessGrounding
from agent.grounding_child import ChildGrounding
from agent.types import Monitor, Screenshot
from model.errors import LookExpiredError, ModelLoadError
from model.refine.report import SecondLookKind
from tests.fakes.child_grounders import UnrulyGrounder, load_missing, load_refined, load_slowly, load_unruly


@pytest.fixture
def screenshot() -> Screenshot:
    pixels = np.full((90, 160, 3), 240, np.uint8)
    pixels[20:40, 100:140] = (255, 0, 0)
    pixels.flags.writeable = False
    bounds = Rect(left=0, top=0, width=160, height=90)
    return Screenshot(
        pixels=pixels,
        monitor=Monitor(index=0, bounds_pt=bounds, is_primary=True),
        transform=ScreenTransform(width_px=160, height_px=90, bounds_pt=bounds),
        captured_at_s=0.0,
        capture_ms=12.5,
    )


@pytest.fixture
def stop() -> StopSwitch:
    return StopSwitch(get_context("spawn"))


@pytest.fixture
def child(stop: StopSwitch) -> Iterator[ChildGrounding]:
    grounding = ChildGrounding("unruly", stop=stop, load=load_unruly)
    yield grounding
    grounding.close()
    assert active_children() == []


@pytest.fixture(params=["in process", "child"])
def service(request: pytest.FixtureRequest) -> Iterator[GroundingService]:
    is_child = request.param == "child"
    grounding = ChildGrounding("unruly", load=load_unruly) if is_child else InProcessGrounding(UnrulyGrounder())
    yield grounding
    grounding.close()


def test_both_give_the_same_answers(service: GroundingService, screenshot: Screenshot) -> None:
    look = service.look(screenshot)
    grounding = service.find(look, "red")
    assert grounding.point == (120.0, 30.0)
    assert grounding.timings.capture == 12.5
    assert service.score(look, "red").scores.shape == look.grid.shape
    assert service.read(look)[0].bbox == (100.0, 20.0, 140.0, 40.0)
    assert service.info.name == "fake"


def test_what_the_model_refuses_comes_back_as_itself(child: ChildGrounding, screenshot: Screenshot) -> None:
    look = child.look(screenshot)
    with pytest.raises(LookExpiredError) as caught:
        child.find(replace(look, look_id=look.look_id + "x"), "red")
    assert caught.value.hint


def test_a_failure_inside_the_model_is_told_and_logged(
    child: ChildGrounding, screenshot: Screenshot, caplog: pytest.LogCaptureFixture
) -> None:
    look = child.look(screenshot)
    with pytest.raises(GroundingError) as caught:
        child.find(look, "fail")
    assert caught.value.hint
    assert "out of memory" in caplog.text
    assert child.find(look, "red").point is not None


def test_a_crash_is_told_and_the_next_call_starts_anew(child: ChildGrounding, screenshot: Screenshot) -> None:
    look = child.look(screenshot)
    with pytest.raises(GroundingError, match="stopped working"):
        child.find(look, "die")
    # A handle of the child that died must not mean a screen of the new one.
    with pytest.raises(LookExpiredError):
        child.find(look, "red")
    assert child.find(child.look(screenshot), "red").point is not None


def test_a_child_that_was_killed_between_calls_is_started_anew(child: ChildGrounding, screenshot: Screenshot) -> None:
    child.look(screenshot)
    (process,) = active_children()
    process.kill()
    process.join()
    assert child.find(child.look(screenshot), "red").point is not None


def test_a_model_that_cannot_be_loaded_says_why_each_time() -> None:
    grounding = ChildGrounding("nothing", load=load_missing)
    for _ in range(2):
        with pytest.raises(ModelLoadError, match="nothing") as caught:
            _ = grounding.info
        assert caught.value.hint == "Pull it."
    grounding.close()


def test_a_model_that_takes_too_long_is_ended(screenshot: Screenshot) -> None:
    grounding = ChildGrounding("slow", load=load_slowly, load_limit_s=0.5)
    with pytest.raises(GroundingError, match="did not answer"):
        grounding.look(screenshot)
    assert active_children() == []


def _stop_soon(stop: StopSwitch) -> threading.Timer:
    timer = threading.Timer(0.3, stop.stop)
    timer.start()
    return timer


def _wait_until(is_so: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


def test_a_stop_does_not_wait_for_the_model(child: ChildGrounding, stop: StopSwitch, screenshot: Screenshot) -> None:
    look = child.look(screenshot)
    with stop.acting():
        timer = _stop_soon(stop)
        with pytest.raises(Cancelled):
            child.find(look, "hang")
        timer.join()


def test_second_looks_in_the_child_are_reported_and_do_not_hold_a_stop(
    stop: StopSwitch, screenshot: Screenshot
) -> None:
    grounding = ChildGrounding("refined", stop=stop, load=load_refined)
    look = grounding.look(screenshot)
    found = grounding.find(look, "the red button")
    assert found.refinement is not None
    assert [record.kind for record in found.refinement.looks] == [SecondLookKind.MORE_CELLS, SecondLookKind.PHRASINGS]
    with stop.acting():
        timer = _stop_soon(stop)
        with pytest.raises(Cancelled):
            grounding.find(look, "click hang")
        timer.join()
    grounding.close()
    assert active_children() == []


def test_a_stop_does_not_wait_for_loading_either(stop: StopSwitch, screenshot: Screenshot) -> None:
    # The picture is larger than the pipe's buffer: sending it would block until somebody reads.
    large = np.zeros((1080, 1920, 3), np.uint8)
    large.flags.writeable = False
    bounds = Rect(left=0, top=0, width=1920, height=1080)
    transform = ScreenTransform(width_px=1920, height_px=1080, bounds_pt=bounds)
    grounding = ChildGrounding("slow", stop=stop, load=load_slowly)
    with stop.acting():
        timer = _stop_soon(stop)
        with pytest.raises(Cancelled):
            grounding.look(replace(screenshot, pixels=large, transform=transform))
        timer.join()
    grounding.close()


def test_the_answer_of_a_stopped_call_is_not_taken_for_the_next(
    child: ChildGrounding, stop: StopSwitch, screenshot: Screenshot
) -> None:
    look = child.look(screenshot)
    with stop.acting():
        timer = _stop_soon(stop)
        with pytest.raises(Cancelled):
            child.find(look, "take a moment")
        timer.join()
    # The stop of the run that is over is no reason to refuse the live heatmap.
    assert stop.is_stopped
    assert child.read(look)[0].text == "red"


def test_a_child_that_nobody_asks_is_ended_and_comes_back(screenshot: Screenshot) -> None:
    grounding = ChildGrounding("unruly", load=load_unruly, idle_limit_s=1.5)
    look = grounding.look(screenshot)
    _wait_until(lambda: not active_children())
    with pytest.raises(LookExpiredError):
        grounding.find(look, "red")
    assert grounding.find(grounding.look(screenshot), "red").point is not None
    _wait_until(lambda: not active_children())
    grounding.close()
    _wait_until(lambda: not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)])


def test_two_threads_share_one_child(child: ChildGrounding, screenshot: Screenshot) -> None:
    look = child.look(screenshot)
    points, shapes = [], []
    threads = [
        threading.Thread(target=lambda: points.extend(child.find(look, "red").point for _ in range(10))),
        threading.Thread(target=lambda: shapes.extend(child.score(look, "red").scores.shape for _ in range(10))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert points == [(120.0, 30.0)] * 10
    assert shapes == [look.grid.shape] * 10


def test_close_ends_a_child_that_hangs_in_another_threads_call(child: ChildGrounding, screenshot: Screenshot) -> None:
    look = child.look(screenshot)
    errors: list[BaseException] = []

    def hang() -> None:
        try:
            child.find(look, "hang")
        except GroundingError as exc:
            errors.append(exc)

    thread = threading.Thread(target=hang)
    thread.start()
    _wait_until(child._lock.locked)  # the call is on its way
    child.close()
    thread.join()
    assert len(errors) == 1
    assert active_children() == []


def test_the_child_ignores_ctrl_c_and_knows_no_qt(child: ChildGrounding, screenshot: Screenshot) -> None:
    look = child.look(screenshot)
    (process,) = active_children()
    assert process.pid is not None
    os.kill(process.pid, signal.SIGINT)
    assert child.find(look, "is Qt here?").point is not None


def test_start_does_not_wait(stop: StopSwitch) -> None:
    grounding = ChildGrounding("slow", stop=stop, load=load_slowly)
    grounding.start()
    assert len(active_children()) == 1
    grounding.close()
    assert active_children() == []


def test_a_checkpoint_named_by_its_folder_answers_from_the_child(screenshot: Screenshot) -> None:
    """What choosing a folder as the model comes down to: the child loads it by that name."""
    folder = Path(__file__).parents[1] / "reference" / "qwen3_vl" / "checkpoint"
    with closing(ChildGrounding(str(folder))) as grounding:
        look = grounding.look(screenshot)
        found = grounding.find(look, "the red box")
        assert grounding.info.name == found.model.name == str(folder)
        assert found.scored.grid == look.grid
    assert active_children() == []


def test_a_model_that_is_not_downloaded_is_told_from_the_child(
    screenshot: Screenshot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FOVEAL_MODELS", str(tmp_path))
    with closing(ChildGrounding("focusui-3b")) as grounding, pytest.raises(ModelLoadError, match="not downloaded yet"):
        grounding.look(screenshot)
