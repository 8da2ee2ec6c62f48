"""Denies every connection beyond this machine, in whichever Python process it is loaded.

The folder is put on PYTHONPATH by the tests, so that every process they start loads it too, the model's child and the
guard included; the test process itself loads it from conftest.py. Where FOVEAL_DENIED names a file, each attempt is
written down there as well: a program may swallow the error.
"""

import ipaddress
import os
import sys
from typing import Any

_GUARDED = {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"}


def is_local(address: Any) -> bool:
    """Whether an address of the socket module stays on this machine."""
    if not isinstance(address, tuple):  # a path or an abstract name: local by nature
        return True
    host = address[0]
    if host in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False


def _deny(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _GUARDED and arguments[1] is not None and not is_local(arguments[1]):
        _refuse(f"{event} to {arguments[1]!r}")
    if event == "socket.getaddrinfo" and not is_local((arguments[0] or "localhost",)):
        _refuse(f"looking up {arguments[0]!r}")


def _refuse(what: str) -> None:
    if path := os.environ.get("FOVEAL_DENIED"):
        with open(path, "a", encoding="utf-8") as file:  # noqa: PTH123 - pathlib is not worth importing in every process
            file.write(f"{what}\n")
    raise PermissionError(f"{what}: Foveal talks to this machine only")


sys.addaudithook(_deny)
