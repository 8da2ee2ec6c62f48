"""What every test stands on: no network, no leaked threads, no warnings in the log that nobody looks at."""

import logging
import os
import runpy
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

_DENY_NETWORK = Path(__file__).parent / "deny_network"


def pytest_configure() -> None:
    """Deny the network to this process and, through its environment, to every Python process it starts."""
    runpy.run_path(str(_DENY_NETWORK / "sitecustomize.py"))
    inherited = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(_DENY_NETWORK), *([inherited] if inherited else [])])


@pytest.fixture(autouse=True)
def _no_leaked_threads() -> Iterator[None]:
    """Every thread a test starts, it ends."""
    before = set(threading.enumerate())
    yield
    started = set(threading.enumerate()) - before
    for thread in started:
        thread.join(2.0)
    leaked = [thread.name for thread in started if thread.is_alive() and not thread.daemon]
    assert not leaked, f"threads left running: {leaked}"


class _Collector(logging.Handler):
    """Keeps what is logged."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _no_unexpected_log_records(request: pytest.FixtureRequest) -> Iterator[None]:
    """What our loggers warn of fails a test, unless the test asks for ``caplog`` and so looks at it."""
    collector = _Collector(logging.WARNING)
    loggers = [logging.getLogger(name) for name in ("app", "agent", "model")]
    for logger in loggers:
        logger.addHandler(collector)
    yield
    for logger in loggers:
        logger.removeHandler(collector)
    if "caplog" not in request.fixturenames:
        assert not collector.lines, "unexpected log records:\n" + "\n".join(collector.lines)
