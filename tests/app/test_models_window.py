"""The models window, on a real hub on this machine."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QProgressBar, QPushButton, QTreeWidget, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from app.models_window import ModelsWindow
from app.models_worker import ModelsWorker
from model.store.folder import list_installed, partial_bytes
from model.store.pull import pull_model
from model.store.sources import FolderSource
from tests.model.store.conftest import CHECKPOINT, REPOSITORY
from tests.model.store.hub_server import HubServer, running_hub

pytestmark = pytest.mark.gui


class Desk:
    """The window and the hands of the person."""

    def __init__(self, qtbot: QtBot, store: Path, hub: HubServer) -> None:
        self.qtbot, self.store, self.hub = qtbot, store, hub
        self.window = ModelsWindow(ModelsWorker(folder=store, mirror=hub.url), "ocr")
        self.chosen: list[str] = []
        self.notices: list[str] = []
        self.window.model_chosen.connect(self.chosen.append)
        self.window.notice_wanted.connect(lambda message, _hint: self.notices.append(message))
        self.window.show()
        self.wait(lambda: self.tree.topLevelItemCount() > 0)

    @property
    def tree(self) -> QTreeWidget:
        return self.window.findChild(QTreeWidget, "models_list")

    def row(self, name: str) -> QTreeWidgetItem:
        items = (self.tree.topLevelItem(idx) for idx in range(self.tree.topLevelItemCount()))
        return next(item for item in items if item.text(0).removeprefix("✓ ") == name)

    def button(self, name: str) -> QPushButton:
        return self.window.findChild(QPushButton, f"models_{name}")

    def label(self, name: str) -> str:
        label = self.window.findChild(QLabel, f"models_{name}")
        return label.text() if label.isVisible() else ""

    def select(self, name: str) -> None:
        self.tree.setCurrentItem(self.row(name))

    def state(self, name: str) -> str:
        return self.row(name).text(2)

    def wait(self, condition: object) -> None:
        self.qtbot.waitUntil(condition, timeout=10_000)


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with running_hub(REPOSITORY, CHECKPOINT) as server:
        yield server


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot, hub: HubServer, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(qtbot, tmp_path / "models", hub)
    qtbot.addWidget(desk.window)
    yield desk
    desk.window.end()


def test_the_list_tells_what_there_is(desk: Desk) -> None:
    assert desk.row("ocr").text(0) == "✓ ocr"
    assert [desk.row("focusui-3b").text(column) for column in (1, 2)] == ["7.7 GB", "not here"]
    desk.select("focusui-7b")
    assert "yyyang/FocusUI-7B" in desk.label("details")
    assert desk.button("pull").isEnabled()
    assert not desk.button("use").isEnabled()
    assert not desk.button("cancel").isVisible()


def test_what_comes_with_the_program_is_neither_fetched_nor_removed(desk: Desk) -> None:
    desk.select("ocr")
    assert not desk.button("pull").isEnabled()
    assert not desk.button("remove").isEnabled()


def test_download_use_and_remove(desk: Desk) -> None:
    desk.select("focusui-3b")
    desk.button("pull").click()
    assert desk.window.is_pulling
    desk.wait(lambda: desk.state("focusui-3b") == "here")
    assert not desk.window.findChild(QProgressBar, "models_progress").isVisible()
    assert desk.button("use").isEnabled()
    desk.button("use").click()
    assert desk.chosen[0].startswith("focusui-3b")
    desk.window.set_model("focusui-3b")
    desk.wait(lambda: desk.row("focusui-3b").text(0) == "✓ focusui-3b")
    desk.button("remove").click()
    box = desk.window.findChild(QMessageBox, "models_ask_remove")
    assert box.text() == "Remove focusui-3b?"
    box.button(QMessageBox.StandardButton.Yes).click()
    desk.wait(lambda: desk.state("focusui-3b") == "not here")
    desk.wait(lambda: desk.chosen[1:] == ["ocr"])


def test_cancel_and_go_on(desk: Desk) -> None:
    desk.hub.gate = threading.Event()
    desk.select("focusui-3b")
    desk.button("pull").click()
    desk.wait(desk.hub.is_waiting.is_set)
    assert desk.label("progress_words").startswith("focusui-3b:")
    desk.button("cancel").click()
    desk.hub.gate.set()
    desk.wait(lambda: not desk.window.is_pulling)
    desk.wait(lambda: desk.state("focusui-3b").endswith("arrived"))
    assert partial_bytes("focusui-3b", desk.store) > 0
    assert list_installed(desk.store) == ()
    assert desk.label("problem") == ""
    desk.hub.gate = None
    desk.select("focusui-3b")
    assert desk.button("pull").text() == "Go on with download"
    desk.button("pull").click()
    desk.wait(lambda: desk.state("focusui-3b") == "here")


def test_trouble_is_told_with_a_hint(desk: Desk) -> None:
    desk.hub.refuse = 401
    desk.select("focusui-3b")
    desk.button("pull").click()
    desk.wait(lambda: "without permission" in desk.label("problem"))
    assert "HF_TOKEN" in desk.label("problem")
    assert not desk.window.is_pulling


def test_closing_the_window_leaves_the_download_running(desk: Desk) -> None:
    desk.hub.gate = threading.Event()
    desk.select("focusui-3b")
    desk.button("pull").click()
    desk.wait(desk.hub.is_waiting.is_set)
    desk.window.close()
    desk.hub.gate.set()
    desk.wait(lambda: desk.notices == ["The model focusui-3b is there."])


def test_a_folder_is_used_as_a_model(desk: Desk, tmp_path: Path) -> None:
    desk.window.use_folder(str(CHECKPOINT))
    assert desk.chosen == [str(CHECKPOINT)]
    desk.window.set_model(str(CHECKPOINT))
    desk.wait(lambda: desk.tree.topLevelItem(desk.tree.topLevelItemCount() - 1).text(0) == f"✓ {CHECKPOINT}")
    desk.window.use_folder(str(tmp_path))
    assert "config.json is missing" in desk.label("problem")


def test_a_quantised_model_marks_its_row(desk: Desk) -> None:
    pull_model("focusui-3b", FolderSource(CHECKPOINT), desk.store)
    desk.window.set_model("focusui-3b:int4")
    desk.wait(lambda: desk.row("focusui-3b").text(0) == "✓ focusui-3b")
    desk.select("focusui-3b")
    assert not desk.button("use").isEnabled()
