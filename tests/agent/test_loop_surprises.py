"""What happens between looking and clicking, and the person's say in it: no click on the wrong thing."""

from pathlib import Path

import pytest

from agent.confirm import AlwaysConfirm, Decision
from agent.errors import ControlError
from agent.events import Preview, StepGrounded
from agent.geometry import Rect
from agent.types import (
    Action,
    Click,
    ClickStep,
    CloseStep,
    Direction,
    DragStep,
    HoverStep,
    Move,
    OpenStep,
    Outcome,
    PressStep,
    RunStatus,
    ScrollStep,
    TypeStep,
    TypeText,
    WaitForStep,
    WaitStep,
)
from tests.fakes.fake_desktop import FakeElement, FakeWindow
from tests.fakes.loop_bench import LoopBench, ScriptedConfirmer

SAVE = ClickStep(said="click Save", target="Save")
DELETE = ClickStep(said="click Delete", target="Delete")


@pytest.fixture
def bench(tmp_path: Path) -> LoopBench:
    return LoopBench(tmp_path)


def _once(bench: LoopBench, effect: object) -> None:
    """Let something happen while the model is busy with the first instruction."""

    def on_find(_: str) -> None:
        bench.grounding.on_find = None
        effect()  # type: ignore[operator]

    bench.grounding.on_find = on_find


# ---------------------------------------------------------------- surprises


def test_window_that_moved_is_found_again(bench: LoopBench) -> None:
    window = bench.editor()
    _once(bench, lambda: window.moved(150, 90))
    assert bench.run(SAVE).status is RunStatus.DONE
    assert bench.desktop.clicked == ["Editor/Save"]
    assert len(bench.told(StepGrounded)) == 2


def test_element_that_moved_inside_its_window_is_found_again(bench: LoopBench) -> None:
    window = bench.editor()

    def swap() -> None:
        window.element("Save").rect = Rect(left=200, top=200, width=60, height=24)
        window.elements.append(FakeElement("Quit", Rect(left=20, top=20, width=60, height=24)))

    _once(bench, swap)
    assert bench.run(SAVE).status is RunStatus.DONE
    assert bench.desktop.clicked == ["Editor/Save"]


def test_dialog_over_the_target_gets_no_click(bench: LoopBench) -> None:
    bench.editor()
    dialog = bench.dialog("Pay", left=40, top=40)
    _once(bench, lambda: bench.desktop.open(dialog))
    result = bench.run(SAVE)
    assert result.status is RunStatus.NOT_FOUND
    assert bench.n_clicks == 0
    assert '"Pay"' in result.hint


def test_dialog_beside_the_target_is_noticed(bench: LoopBench) -> None:
    bench.editor()
    dialog = bench.dialog("Save", title="Save changes?", left=200, top=300)
    _once(bench, lambda: bench.desktop.open(dialog))
    assert bench.run(SAVE).status is RunStatus.FAILED  # its button does nothing
    assert bench.desktop.clicked == ["Save changes?/Save"]  # the active window's, and never the one behind it


def test_dialog_that_pops_up_under_the_pointer_gets_no_click(bench: LoopBench) -> None:
    bench.editor()
    dialog = bench.dialog("Pay", left=40, top=40)

    def on_perform(action: Action) -> None:
        if isinstance(action, Move):
            bench.desktop.open(dialog)
            bench.desktop.on_perform = None

    bench.desktop.on_perform = on_perform
    assert bench.run(SAVE).status is RunStatus.NOT_FOUND
    assert bench.n_clicks == 0


def test_popup_that_nobody_lists_gets_no_click(bench: LoopBench) -> None:
    bench.editor()
    popup = FakeWindow("menu", Rect(left=50, top=50, width=100, height=80), is_popup=True)

    def on_perform(action: Action) -> None:
        if isinstance(action, Move):
            bench.desktop.open(popup)
            bench.desktop.on_perform = None

    bench.desktop.on_perform = on_perform
    assert bench.run(SAVE).status is RunStatus.NOT_FOUND
    assert bench.n_clicks == 0


