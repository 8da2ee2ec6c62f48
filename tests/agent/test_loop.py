"""The loop on a desktop in memory: what it does when nothing goes wrong, and how runs end."""

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.confirm import Decision
from agent.events import ActionSent, Preview, RunFinished, RunPaused, RunResumed, RunStarted, StepFinished, StepGrounded
from agent.geometry import Rect
from agent.types import (
    Action,
    CheckStep,
    ClearStep,
    Click,
    ClickStep,
    CloseStep,
    Direction,
    DragStep,
    HoverStep,
    MenuStep,
    Move,
    OpenStep,
    Outcome,
    PressKeys,
    PressStep,
    RunStatus,
    Scroll,
    ScrollStep,
    SelectStep,
    SwitchStep,
    TypeStep,
    TypeText,
    WaitForStep,
    WaitStep,
)
from model.grounder import ElementKind
from tests.fakes.fake_desktop import FakeElement, FakeWindow
from tests.fakes.loop_bench import LoopBench, ScriptedConfirmer

SAVE = ClickStep(said="click Save", target="Save")


@pytest.fixture
def bench(tmp_path: Path) -> LoopBench:
    return LoopBench(tmp_path)


# ---------------------------------------------------------------- each kind of step


def test_click_is_grounded_shown_sent_and_verified(bench: LoopBench) -> None:
    bench.editor()
    result = bench.run(SAVE)
    assert result.status is RunStatus.DONE
    assert [step.outcome for step in result.steps] == [Outcome.DELIVERED]
    assert bench.desktop.clicked == ["Editor/Save"]
    kinds = [type(event) for event in bench.events if not isinstance(event, ActionSent)]
    assert kinds[0] is RunStarted
    assert kinds.index(StepGrounded) < kinds.index(Preview) < kinds.index(StepFinished)
    assert kinds[-1] is RunFinished
    assert bench.told(StepGrounded)[0].grounding.timings.capture == 7.0


def test_own_windows_are_in_no_picture_and_back_at_the_end(bench: LoopBench) -> None:
    # The overlay of the bench covers everything: if it were in a picture, nothing could be found.
    bench.editor()
    assert bench.run(SAVE).status is RunStatus.DONE
    assert bench.own_windows.n_hidden == 0  # type: ignore[attr-defined]
    assert any(window.is_own for window in bench.desktop.stack)


def test_own_windows_are_shown_while_the_person_is_asked(bench: LoopBench) -> None:
    bench.editor()
    bench.configure(is_confirming=True)
    confirmer = bench.confirmer = ScriptedConfirmer()
    hidden: list[int] = []
    confirmer.on_ask = lambda: hidden.append(bench.own_windows.n_hidden)  # type: ignore[attr-defined]
    assert bench.run(SAVE).status is RunStatus.DONE
    assert hidden == [0]


def test_type_into_a_field_replaces_reads_back_and_submits(bench: LoopBench) -> None:
    window = bench.editor()
    window.element("Name").text = "old"
    window.on_key = lambda keys: bench.desktop.shut(window) if keys == ("enter",) else None
    step = TypeStep(said="…", text="report.txt", target="Name", is_replacing=True, is_submitting=True)
    result = bench.run(step)
    assert result.steps[0].outcome is Outcome.DELIVERED
    assert window.element("Name").text == "report.txt"
    assert window not in bench.desktop.stack


def test_type_without_a_target_goes_to_the_focus(bench: LoopBench) -> None:
    window = bench.editor()
    window.focused = window.element("Name")
    assert bench.run(TypeStep(said="…", text="hello")).steps[0].outcome is Outcome.DELIVERED
    assert window.focused.text == "hello"


def test_text_that_is_already_there_counts_as_typed(bench: LoopBench) -> None:
    window = bench.editor()
    window.element("Name").text = "same text"
    result = bench.run(TypeStep(said="…", text="same text", target="Name", is_replacing=True))
    assert result.steps[0].outcome is Outcome.DELIVERED


