"""What tests of reading share."""

import subprocess
from collections.abc import Iterator

import pytest

from model.ocr.reader import ScreenReader


@pytest.fixture
def reader() -> Iterator[ScreenReader]:
    reader = ScreenReader(n_threads=2)
    yield reader
    reader.close()


@pytest.fixture(scope="session")
def chinese_font() -> str:
    """Path of a font with Chinese letters."""
    command = ["fc-match", "--format=%{file}", "Noto Sans CJK SC"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
