"""``foveal ground`` with a checkpoint: found by its folder, in a child process whose crash is a sentence."""

import json
import multiprocessing
from pathlib import Path
from typing import Any

import pytest

import agent.grounding_child
from agent.grounding_child import ChildGrounding
from app.cli import main
from model.grounder import Grounder
from tests.fakes.child_grounders import load_and_abort
from tests.reference import checkpoint_folder, screenshot

IMAGE = str(screenshot("editor_640x400"))
FOLDER = str(checkpoint_folder("qwen2_5_vl"))


def load_noted(name: str) -> Grounder:
    """A checkpoint on a machine with next to no memory left for a look."""
    from model.focusui.load import load_focusui

    class Short:
        n_asked = 0

        def free_bytes(self) -> int | None:
            self.n_asked += 1
            return None if self.n_asked == 1 else 1

        def release(self) -> None: ...

    return load_focusui(Path(name), name=name, memory=Short())


def test_a_checkpoint_grounds_by_its_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ground", IMAGE, "Save", "--model", FOLDER, "--keep", "0.5", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["point"] is not None
    assert said["model"] == {"name": FOLDER, "device": "cpu"}
    assert multiprocessing.active_children() == []


def _load_with(monkeypatch: pytest.MonkeyPatch, load: Any) -> None:
    def child(name: str, **options: Any) -> ChildGrounding:
        return ChildGrounding(name, load=load, **options)

    monkeypatch.setattr(agent.grounding_child, "ChildGrounding", child)


def test_a_crash_of_the_model_exits_1_with_a_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _load_with(monkeypatch, load_and_abort)
    assert main(["ground", IMAGE, "Save", "--model", FOLDER]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "crashed (SIGABRT)" in said.err
    assert "smaller model" in said.err
    assert multiprocessing.active_children() == []


def test_short_memory_is_told_on_stderr(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    _load_with(monkeypatch, load_noted)
    assert main(["ground", IMAGE, "Save", "--model", FOLDER, "--json"]) == 0
    said = capsys.readouterr()
    assert "Memory was short" in said.err
    assert json.loads(said.out)["image"] == {"width": 640, "height": 400}


def test_a_mode_that_nobody_knows_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ground", IMAGE, "Save", "--model", f"{FOLDER}:int3"]) == 2
    assert "int3" in capsys.readouterr().err
