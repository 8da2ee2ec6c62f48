"""The demonstration: a virtual screen, a real editor, a task typed into the command bar, a picture of every step.

Everything is as on a person's desktop: the tray program runs as it always does, the bar is opened by the word that a
desktop shortcut would send, the task is typed with real key events, and the pictures show the screen as it was.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agent.run_log import default_folder
from app.stage import Stage, open_stage, wait_until

_SAVED_NAME = "report.txt"
TASK = f'type "Foveal was here." then click File, click "Save As…", type {_SAVED_NAME} into Name, press Enter'
_WIDTH_PX, _HEIGHT_PX = 1280, 960
_COUNTDOWN_S = 1.5
_SHOWN_AFTER_S = 0.7  # the heatmap has faded in, the countdown is not over; at the end: the dialog is gone
_SAVE_LIMIT_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport:
    """What was done.

    Attributes:
        command: what was typed into the bar.
        lines: what happened, for people.
        saved: the file that the editor saved, None if it did not.
    """

    command: str
    lines: tuple[str, ...]
    saved: Path | None


def run_demo(out: Path) -> DemoReport:
    """Run the demonstration; what it leaves goes into the folder ``out``, which is emptied first.

    Raises:
        agent.errors.AgentError: the screen, the editor or the program did not start.
    """
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    with open_stage(_WIDTH_PX, _HEIGHT_PX, {"countdown_s": _COUNTDOWN_S}) as stage:
        home = stage.screen.home
        try:
            stage.open_program("l3afpad")
            stage.start_tray()
            stage.type(TASK)
            stage.save_picture(out / "0-command.png", _SHOWN_AFTER_S)
            lines = tuple(_follow(stage, out))
            is_saved = wait_until(lambda: _is_written(home / _SAVED_NAME), _SAVE_LIMIT_S)
            stage.save_picture(out / "9-result.png", _SHOWN_AFTER_S)
        finally:
            if default_folder().exists():
                shutil.copytree(default_folder(), out / "runs")
            for log in home.glob("*.log"):
                shutil.copy(log, out)
        saved = Path(shutil.copy(home / _SAVED_NAME, out)) if is_saved else None
        return DemoReport(command=TASK, lines=lines, saved=saved)


def _follow(stage: Stage, out: Path) -> Iterator[str]:
    """Run what was typed; take a picture of every step while it is previewed; yield what came of each."""
    titles: dict[object, str] = {}
    for record in stage.run_typed():
        step = record.data.get("step_idx")
        match record.event:
            case "step_started":
                titles[step] = str(record.data["step"]["said"])
            case "previewed":
                stage.save_picture(out / f"{int(record.data['step_idx']) + 1}-step.png", _SHOWN_AFTER_S)
            case "step_finished":
                yield f"{int(record.data['step_idx']) + 1}. {titles[step]}: {record.data['outcome']}"
            case "run_finished":
                if record.data["message"]:
                    yield str(record.data["message"])


def _is_written(path: Path) -> bool:
    """Whether a file is there with something in it: it is there before it is written."""
    return path.is_file() and path.stat().st_size > 0