def test_typed_password_is_unverifiable_and_the_run_goes_on(bench: LoopBench) -> None:
    window = bench.editor()
    window.element("Name").is_secret = True
    result = bench.run(TypeStep(said="…", text="hunter2", target="Name"), SAVE)
    assert [step.outcome for step in result.steps] == [Outcome.UNVERIFIABLE, Outcome.DELIVERED]
    assert "hunter2" not in result.steps[0].detail


def test_typing_that_goes_nowhere_is_no_visible_effect(bench: LoopBench) -> None:
    bench.editor()
    result = bench.run(TypeStep(said="…", text="hello"))
    assert result.status is RunStatus.FAILED
    assert result.steps[0].outcome is Outcome.NO_VISIBLE_EFFECT


def test_clear_empties_a_field(bench: LoopBench) -> None:
    window = bench.editor()
    window.element("Name").text = "old"
    assert bench.run(ClearStep(said="…", target="Name")).steps[0].outcome is Outcome.DELIVERED
    assert window.element("Name").text == ""


def test_press_says_whether_anything_changed(bench: LoopBench) -> None:
    window = bench.editor()
    window.on_key = lambda keys: setattr(window.element("Name"), "text", "x") if keys == ("f5",) else None
    result = bench.run(
        PressStep(said="…", keys=("f5",)), PressStep(said="…", keys=("ctrl", "c")), PressStep(said="…", keys=("f6",))
    )
    assert [s.outcome for s in result.steps] == [
        Outcome.DELIVERED,
        Outcome.UNVERIFIABLE,
        Outcome.NO_VISIBLE_EFFECT,
    ]
    assert result.status is RunStatus.FAILED  # the last step had none


def test_press_repeats(bench: LoopBench) -> None:
    bench.editor()
    bench.run(PressStep(said="…", keys=("tab",), count=3))
    assert bench.desktop.actions == [PressKeys(keys=("tab",))] * 3


def test_menu_path_prefers_what_has_just_opened(bench: LoopBench) -> None:
    # "Export" is a button of the window too; the menu entry is meant.
    window = bench.editor(FakeElement("Export", Rect(left=300, top=250, width=60, height=24)))
    menu = FakeWindow("menu", Rect(left=60, top=90, width=120, height=80), is_popup=True)
    done: list[str] = []

    def choose() -> None:
        done.append("pdf")
        bench.desktop.shut(submenu)
        bench.desktop.shut(menu)

    submenu = FakeWindow("submenu", Rect(left=180, top=90, width=120, height=80), is_popup=True)
    submenu.elements = [FakeElement("PDF", Rect(left=5, top=5, width=100, height=20), on_click=choose)]
    menu.elements = [
        FakeElement("Export", Rect(left=5, top=5, width=100, height=20), on_click=lambda: bench.desktop.open(submenu))
    ]
    window.elements.append(
        FakeElement("File", Rect(left=20, top=0, width=40, height=18), on_click=lambda: bench.desktop.open(menu))
    )
    result = bench.run(MenuStep(said="…", path=("File", "Export", "PDF")))
    assert (result.status, result.message) == (RunStatus.DONE, "")
    assert done == ["pdf"]
    assert bench.desktop.clicked == ["Editor/File", "menu/Export", "submenu/PDF"]


def test_menu_whose_entry_is_missing_is_closed_again(bench: LoopBench) -> None:
    window = bench.editor()
    menu = FakeWindow("menu", Rect(left=60, top=90, width=120, height=80), is_popup=True)
    window.elements.append(
        FakeElement("File", Rect(left=20, top=0, width=40, height=18), on_click=lambda: bench.desktop.open(menu))
    )
    window.on_key = lambda keys: bench.desktop.shut(menu) if keys == ("esc",) else None
    result = bench.run(MenuStep(said="…", path=("File", "Export")))
    assert result.status is RunStatus.NOT_FOUND
    assert menu not in bench.desktop.stack


