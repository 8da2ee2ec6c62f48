"""What can be set about a run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopConfig:
    """How a run behaves.

    Attributes:
        is_confirming: ask before every step; dangerous and unsure steps ask in any case.
        countdown_s: a step that is neither dangerous nor unsure goes ahead by itself after this time; None waits.
        is_dry: look, find and show, but send nothing.
        max_actions_per_minute: clicks, key presses and texts in any 60 seconds; more have to wait.
        keep_fraction: share of patches the model keeps, in (0, 1]; None leaves it to the model.
        monitor_idx: the monitor to look at; None takes the one under the pointer and follows windows that a step
            opens or switches to.
        quiet_s: the screen counts as still when nothing has changed for so long.
        still_timeout_s: a screen that never gets still is taken as it is after this time.
        effect_timeout_s: how long an action may take to show its first effect.
        patience_s: how long a target may take to appear on a screen that has none such yet.
        window_timeout_s: how long a program may take to open its window.
        max_looks: how often a target that moved away from under the pointer is looked for again.
    """

    is_confirming: bool
    countdown_s: float | None
    is_dry: bool
    max_actions_per_minute: int = 60
    keep_fraction: float | None = None
    monitor_idx: int | None = None
    quiet_s: float = 0.15
    still_timeout_s: float = 5.0
    effect_timeout_s: float = 2.0
    patience_s: float = 3.0
    window_timeout_s: float = 20.0
    max_looks: int = 4

    def __post_init__(self) -> None:
        if self.max_actions_per_minute < 1 or self.max_looks < 1:
            raise ValueError("a run needs at least one action and one look")
        if self.keep_fraction is not None and not 0 < self.keep_fraction <= 1:
            raise ValueError("the keep fraction lies in (0, 1]")
