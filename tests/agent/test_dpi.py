"""Nothing that chooses a DPI awareness of its own may be imported before ours is set."""

import subprocess
import sys

import pytest

from agent.dpi import check_import_order, ensure_dpi_awareness


def test_pyautogui_before_us_is_our_mistake() -> None:
    with pytest.raises(AssertionError, match="pyautogui, mouseinfo"):
        check_import_order(["os", "mouseinfo", "pyautogui"])


def test_anything_else_may_come_first() -> None:
    check_import_order(["os", "numpy"])
    ensure_dpi_awareness()
    ensure_dpi_awareness()


def test_no_package_of_ours_imports_pyautogui_by_itself() -> None:
    code = "import sys, agent.dpi, agent.capture, agent.windows, agent.control; print('pyautogui' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"
