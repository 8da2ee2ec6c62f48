"""Pictures of real programs, each with what their accessibility trees say is where."""

import json
from pathlib import Path

from agent.virtual_screen import VirtualScreen
from model.data.collect.desktop.stage import Stage
from model.data.collect.desktop.states import states
from tests.benchmarks.desktop.programs import Subject

_N_STARTS = 4


def collect(subject: Subject, folder: Path) -> int:
    """Save the states of one program as NAME-STATE.png and .json; returns how many there are."""
    # Qt puts itself on the accessibility bus in some starts only.
    return next((n for n in (_collect_once(subject, folder) for _ in range(_N_STARTS)) if n), 0)


def _collect_once(subject: Subject, folder: Path) -> int:
    width, height = subject.size_px
    n_states = 0
    with VirtualScreen(width, height, window_manager=subject.window_manager) as screen:
        settings = screen.home / ".config" / "gtk-3.0" / "settings.ini"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text("[Settings]\ngtk-enable-animations=0\n")
        stage = Stage(screen, subject.command, dict(subject.env))
        stage.start()
        if not stage.tree_when_there():
            return 0
        for state in states(stage):
            path = folder / f"{subject.name}-{state.name}"
            path.with_suffix(".png").write_bytes(state.picture)
            truth = {"program": subject.name, "part": subject.part, "size_px": [width, height]}
            truth |= {"nodes": state.nodes, "windows": state.windows}
            path.with_suffix(".json").write_text(json.dumps(truth))
            n_states += 1
    return n_states
