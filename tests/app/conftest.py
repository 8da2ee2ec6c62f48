"""Qt offscreen; its warnings fail tests."""

import os
from pathlib import Path

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"

# What the offscreen platform says about itself; nothing of it can happen on a screen.
_OFFSCREEN = ("This plugin does not support", "No such signal QPlatformNativeInterface::systemTrayWindowChanged")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            item.add_marker(pytest.mark.qt_log_ignore(*_OFFSCREEN, extend=True))
