"""Corners, a hand on the mouse, and what a stop left pressed."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.cancel import StopSwitch
from agent.geometry import Point
from agent.guard._watch import LEFT_AFTER_S, RELEASE_AFTER_S, Watch
from agent.guard.messages import StopPulled, UserLeftMouse, UserTookMouse
from tests.fakes.acting import new_stop


class FakeView:
    def __init__(self) -> None:
        self.pointer = Point(100, 100)
        self.released: list[int] = []

    def pointer_pt(self) -> Point:
        return self.pointer

    def corners_pt(self) -> Sequence[Point]:
        return (Point(0, 0), Point(1279, 799))

    def release(self, code: int) -> None:
        self.released.append(code)

    def take_back(self, keycode: int) -> None:
        self.released.append(keycode)


@pytest.fixture
def stop() -> Iterator[StopSwitch]:
    stop = new_stop()
    with stop.acting():
        yield stop


def test_a_corner_stops_while_acting(stop: StopSwitch) -> None:
    view = FakeView()
    watch = Watch(stop, view)
    assert watch.look(0.0) is None
    view.pointer = Point(1279, 799)
    assert isinstance(watch.look(0.01), StopPulled)
    assert stop.is_stopped


def test_a_pointer_that_rested_in_the_corner_stops_only_when_it_comes_back(stop: StopSwitch) -> None:
    view = FakeView()
    watch = Watch(stop, view)
    view.pointer = Point(0, 0)
    assert [watch.look(0.0), watch.look(0.1)] == [None, None]
    view.pointer = Point(50, 50)
    assert watch.look(0.2) is None
    view.pointer = Point(0, 0)
    assert isinstance(watch.look(0.3), StopPulled)


def test_a_corner_reached_between_two_actions_stops() -> None:
    stop, view = new_stop(), FakeView()
    watch = Watch(stop, view)
    with stop.acting():
        stop.expect_pointer(view.pointer)
        watch.look(0.0)
    view.pointer = Point(0, 0)
    watch.look(0.1)
    with stop.acting():
        assert isinstance(watch.look(0.2), StopPulled)


def test_a_corner_means_nothing_otherwise() -> None:
    stop, view = new_stop(), FakeView()
    view.pointer = Point(0, 0)
    assert Watch(stop, view).look(0.0) is None
    assert not stop.is_stopped


def test_a_hand_on_the_mouse_pauses(stop: StopSwitch) -> None:
    view = FakeView()
    watch = Watch(stop, view)
    stop.expect_pointer(Point(100, 100))
    assert watch.look(0.0) is None
    view.pointer = Point(130, 100)
    answers = [watch.look(0.02 * look) for look in range(5)]
    assert [answer for answer in answers if answer] == [UserTookMouse()]
    assert stop.is_paused


def _watch_whose_mouse_was_taken(stop: StopSwitch, view: FakeView) -> Watch:
    watch = Watch(stop, view)
    stop.expect_pointer(Point(100, 100))
    watch.look(0.0)
    view.pointer = Point(130, 100)
    assert any(watch.look(0.02 * look) for look in range(5))
    return watch


def test_a_mouse_is_left_once_it_has_been_still_for_a_while(stop: StopSwitch) -> None:
    view = FakeView()
    watch = _watch_whose_mouse_was_taken(stop, view)
    for second in range(1, 10):
        view.pointer = Point(130 + second, 100)
        assert watch.look(float(second)) is None, "a hand is still on it"
    assert watch.look(9.0 + LEFT_AFTER_S - 0.1) is None
    assert watch.look(9.0 + LEFT_AFTER_S) == UserLeftMouse()
    assert watch.look(9.0 + 2 * LEFT_AFTER_S) is None, "told once"
    assert stop.is_paused, "whoever talks to the person resumes"


def test_a_run_that_was_resumed_or_paused_by_hand_is_not_told_about(stop: StopSwitch) -> None:
    view = FakeView()
    watch = _watch_whose_mouse_was_taken(stop, view)
    stop.resume()
    assert watch.look(1.0) is None
    stop.pause()
    assert watch.look(2.0 + LEFT_AFTER_S) is None


def test_nothing_is_compared_before_we_moved_the_pointer(stop: StopSwitch) -> None:
    view = FakeView()
    watch = Watch(stop, view)
    assert [watch.look(0.01 * look) for look in range(6)] == [None] * 6


places = st.builds(Point, st.integers(10, 1200), st.integers(10, 700))


@given(places, places, st.integers(1, 12), st.lists(st.sampled_from(["note", "move", "look"]), max_size=60))
def test_our_own_glide_is_no_hand_on_the_mouse(start: Point, end: Point, n_steps: int, order: list[str]) -> None:
    """GIVEN notes made before moves, WHEN looks fall anywhere in between, THEN none is mistaken for the person."""
    stop, view = new_stop(), FakeView()
    watch = Watch(stop, view)
    steps = [step / n_steps for step in range(1, n_steps + 1)]
    points = iter(
        [Point(round(start.x + (end.x - start.x) * at), round(start.y + (end.y - start.y) * at)) for at in steps]
    )
    noted: Point | None = None
    view.pointer = start
    with stop.acting():
        stop.expect_pointer(start)
        watch.look(0.0)
        for what in order:
            if what == "look":
                assert watch.look(0.0) is None
            elif what == "note" and noted is None:
                noted = next(points, None)
                if noted is not None:
                    stop.expect_pointer(noted)
            elif what == "move" and noted is not None:
                view.pointer, noted = noted, None


def test_what_a_hung_owner_holds_is_released_after_a_stop(stop: StopSwitch) -> None:
    view = FakeView()
    watch = Watch(stop, view)
    stop.hold(38)
    stop.hold(-1)
    stop.stop()
    watch.look(1.0)
    assert view.released == []
    watch.look(1.0 + RELEASE_AFTER_S)
    assert view.released == [38, -1]
