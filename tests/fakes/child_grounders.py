"""Grounders for a child process: it finds them by name, so they are module-level functions."""

import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Never

from model.errors import ModelLoadError
from model.grounder import Grounder, Grounding, Look
from model.refine.config import RefineConfig
from model.refine.grounder import RefinedGrounder
from tests.fakes.fake_grounder import FakeGrounder

HANG_S = 600.0


class UnrulyGrounder(FakeGrounder):
    """Some instructions make it die, hang, fail or tell about its process."""

    def find(self, look: Look, instruction: str, *, keep_fraction: float | None = None) -> Grounding:
        match instruction:
            case "die":
                os._exit(3)
            case "be killed":  # as the kernel does when memory runs out
                os.kill(os.getpid(), signal.SIGKILL)
            case "lose the driver":
                raise RuntimeError("CUDA error: unspecified launch failure")
            case "abort":  # as drivers do
                os.abort()
            case "take too much":
                taken = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
                _, hard = resource.getrlimit(resource.RLIMIT_AS)
                resource.setrlimit(resource.RLIMIT_AS, (taken + 2**20, hard))
                try:
                    bytearray(2**30)
                finally:
                    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
            case "hang":
                time.sleep(HANG_S)
            case "take a moment":
                time.sleep(0.5)
            case "fail":
                raise RuntimeError("out of memory")
            case "is Qt here?":
                assert not any(name.startswith("PySide6") for name in sys.modules)
        return super().find(look, "red", keep_fraction=keep_fraction)


def load_unruly(_name: str) -> Grounder:
    return UnrulyGrounder()


def load_refined(_name: str) -> Grounder:
    """Takes every second look: "click hang" answers at first and hangs in another wording."""
    return RefinedGrounder(UnrulyGrounder(), RefineConfig(is_thorough=True))


def load_missing(name: str) -> Never:
    raise ModelLoadError(f'There is no model "{name}".', hint="Pull it.")


def load_slowly(_name: str) -> Never:
    time.sleep(HANG_S)
    raise AssertionError("nobody waits so long")


def load_and_abort(_name: str) -> Never:
    os.abort()


def load_after_a_while(_name: str) -> Grounder:
    time.sleep(0.6)
    return UnrulyGrounder()