def test_select_opens_the_list_and_takes_the_option(bench: LoopBench) -> None:
    window = bench.editor()
    listing = FakeWindow("list", Rect(left=60, top=190, width=150, height=60), is_popup=True)

    def pick() -> None:
        bench.desktop.shut(listing)
        window.element("Paper").text = "A4"

    listing.elements = [FakeElement("A4", Rect(left=5, top=5, width=100, height=20), on_click=pick)]
    window.elements.append(
        FakeElement("Paper", Rect(left=20, top=120, width=100, height=24), on_click=lambda: bench.desktop.open(listing))
    )
    assert bench.run(SelectStep(said="…", option="A4", source="Paper")).status is RunStatus.DONE
    assert window.element("Paper").text == "A4"


def _drop_down(bench: LoopBench, *options: str) -> FakeWindow:
    """A window with a label "Paper" and a drop-down beside it; returns the list that it opens and Escape closes."""
    window = bench.editor()
    listing = FakeWindow("list", Rect(left=160, top=190, width=150, height=60), is_popup=True)

    def pick(option: str) -> None:
        bench.desktop.shut(listing)
        control.text = option

    listing.elements = [
        FakeElement(name, Rect(left=5, top=5.0 + 22 * idx, width=100, height=20), on_click=lambda name=name: pick(name))
        for idx, name in enumerate(options)
    ]
    control = FakeElement(
        'drop-down next to "Paper"',
        Rect(left=120, top=120, width=100, height=24),
        text="Letter",
        on_click=lambda: bench.desktop.open(listing),
    )
    label = FakeElement("Paper", Rect(left=20, top=122, width=60, height=20), kind=ElementKind.TEXT)
    window.elements += [label, control]
    window.on_key = lambda keys: bench.desktop.shut(listing) if keys == ("esc",) else None
    return listing


def test_select_opens_the_control_beside_its_label(bench: LoopBench) -> None:
    _drop_down(bench, "A4", "A5")
    result = bench.run(SelectStep(said="…", option="A5", source="Paper"))
    assert (result.status, result.steps[0].outcome) == (RunStatus.DONE, Outcome.DELIVERED)
    assert bench.desktop.clicked == ['Editor/drop-down next to "Paper"', "list/A5"]


def test_select_closes_a_list_that_lacks_the_option(bench: LoopBench) -> None:
    listing = _drop_down(bench, "A4")
    result = bench.run(SelectStep(said="…", option="Tabloid", source="Paper"))
    assert result.status is RunStatus.NOT_FOUND
    assert listing not in bench.desktop.stack


def test_select_from_what_opens_nothing_is_no_success(bench: LoopBench) -> None:
    """The option was taken for the label itself, and the run called that delivered."""
    window = bench.editor()
    window.elements.append(FakeElement("Paper", Rect(left=20, top=120, width=100, height=24)))
    result = bench.run(SelectStep(said="…", option="Paper", source="Paper"))
    assert (result.status, result.steps[0].outcome) == (RunStatus.FAILED, Outcome.NO_VISIBLE_EFFECT)


def _checkbox(is_checked: bool | None) -> FakeElement:
    return FakeElement(
        "Wrap", Rect(left=20, top=120, width=80, height=20), kind=ElementKind.CHECKBOX, is_checked=is_checked
    )


def test_check_clicks_only_if_needed(bench: LoopBench) -> None:
    window = bench.editor(_checkbox(is_checked=False))
    result = bench.run(
        CheckStep(said="…", target="Wrap", is_checked=True), CheckStep(said="…", target="Wrap", is_checked=True)
    )
    assert [step.outcome for step in result.steps] == [Outcome.DELIVERED, Outcome.DELIVERED]
    assert window.element("Wrap").is_checked
    assert bench.n_clicks == 1


