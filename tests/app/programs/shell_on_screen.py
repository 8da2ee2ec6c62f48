"""The shell on a real screen with a fake agent that takes real pictures. Tells what the agent is asked, line by line.

Arguments: folder for settings and pictures, box of the target (x1 y1 x2 y2).
"""

import sys
from pathlib import Path

from PIL import Image
from PySide6.QtWidgets import QApplication

from agent.capture import open_capture
from agent.capture._base import ScreenCapture
from agent.types import Screenshot
from app.application import QuitOnSignals, build_application
from app.qt_logging import install_qt_logging
from app.settings import LoadedSettings, Settings
from app.single_instance import SingleInstance
from tests.app.fakes import FakeAssistant, FakeServices


class TellingLog(list[str]):
    def append(self, entry: str) -> None:
        super().append(entry)
        print(entry, flush=True)


class Camera:
    """Takes real pictures, in the worker thread, and keeps each as a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._capture: ScreenCapture | None = None
        self._n_pictures = 0

    def take(self) -> Screenshot:
        self._capture = self._capture or open_capture()
        screenshot = self._capture.capture()
        Image.fromarray(screenshot.pixels).save(self._folder / f"{self._n_pictures}.png")
        self._n_pictures += 1
        return screenshot


def main() -> int:
    folder = Path(sys.argv[1])
    x1, y1, x2, y2 = map(float, sys.argv[2:6])
    install_qt_logging()
    app = QApplication(["foveal"])
    instance = SingleInstance()
    if not instance.listen():
        return 1
    assistant = FakeAssistant(capture_now=Camera(folder).take, target=(x1, y1, x2, y2))
    assistant.log = TellingLog()
    application = build_application(
        app,
        services=FakeServices(folder / "runs", assistant).services,
        instance=instance,
        loaded=LoadedSettings(settings=Settings(is_first_start=False, is_history_saved=False)),
        path=folder / "settings.json",
    )
    application.start()
    signals = QuitOnSignals(app)
    print("ready", flush=True)
    try:
        return app.exec()
    finally:
        application.close()
        signals.close()
        print("closed", flush=True)


if __name__ == "__main__":
    sys.exit(main())
