"""Two processes that learn together."""

import json
import os
import socket
import subprocess
import sys
from typing import Any


def run_on_two(asked: list[dict[str, Any]], **environment: str) -> None:
    """Runs as ``tests.model.training.worker`` takes them, one after the other, each in two processes.

    Args:
        asked: the runs.
        environment: variables that the processes see besides.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = [sys.executable, "-m", "tests.model.training.worker", json.dumps(asked)]
    together = {
        **os.environ,
        "WORLD_SIZE": "2",
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": port,
        "OMP_NUM_THREADS": "1",  # else accelerate takes as many as it likes, and sums come in another order
        **environment,
    }
    started = [subprocess.Popen(command, env={**together, "RANK": rank, "LOCAL_RANK": rank}) for rank in "01"]
    try:
        assert [process.wait(timeout=240) for process in started] == [0, 0]
    finally:
        for process in started:
            process.kill()
