"""Acting: after a last look, and on nothing else than what was found."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.errors import Paused
from agent.events import ActionSent
from agent.geometry import Point, Rect
from agent.steps.consent import Consent
from agent.steps.finder import Finder
from agent.steps.observation import Change, Observation, id_of, place_of, restless_mask
from agent.steps.report import StepFailedError
from agent.steps.session import Session
from agent.steps.target import Target
from agent.types import Action, Move, RunStatus
from agent.windows._base import Window

_FOCUS_TIMEOUT_S = 2.0
_POLL_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """An action that was sent.

    Attributes:
        target: what it was sent to, as found last.
        before: the desktop just before, with the pointer already there.
        restless: [height, width] bool, where the screen changed by itself before.
    """

    target: Target
    before: Observation
    restless: NDArray[np.bool_]

    def is_effect(self, change: Change) -> bool:
        """Whether a change looks like the effect."""
        return change.is_effect(near_px=self.target.box_px, window=self.target.window, restless=self.restless)


class Hands:
    """Sends the actions of one step."""

    def __init__(self, session: Session, step_idx: int, finder: Finder, consent: Consent) -> None:
        self._step_idx = step_idx
        self._finder = finder
        self._consent = consent
        self._control = session.control
        self._windows = session.windows
        self._eyes = session.eyes
        self._pace = session.pace
        self._config = session.config
        self._tell = session.tell
        self._log = session.log
        self._n_sent = 0

    @property
    def n_sent(self) -> int:
        """How many actions were sent; moving the pointer is none."""
        return self._n_sent

    def act_at(
        self,
        target: Target,
        make: Callable[[Point], Action],
        *,
        prefer_px: Rect | None = None,
        is_pointing: bool = True,
    ) -> Acted:
        """Ask, make sure that what was found is still there and free, and act on it.

        Args:
            target: where.
            make: the action for a place on the desktop.
            prefer_px: as in ``Finder.find``, should the target have to be found again.
            is_pointing: put the pointer there first and wait, so that highlights under the pointer and tooltips are
                not taken for the effect.

        Raises:
            StepFailedError: the place never keeps still, has gone, or belongs to a window of our own.
        """
        target = self._consent.to_act_at(target)
        n_looks, why = 0, ""
        while n_looks < self._config.max_looks:
            self._pace.wait_for_turn()
            now = self._eyes.observe()
            why = target.why_not_here(now)
            if not why:
                try:
                    before = self._approach(target, now) if is_pointing else now
                    if before is not None:
                        self._note_decision(target)
                        self._send(make(target.point_pt))
                        restless = restless_mask(Change(before=target.observation, after=now))
                        return Acted(target=target, before=before, restless=restless)
                except Paused:
                    continue  # wait at the top until the person is done, then look whether it is still there
                why = "something came in between"
            n_looks += 1
            self._log.record("looked_again", step_idx=self._step_idx, why=why)
            target = self._find_again(target, now, prefer_px)
        raise StepFailedError(
            f'"{target.label}" does not keep still: {why}.',
            hint="Nothing was sent to it. Try again when the screen is quiet.",
        )

    def send_keys(self, action: Action, window: Window | None) -> None:
        """Send keys or text, if the window that should get them still has the focus.

        Args:
            action: what to send.
            window: the window that is to get it; None if no window had the focus.

        Raises:
            StepFailedError: another window has the focus now.
        """
        rest: Action | None = action
        while rest is not None:
            self._pace.wait_for_turn()
            self._eyes.hide()
            if id_of(self._windows.active()) != id_of(window):
                name = "The desktop" if window is None else f'The window "{window.title or window.app}"'
                raise StepFailedError(
                    f"{name} no longer has the keyboard focus.", hint="Nothing went to the other window. Try again."
                )
            rest = self._send_part(rest)

    def focused_window(self) -> Window:
        """The window that gets the keys; waits a moment for the focus to come back from a window of ours.

        Raises:
            StepFailedError: none has the focus.
        """
        self._eyes.hide()
        deadline_s = self._pace.now_s() + _FOCUS_TIMEOUT_S
        while (active := self._windows.active()) is None:
            if self._pace.now_s() >= deadline_s:
                raise StepFailedError(
                    "No window has the keyboard focus.", hint='Name one first: "switch to …" or "click …".'
                )
            self._pace.sleep(_POLL_S)
        return active

    def perform(self, action: Action) -> None:
        """Send an action that is meant for no certain place; after a pause, if one comes in between."""
        rest: Action | None = action
        while rest is not None:
            self._pace.wait_while_paused()
            rest = self._send_part(rest)

    def _send_part(self, action: Action) -> Action | None:
        """Send as much of an action as the person lets us; returns what is left."""
        try:
            self._send(action)
        except Paused as paused:
            return paused.rest
        return None

    def _send(self, action: Action) -> None:
        """Send an action and tell of it. Moving the pointer is free, everything else counts against the limit.

        Raises:
            Paused: the person took the mouse first, or in the middle of a text; what was sent until then is told.
        """
        self._pace.check()
        is_counted = not isinstance(action, Move)
        if is_counted:
            self._pace.note_action()
            self._n_sent += 1
        try:
            done = self._control.perform(action)
        except Paused as paused:
            if paused.done is not None:
                self._tell(ActionSent(step_idx=self._step_idx, action=paused.done))
            elif is_counted:
                self._n_sent -= 1
            raise
        self._tell(ActionSent(step_idx=self._step_idx, action=done))

    def _approach(self, target: Target, now: Observation) -> Observation | None:
        """Put the pointer over the target; None if that is no longer what is under it."""
        under = self._windows.window_at(target.point_pt)
        if under is not None and self._windows.is_own(under):
            raise StepFailedError(
                f'"{target.label}" lies under a window of Foveal itself.', hint="Move that window away and try again."
            )
        self._send(Move(at_pt=target.point_pt))
        before = self._eyes.settle(self._pace)
        if self._pace.is_paused or before.active_id != now.active_id:
            return None
        is_same_on_top = id_of(self._windows.window_at(target.point_pt)) == id_of(under)
        is_in_place = place_of(before.window_at(target.point_pt)) == place_of(now.window_at(target.point_pt))
        return before if is_same_on_top and is_in_place else None

    def _find_again(self, target: Target, now: Observation, prefer_px: Rect | None) -> Target:
        window = target.window
        try:
            found = self._finder.find(target.instruction, prefer_px=prefer_px)
        except StepFailedError as exc:
            if exc.status is RunStatus.NOT_FOUND and window is not None and not now.has(window):
                raise StepFailedError(
                    f'The window "{window.title or window.app}" closed before "{target.label}" could be reached.',
                    hint=exc.hint,
                    status=exc.status,
                ) from exc
            raise
        if found.label != target.label:
            self._consent.withdraw()
        return self._consent.to_act_at(found)

    def _note_decision(self, target: Target) -> None:
        screenshot = target.observation.screenshot
        self._log.record(
            "decided",
            step_idx=self._step_idx,
            frame=self._log.save_frame(screenshot),
            candidate_idx=target.grounding.candidates.index(target.candidate)
            if target.candidate in target.grounding.candidates
            else None,
            point_px=[target.point_px.x, target.point_px.y],
            point_pt=[target.point_pt.x, target.point_pt.y],
            asked_keep_fraction=self._config.keep_fraction,
            grounding=target.grounding.to_json(),
        )
