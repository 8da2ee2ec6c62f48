import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.commands._errors import UsageError
from app.commands.models.pull import progress_words
from model.store.errors import StoreError
from model.store.folder import partial_bytes
from model.store.pull import PullProgress
from tests.app.commands.conftest import RunCommand
from tests.model.store.conftest import CHECKPOINT, REPOSITORY
from tests.model.store.hub_server import HubServer, running_hub


def test_list_marks_the_default(run_command: RunCommand, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command("models", "list") == 0
    assert capsys.readouterr().out.startswith("* ocr ")


def test_list_and_info_as_json_agree(run_command: RunCommand, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command("models", "list", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert run_command("models", "info", "ocr", "--json") == 0
    assert json.loads(capsys.readouterr().out) in listed
    assert [card["name"] for card in listed if card["is_default"]] == ["ocr"]


def test_info_in_words(run_command: RunCommand, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command("models", "info", "ocr") == 0
    text = capsys.readouterr().out
    assert "licence:     Apache-2.0" in text
    assert "size:        55 MB" in text


def test_unknown_name_is_told(run_command: RunCommand) -> None:
    with pytest.raises(UsageError, match='named "gpt"'):
        run_command("models", "info", "gpt")


def test_an_action_is_needed(run_command: RunCommand) -> None:
    with pytest.raises(SystemExit) as caught:
        run_command("models")
    assert caught.value.code == 2


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOVEAL_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with running_hub(REPOSITORY, CHECKPOINT) as server:
        yield server


def test_pull_list_info_remove(
    run_command: RunCommand, hub: HubServer, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command("models", "pull", "focusui-3b", "--mirror", hub.url) == 0
    said = capsys.readouterr()
    assert f"focusui-3b is there: 1.4 MB in {store / 'focusui-3b'}" in said.out
    assert "100%  1.4 MB of 1.4 MB" in said.err
    assert run_command("models", "list") == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if " focusui-3b " in line)
    assert " here " in line
    assert run_command("models", "info", "focusui-3b", "--json") == 0
    assert json.loads(capsys.readouterr().out)["folder"] == str(store / "focusui-3b")
    assert run_command("models", "remove", "focusui-3b") == 0
    assert "1.4 MB are free again" in capsys.readouterr().out
    with pytest.raises(StoreError, match="is not downloaded"):
        run_command("models", "remove", "focusui-3b")


def test_pull_from_a_folder_into_a_folder(
    run_command: RunCommand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command("models", "pull", "focusui-3b", "--from", CHECKPOINT, "--folder", tmp_path / "here") == 0
    assert f"--model {tmp_path / 'here' / 'focusui-3b'}" in capsys.readouterr().out
    assert run_command("models", "info", tmp_path / "here" / "focusui-3b") == 0
    assert "FocusUI checkpoint on Qwen2.5-VL" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("pull", "gpt"), 'named "gpt"'),
        (("pull", "ocr"), "comes with Foveal"),
        (("pull", str(CHECKPOINT)), "is there already"),
        (("pull", "focusui-3b", "--from", "x", "--mirror", "http://x"), "exclude each other"),
        (("remove", "ocr"), "comes with Foveal"),
        (("remove", str(CHECKPOINT)), "is a folder of yours"),
        (("info", "./no/such/folder"), "There is no folder"),
    ],
)
def test_wrong_usage(run_command: RunCommand, arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        run_command("models", *arguments)


def test_ctrl_c_stops_with_status_4_and_says_how_to_go_on(hub: HubServer, store: Path) -> None:
    hub.gate = threading.Event()
    command = [sys.executable, "-m", "app", "models", "pull", "focusui-3b", "--mirror", hub.url]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as foveal:
        assert hub.is_waiting.wait(20)
        foveal.send_signal(signal.SIGINT)
        _, said = foveal.communicate(timeout=20)
    assert foveal.returncode == 4
    assert said.endswith("foveal: Stopped.\n  `foveal models pull focusui-3b` goes on with it.\n")
    assert partial_bytes("focusui-3b", store) > 0


def test_no_network_fails_with_status_1(store: Path) -> None:
    command = [sys.executable, "-m", "app", "models", "pull", "focusui-3b", "--mirror", "http://127.0.0.1:9"]
    foveal = subprocess.run(command, capture_output=True, text=True, check=False)
    assert foveal.returncode == 1
    assert foveal.stderr.startswith("foveal: 127.0.0.1 cannot be reached: connection refused.\n  Is there a network?")


def test_progress_in_words() -> None:
    progress = PullProgress(
        file="model.safetensors", done_bytes=3_300_000_000, total_bytes=7_700_000_000, bytes_per_s=41.2e6, left_s=107.0
    )
    assert progress_words(progress) == "43%  3.3 GB of 7.7 GB  41 MB/s  1:47 left  model.safetensors"