def test_program_that_ended_is_named(bench: LoopBench) -> None:
    window = bench.editor(title="Report")
    _once(bench, lambda: bench.desktop.shut(window))
    result = bench.run(SAVE)
    assert result.status is RunStatus.NOT_FOUND
    assert "Report" in result.message
    assert bench.n_clicks == 0


def test_window_that_never_keeps_still_is_left_alone(bench: LoopBench) -> None:
    window = bench.editor()
    bench.grounding.on_find = lambda _: window.moved(7, 3)
    result = bench.run(SAVE)
    assert result.status is RunStatus.FAILED
    assert "does not keep still" in result.message
    assert bench.n_clicks == 0


def test_slow_program_is_waited_for(bench: LoopBench) -> None:
    bench.editor()
    bench.clock.call_in(2.0, lambda: bench.desktop.open(bench.dialog("OK", left=300)))
    result = bench.run(HoverStep(said="…", target="OK"))
    assert result.status is RunStatus.DONE


def test_slow_effect_is_waited_for_and_not_clicked_twice(bench: LoopBench) -> None:
    bench.editor()
    bench.desktop.latency_s = 1.5
    assert bench.run(SAVE).steps[0].outcome is Outcome.DELIVERED
    assert bench.n_clicks == 1


def test_target_that_is_drawn_in_two_strokes_is_clicked_when_done(bench: LoopBench) -> None:
    window = bench.editor()
    save = window.element("Save")
    save.is_visible = False
    bench.clock.call_in(0.6, lambda: setattr(save, "is_visible", True))
    bench.clock.call_in(0.7, lambda: setattr(save, "rect", Rect(left=250, top=200, width=60, height=24)))
    assert bench.run(SAVE).status is RunStatus.DONE
    assert bench.desktop.clicked == ["Editor/Save"]


def test_animation_elsewhere_is_not_taken_for_the_effect(bench: LoopBench) -> None:
    window = bench.editor()
    window.element("Save").on_click = None
    bench.desktop.is_flickering = True
    bench.configure(still_timeout_s=0.5)
    assert bench.run(SAVE).steps[0].outcome is Outcome.NO_VISIBLE_EFFECT


def test_a_tooltip_is_not_taken_for_the_effect(bench: LoopBench) -> None:
    window = bench.editor()
    tip = FakeWindow("tip", Rect(left=70, top=90, width=150, height=30), is_popup=True, is_tooltip=True)
    window.element("Save").on_click = lambda: bench.clock.call_in(0.4, lambda: bench.desktop.open(tip))
    result = bench.run(SAVE)
    assert tip in bench.desktop.stack
    assert result.steps[0].outcome is Outcome.NO_VISIBLE_EFFECT


def test_field_whose_window_does_not_get_the_focus_gets_no_text(bench: LoopBench) -> None:
    bench.editor(title="Back")
    other = bench.editor(title="Front", left=200, top=150)
    field_click_steals = lambda: setattr(bench.desktop, "active_window", other)  # noqa: E731
    back = bench.desktop.stack[1]
    other.pid = 7
    other.elements = []
    back.element("Name").on_click = field_click_steals
    result = bench.run(TypeStep(said="…", text="secret", target="Name"))
    assert result.status is RunStatus.FAILED
    assert not any(isinstance(action, TypeText) for action in bench.desktop.actions)


def test_keys_do_not_follow_the_focus_to_another_window(bench: LoopBench) -> None:
    window = bench.editor()
    window.focused = window.element("Name")
    other = bench.dialog("OK")
    bench.desktop.on_perform = lambda action: (
        bench.desktop.open(other) and None if not isinstance(action, TypeText) else None
    )
    result = bench.run(TypeStep(said="…", text="secret", is_replacing=True))
    assert result.status is RunStatus.FAILED
    assert "focus" in result.message
    assert result.steps[0].outcome is Outcome.UNVERIFIABLE  # Ctrl+A had been sent
    assert not any(isinstance(action, TypeText) for action in bench.desktop.actions)


def test_without_a_focus_nothing_is_typed(bench: LoopBench) -> None:
    result = bench.run(TypeStep(said="…", text="secret"))
    assert (result.status, result.steps[0].outcome) == (RunStatus.FAILED, Outcome.REFUSED)