def test_checkbox_of_unknown_state_is_clicked_and_called_unverifiable(bench: LoopBench) -> None:
    box = _checkbox(is_checked=None)
    box.on_click = lambda: setattr(box, "text", "changed")
    bench.editor(box)
    result = bench.run(CheckStep(said="…", target="Wrap", is_checked=True))
    assert result.steps[0].outcome is Outcome.UNVERIFIABLE


def test_checkbox_that_refuses_is_no_success(bench: LoopBench) -> None:
    box = _checkbox(is_checked=False)
    box.on_click = lambda: setattr(box, "text", "not allowed")
    bench.editor(box)
    result = bench.run(CheckStep(said="…", target="Wrap", is_checked=True))
    assert (result.status, result.steps[0].outcome) == (RunStatus.FAILED, Outcome.NO_VISIBLE_EFFECT)


def test_hover_moves_and_clicks_nothing(bench: LoopBench) -> None:
    bench.editor()
    assert bench.run(HoverStep(said="…", target="Save")).steps[0].outcome is Outcome.UNVERIFIABLE
    assert [type(action) for action in bench.desktop.actions] == [Move]


def test_drag_goes_from_source_to_destination(bench: LoopBench) -> None:
    window = bench.editor(FakeElement("Bin", Rect(left=300, top=250, width=40, height=30)))
    window.element("Bin").on_drop = lambda: setattr(window.element("Bin"), "text", "full")
    assert bench.run(DragStep(said="…", source="Save", destination="Bin")).status is RunStatus.DONE
    assert bench.desktop.clicked == ["Save -> Bin"]


def test_wait_waits(bench: LoopBench) -> None:
    started_s = bench.clock.monotonic()
    assert bench.run(WaitStep(said="…", seconds=2.5)).status is RunStatus.DONE
    assert bench.clock.monotonic() - started_s >= 2.5


def test_wait_for_looks_again_only_when_the_screen_changes(bench: LoopBench) -> None:
    bench.editor()
    dialog = bench.dialog("Ready")
    bench.clock.call_in(12.0, lambda: bench.desktop.open(dialog))
    assert bench.run(WaitForStep(said="…", target="Ready")).status is RunStatus.DONE
    assert len(bench.grounding.found) == 2


def test_wait_for_gives_up_in_time(bench: LoopBench) -> None:
    bench.editor()
    result = bench.run(WaitForStep(said="…", target="Ready", timeout_s=5))
    assert result.status is RunStatus.NOT_FOUND
    assert "5 seconds" in result.message


def test_wait_until_gone(bench: LoopBench) -> None:
    bench.editor()
    dialog = bench.desktop.open(bench.dialog("Working"))
    bench.clock.call_in(3.0, lambda: bench.desktop.shut(dialog))
    assert bench.run(WaitForStep(said="…", target="Working", is_gone=True)).status is RunStatus.DONE


def test_scroll_until_something_comes_into_view(bench: LoopBench) -> None:
    window = bench.editor(
        *(
            FakeElement(f"Row {n}", Rect(left=20, top=100.0 + 40 * n, width=200, height=30), is_scrolled=True)
            for n in range(12)
        )
    )
    window.scroll_end_pt = 300
    step = ScrollStep(said="…", direction=Direction.DOWN, until="Row 9")
    assert bench.run(step).status is RunStatus.DONE
    assert 0 < window.scroll_pt <= 300


def test_scroll_until_stops_at_the_end(bench: LoopBench) -> None:
    window = bench.editor(FakeElement("Row", Rect(left=20, top=100, width=200, height=30), is_scrolled=True))
    window.scroll_end_pt = 60
    result = bench.run(ScrollStep(said="…", direction=Direction.DOWN, until="Row 9"))
    assert result.status is RunStatus.NOT_FOUND
    assert "did not come into view" in result.message


