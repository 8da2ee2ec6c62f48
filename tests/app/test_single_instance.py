import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.single_instance import SingleInstance, Word, send_word, socket_name

pytestmark = pytest.mark.gui


@pytest.fixture
def name(tmp_path: Path) -> str:
    return str(tmp_path / "foveal.sock")


@pytest.mark.parametrize("word", list(Word))
def test_word_reaches_the_first_instance(qtbot: QtBot, name: str, word: Word) -> None:
    first = SingleInstance(name=name)
    assert first.listen()
    script = (
        "import sys; from app.single_instance import Word, send_word; "
        "sys.exit(0 if send_word(Word(sys.argv[1]), name=sys.argv[2]) else 1)"
    )
    with qtbot.waitSignal(first.word_received, timeout=20_000) as received:
        sender = subprocess.Popen([sys.executable, "-c", script, word, name])
    qtbot.waitUntil(lambda: sender.poll() is not None, timeout=20_000)
    assert sender.returncode == 0
    assert received.args == [word]
    first.close()


def test_nobody_there_is_told(qapp: object, name: str) -> None:
    assert not send_word(Word.STOP, name=name)


def test_second_instance_knows_that_it_is_the_second(qapp: object, name: str) -> None:
    first, second = SingleInstance(name=name), SingleInstance(name=name)
    assert first.listen()
    assert not second.listen()
    first.close()
    assert second.listen()
    second.close()


def test_socket_left_by_a_crash_is_removed(qapp: object, name: str) -> None:
    script = "import os, socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1]); os._exit(1)"
    subprocess.run([sys.executable, "-c", script, name], check=False)
    assert Path(name).exists()
    instance = SingleInstance(name=name)
    assert instance.listen()
    instance.close()
    assert not Path(name).exists()


def test_only_the_same_person_may_connect(qapp: object, name: str) -> None:
    instance = SingleInstance(name=name)
    assert instance.listen()
    assert stat.S_IMODE(Path(instance.path).stat().st_mode) & 0o077 == 0
    instance.close()


@pytest.mark.parametrize("said", [b"rm -rf\n", b"x" * 5000, b"\xff\xfe\n"])
def test_nonsense_is_not_taken_for_a_word(
    qtbot: QtBot, name: str, said: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    instance = SingleInstance(name=name)
    assert instance.listen()
    heard: list[object] = []
    instance.word_received.connect(heard.append)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(name)
        client.sendall(said)
        client.settimeout(0.01)

        def is_hung_up() -> bool:
            try:
                return client.recv(10) == b""
            except TimeoutError:
                return False
            except ConnectionResetError:
                return True

        qtbot.waitUntil(is_hung_up, timeout=5000)
    assert heard == []
    instance.close()


def test_each_display_has_its_own_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    names = set()
    for display in (":0", ":1", ""):
        monkeypatch.setenv("DISPLAY", display)
        names.add(socket_name())
    assert len(names) == 3