def test_place_under_a_window_of_our_own_is_refused(bench: LoopBench) -> None:
    bench.editor()
    bar = FakeWindow("bar", Rect(left=50, top=50, width=100, height=40), is_own=True, is_popup=True)
    _once(bench, lambda: bench.desktop.after_captures(1, lambda: bench.desktop.stack.insert(0, bar)))
    result = bench.run(SAVE)
    assert result.status in (RunStatus.FAILED, RunStatus.NOT_FOUND)
    assert bench.n_clicks == 0


def test_control_that_fails_ends_the_run_with_its_reason(bench: LoopBench) -> None:
    bench.editor()

    def on_perform(_: Action) -> None:
        raise ControlError("The mouse is gone.", hint="Plug it in.")

    bench.desktop.on_perform = on_perform
    result = bench.run(SAVE)
    assert (result.status, result.message, result.hint) == (RunStatus.FAILED, "The mouse is gone.", "Plug it in.")


def test_drag_is_not_begun_if_its_destination_has_gone(bench: LoopBench) -> None:
    window = bench.editor(FakeElement("Bin", Rect(left=300, top=250, width=40, height=30)))

    def on_find(instruction: str) -> None:
        if instruction == "Bin":
            window.element("Bin").is_visible = False

    bench.grounding.on_find = on_find
    assert bench.run(DragStep(said="…", source="Save", destination="Bin")).status is RunStatus.FAILED
    assert bench.desktop.clicked == []


# ---------------------------------------------------------------- the person's say


def test_equally_good_places_are_shown_and_the_chosen_one_clicked(bench: LoopBench) -> None:
    window = bench.editor(FakeElement("Save", Rect(left=300, top=200, width=60, height=24)))
    second = window.elements[-1]
    second.on_click = lambda: setattr(second, "text", "saved")
    bench.configure(is_confirming=False, countdown_s=3.0)
    confirmer = bench.confirmer = ScriptedConfirmer([Decision(is_go=True, candidate_idx=1)])
    assert bench.run(SAVE).status is RunStatus.DONE
    (preview,) = confirmer.asked
    assert preview.is_unsure
    assert preview.countdown_s is None
    assert len(preview.candidates) == 2
    assert second.text == "saved"


def test_choice_survives_a_window_that_moves(bench: LoopBench) -> None:
    window = bench.editor(FakeElement("Save", Rect(left=300, top=200, width=60, height=24)))
    second = window.elements[-1]
    second.on_click = lambda: setattr(second, "text", "saved")
    confirmer = bench.confirmer = ScriptedConfirmer([Decision(is_go=True, candidate_idx=1)] * 2)
    confirmer.on_ask = lambda: window.moved(30, 20) if len(confirmer.asked) == 1 else None
    assert bench.run(SAVE).status is RunStatus.DONE
    assert second.text == "saved"


def test_unsure_is_never_decided_by_yes(bench: LoopBench) -> None:
    bench.editor(FakeElement("Save", Rect(left=300, top=200, width=60, height=24)))
    bench.confirmer = AlwaysConfirm()
    result = bench.run(SAVE)
    assert (result.status, result.steps[0].outcome) == (RunStatus.FAILED, Outcome.REFUSED)
    assert "2 places" in result.message
    assert bench.desktop.actions == []


def test_the_active_window_is_meant_before_one_behind_it(bench: LoopBench) -> None:
    bench.editor(title="Back", left=0, top=150)
    bench.editor(title="Front", left=200, top=20)
    bench.confirmer = AlwaysConfirm()
    assert bench.run(SAVE).status is RunStatus.DONE
    assert bench.desktop.clicked == ["Front/Save"]


def test_at_most_nine_candidates_are_shown(bench: LoopBench) -> None:
    bench.editor(*(FakeElement("Row", Rect(left=20, top=90.0 + 17 * n, width=200, height=16)) for n in range(12)))
    confirmer = bench.confirmer = ScriptedConfirmer([Decision(is_go=False)])
    bench.run(ClickStep(said="…", target="Row"))
    assert len(confirmer.asked[0].candidates) == 9