def test_close_waits_until_the_window_is_gone(bench: LoopBench) -> None:
    window = bench.editor()
    window.on_close = lambda: bench.clock.call_in(1.0, lambda: bench.desktop.shut(window))
    assert bench.run(CloseStep(said="…", window="Editor")).steps[0].outcome is Outcome.DELIVERED
    assert window not in bench.desktop.stack


def test_close_tells_that_the_program_asks_back(bench: LoopBench) -> None:
    window = bench.editor()
    window.on_close = lambda: bench.desktop.open(bench.dialog("Discard", title="Save changes?"))
    result = bench.run(CloseStep(said="…", window=None))
    assert result.steps[0].outcome is Outcome.DELIVERED
    assert "Save changes?" in result.steps[0].detail


def test_close_that_is_ignored_fails(bench: LoopBench) -> None:
    window = bench.editor()
    window.on_close = lambda: None
    result = bench.run(CloseStep(said="…", window="Editor"))
    assert (result.status, result.steps[0].outcome) == (RunStatus.FAILED, Outcome.NO_VISIBLE_EFFECT)


def test_switch_brings_a_window_to_the_front(bench: LoopBench) -> None:
    bench.editor(title="First")
    bench.editor(title="Second")
    assert bench.run(SwitchStep(said="…", window="First")).status is RunStatus.DONE
    assert bench.desktop.active_window is not None
    assert bench.desktop.active_window.title == "First"


def test_unknown_window_names_the_nearest(bench: LoopBench) -> None:
    bench.editor(title="Report")
    result = bench.run(SwitchStep(said="…", window="Spreadsheet"))
    assert result.status is RunStatus.NOT_FOUND
    assert "Report" in result.hint


def test_open_waits_for_the_window(bench: LoopBench) -> None:
    bench.on_start = lambda name: bench.clock.call_in(6.0, lambda: bench.editor(title=name))
    result = bench.run(OpenStep(said="…", program="Editor"), SAVE)
    assert result.status is RunStatus.DONE
    assert bench.started == ["Editor"]


def test_open_without_a_window_fails(bench: LoopBench) -> None:
    result = bench.run(OpenStep(said="…", program="Editor"))
    assert (result.status, result.steps[0].outcome) == (RunStatus.FAILED, Outcome.NO_VISIBLE_EFFECT)


# ---------------------------------------------------------------- how runs end


def test_command_that_is_not_understood_is_no_run(bench: LoopBench) -> None:
    result = bench.run(command="frobnicate")
    assert result.status is RunStatus.NOT_UNDERSTOOD
    assert "frobnicate" in result.message
    assert result.hint
    assert list(bench.folder.iterdir()) == []
    assert [type(event) for event in bench.events] == [RunFinished]


def test_not_found_names_the_nearest_three_and_clicks_nothing(bench: LoopBench) -> None:
    bench.editor(
        FakeElement("Save all", Rect(left=100, top=20, width=60, height=24)),
        FakeElement("Save copy", Rect(left=180, top=20, width=60, height=24)),
    )
    result = bench.run(ClickStep(said="…", target="Save as"))
    assert result.status is RunStatus.NOT_FOUND
    assert result.steps[0].outcome is Outcome.REFUSED
    assert all(name in result.hint for name in ('"Save"', '"Save all"', '"Save copy"'))
    assert bench.desktop.actions == []


def test_not_found_with_an_and_says_how_to_name_two_things(bench: LoopBench) -> None:
    bench.editor()
    result = bench.run(ClickStep(said="…", target="open and close"))
    assert result.status is RunStatus.NOT_FOUND
    assert "then click" in result.hint


def test_steps_after_a_failed_one_are_not_reached(bench: LoopBench) -> None:
    bench.editor()
    result = bench.run(ClickStep(said="…", target="Nothing like it"), SAVE)
    assert len(result.steps) == 1
    assert bench.n_clicks == 0


def test_click_without_effect_stops_and_says_so(bench: LoopBench) -> None:
    window = bench.editor()
    window.element("Save").on_click = None
    window.element("Save").is_highlighted_by_pointer = True  # reacts to the pointer, not to the click
    result = bench.run(SAVE, SAVE)
    assert (result.status, result.steps[0].outcome) == (RunStatus.FAILED, Outcome.NO_VISIBLE_EFFECT)
    assert bench.n_clicks == 1


def test_click_on_what_is_selected_already_does_not_loop(bench: LoopBench) -> None:
    bench.editor(FakeElement("General", Rect(left=100, top=20, width=60, height=24), kind=ElementKind.TAB))
    result = bench.run(ClickStep(said="…", target="General"), SAVE)
    assert [step.outcome for step in result.steps] == [Outcome.UNVERIFIABLE, Outcome.DELIVERED]
    assert bench.n_clicks == 2


def test_next_candidate_is_tried_once(bench: LoopBench) -> None:
    window = bench.editor(FakeElement("Save", Rect(left=300, top=200, width=60, height=24)))
    first, second = (element for element in window.elements if element.name == "Save")
    first.on_click, second.on_click = None, lambda: setattr(second, "text", "saved")
    bench.confirmer = ScriptedConfirmer([Decision(is_go=True, candidate_idx=0)])
    result = bench.run(SAVE)
    assert result.status is RunStatus.DONE
    assert bench.n_clicks == 2
    assert second.text == "saved"


def test_unlike_candidates_are_not_tried(bench: LoopBench) -> None:
    window = bench.editor(FakeElement("Save as", Rect(left=300, top=200, width=60, height=24)))
    window.element("Save").on_click = None
    assert bench.run(SAVE).status is RunStatus.FAILED
    assert bench.desktop.clicked == ["Editor/Save"]


def test_everything_is_released_at_the_end(bench: LoopBench) -> None:
    bench.editor()
    bench.run(SAVE)
    assert bench.desktop.n_released >= 1
    assert not bench.stop.is_acting


# ---------------------------------------------------------------- stop, pause, limits


def test_stop_while_the_model_is_busy_sends_nothing(bench: LoopBench) -> None:
    bench.editor()
    bench.grounding.on_find = lambda _: bench.stop.stop()
    result = bench.run(SAVE)
    assert result.status is RunStatus.STOPPED
    assert bench.desktop.actions == []


def test_stop_while_waiting(bench: LoopBench) -> None:
    bench.clock.call_in(3.0, bench.stop.stop)
    started_s = bench.clock.monotonic()
    assert bench.run(WaitStep(said="…", seconds=100)).status is RunStatus.STOPPED
    assert bench.clock.monotonic() - started_s < 3.1


def test_stop_just_before_the_click(bench: LoopBench) -> None:
    bench.editor()
    bench.desktop.on_perform = lambda action: bench.stop.stop() if isinstance(action, Click) else None
    assert bench.run(SAVE).status is RunStatus.STOPPED
    assert bench.n_clicks == 0
    assert bench.desktop.n_released >= 1


def test_a_stop_of_the_last_run_does_not_end_the_next(bench: LoopBench) -> None:
    bench.editor()
    bench.stop.stop()
    assert bench.run(SAVE).status is RunStatus.DONE


def test_a_stop_between_the_command_and_its_run_is_not_lost(bench: LoopBench) -> None:
    bench.editor()
    assert bench.run(SAVE, is_stopped_before=True).status is RunStatus.STOPPED
    assert bench.desktop.actions == []


def _pause_before(bench: LoopBench, kind: type[Action], *, meanwhile: Callable[[], object] = lambda: None) -> None:
    """The person takes the mouse after the loop's last look, just before an action is sent, and gives it back."""

    def on_perform(action: Action) -> None:
        if isinstance(action, kind):
            bench.desktop.on_perform = None
            bench.stop.pause()
            bench.clock.call_in(30.0, lambda: (meanwhile(), bench.stop.resume()))

    bench.desktop.on_perform = on_perform