def test_dangerous_always_asks_and_never_counts_down(bench: LoopBench) -> None:
    bench.editor(FakeElement("Delete", Rect(left=300, top=200, width=60, height=24)))
    bench.configure(is_confirming=False, countdown_s=1.0)
    confirmer = bench.confirmer = ScriptedConfirmer([Decision(is_go=False)])
    result = bench.run(DELETE)
    assert result.status is RunStatus.STOPPED
    assert confirmer.asked[0].is_dangerous
    assert confirmer.asked[0].countdown_s is None
    assert bench.desktop.actions == []


def test_yes_accepts_what_is_dangerous(bench: LoopBench) -> None:
    window = bench.editor(FakeElement("Delete", Rect(left=300, top=200, width=60, height=24)))
    window.element("Delete").on_click = window.elements.clear
    assert bench.run(DELETE).status is RunStatus.DONE


def test_harmless_steps_are_asked_about_once_with_a_countdown(bench: LoopBench) -> None:
    bench.editor()
    bench.configure(is_confirming=True, countdown_s=2.5)
    confirmer = bench.confirmer = ScriptedConfirmer()
    result = bench.run(TypeStep(said="…", text="x y z", target="Name", is_replacing=True), SAVE)
    assert result.status is RunStatus.DONE
    assert [preview.countdown_s for preview in confirmer.asked] == [2.5, 2.5]


def test_without_confirming_the_preview_is_shown_but_nobody_asked(bench: LoopBench) -> None:
    bench.editor()
    confirmer = bench.confirmer = ScriptedConfirmer()
    assert bench.run(SAVE).status is RunStatus.DONE
    assert confirmer.asked == []
    assert bench.told(Preview)[0].countdown_s == 0.0


def test_no_means_stop(bench: LoopBench) -> None:
    bench.editor()
    bench.configure(is_confirming=True)
    bench.confirmer = ScriptedConfirmer([Decision(is_go=False)])
    assert bench.run(SAVE, SAVE).status is RunStatus.STOPPED
    assert bench.n_clicks == 0


def test_screen_that_changes_while_the_person_thinks_is_looked_at_again(bench: LoopBench) -> None:
    window = bench.editor()
    bench.configure(is_confirming=True)
    confirmer = bench.confirmer = ScriptedConfirmer()
    confirmer.on_ask = lambda: window.moved(100, 100)
    assert bench.run(SAVE).status is RunStatus.DONE
    assert bench.desktop.clicked == ["Editor/Save"]
    assert len(confirmer.asked) == 1  # the same thing under the same name needs no second yes


# ---------------------------------------------------------------- dry run


def test_dry_run_looks_and_sends_nothing(bench: LoopBench) -> None:
    window = bench.editor(FakeElement("Bin", Rect(left=300, top=250, width=40, height=30)))
    bench.configure(is_dry=True, is_confirming=True)
    confirmer = bench.confirmer = ScriptedConfirmer()
    result = bench.run(
        SAVE,
        TypeStep(said="…", text="x", target="Name", is_submitting=True),
        TypeStep(said="…", text="x"),
        PressStep(said="…", keys=("enter",)),
        ScrollStep(said="…", direction=Direction.DOWN),
        DragStep(said="…", source="Save", destination="Bin"),
        WaitForStep(said="…", target="Later"),
        WaitStep(said="…", seconds=1000),
        OpenStep(said="…", program="Editor"),
        CloseStep(said="…", window=None),
        ClickStep(said="…", target="Only after that"),
    )
    assert result.status is RunStatus.DONE
    assert {step.outcome for step in result.steps} == {Outcome.REFUSED}
    assert all(step.detail.startswith("Dry run") for step in result.steps)
    assert bench.desktop.actions == []
    assert bench.started == []
    assert window in bench.desktop.stack
    assert confirmer.asked == []
    assert len(bench.told(Preview)) >= 6


def test_dry_run_whose_first_target_is_missing_says_so(bench: LoopBench) -> None:
    bench.editor()
    bench.configure(is_dry=True)
    assert bench.run(ClickStep(said="…", target="Elsewhere")).status is RunStatus.NOT_FOUND


def test_click_is_sent_where_it_was_found(bench: LoopBench) -> None:
    bench.editor()
    bench.run(SAVE)
    (click,) = (action for action in bench.desktop.actions if isinstance(action, Click))
    assert (click.at_pt.x, click.at_pt.y) == (90, 72)