@pytest.mark.parametrize("kind", [Move, Click])
def test_a_pause_at_the_last_moment_sends_nothing_to_a_stale_place(bench: LoopBench, kind: type[Action]) -> None:
    window = bench.editor()
    _pause_before(bench, kind, meanwhile=lambda: window.moved(120, 60))
    result = bench.run(SAVE)
    assert result.status is RunStatus.DONE
    assert bench.desktop.clicked == ["Editor/Save"]
    assert len(bench.told(RunPaused)) == len(bench.told(RunResumed)) == 1


def test_a_text_goes_on_after_a_pause_where_it_was_left(bench: LoopBench) -> None:
    window = bench.editor()
    window.focused = window.element("Name")
    bench.desktop.n_typed_before_pause = 4
    _pause_before(bench, TypeText)
    result = bench.run(TypeStep(said="…", text="report.txt"))
    assert result.status is RunStatus.DONE
    assert window.focused.text == "report.txt"
    assert [event.action for event in bench.told(ActionSent)] == [TypeText(text="repo"), TypeText(text="rt.txt")]


def test_the_rest_of_a_text_does_not_go_to_another_window(bench: LoopBench) -> None:
    window, other = bench.editor(), bench.editor(title="Other", left=300)
    bench.desktop.activate(bench.desktop.windows()[1])
    window.focused, other.focused = window.element("Name"), other.element("Name")
    bench.desktop.n_typed_before_pause = 4
    _pause_before(bench, TypeText, meanwhile=lambda: setattr(bench.desktop, "active_window", other))
    result = bench.run(TypeStep(said="…", text="report.txt"))
    assert result.status is RunStatus.FAILED
    assert result.steps[0].outcome is Outcome.UNVERIFIABLE
    assert (window.focused.text, other.focused.text) == ("repo", "")


def test_a_pause_before_scrolling_delays_it(bench: LoopBench) -> None:
    bench.editor()
    _pause_before(bench, Scroll)
    bench.run(ScrollStep(said="…", direction=Direction.DOWN))
    assert [type(action) for action in bench.desktop.actions] == [Scroll]
    assert len(bench.told(RunPaused)) == 1


def test_pause_holds_the_run_and_it_looks_again_afterwards(bench: LoopBench) -> None:
    window = bench.editor()

    def pause(_: str) -> None:
        bench.grounding.on_find = None
        bench.stop.pause()
        bench.clock.call_in(30.0, lambda: (window.moved(120, 60), bench.stop.resume()))

    bench.grounding.on_find = pause
    result = bench.run(SAVE)
    assert result.status is RunStatus.DONE
    assert bench.desktop.clicked == ["Editor/Save"]
    assert len(bench.told(RunPaused)) == len(bench.told(RunResumed)) == 1


def test_stop_ends_a_paused_run(bench: LoopBench) -> None:
    bench.editor()
    bench.grounding.on_find = lambda _: bench.stop.pause()
    bench.clock.call_in(30.0, bench.stop.stop)
    assert bench.run(SAVE).status is RunStatus.STOPPED
    assert bench.n_clicks == 0


def test_rate_limit_makes_the_run_wait_and_say_so(bench: LoopBench) -> None:
    bench.editor()
    bench.configure(max_actions_per_minute=2)
    started_s = bench.clock.monotonic()
    assert bench.run(SAVE, SAVE, SAVE).status is RunStatus.DONE
    assert bench.clock.monotonic() - started_s >= 60
    assert "2 actions a minute" in bench.told(RunPaused)[0].reason


def test_typed_text_counts_as_one_action(bench: LoopBench) -> None:
    window = bench.editor()
    window.focused = window.element("Name")
    bench.run(TypeStep(said="…", text="hello"))
    assert bench.desktop.actions == [TypeText(text="hello")]
