"""The tests' own denial of the network works, here and in processes that are started."""

import socket
import subprocess
import sys

import pytest

_OUTSIDE = ("192.0.2.1", 9)  # reserved for documentation (RFC 5737): nobody is there


def test_a_connection_beyond_this_machine_is_denied() -> None:
    with socket.socket() as outside, pytest.raises(PermissionError, match="this machine only"):
        outside.connect(_OUTSIDE)


def test_a_name_lookup_is_denied() -> None:
    with pytest.raises(PermissionError, match="this machine only"):
        socket.getaddrinfo("example.org", 443)


def test_a_child_process_is_denied_too() -> None:
    code = f"import socket; socket.socket().connect({_OUTSIDE!r})"
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "PermissionError" in child.stderr


def test_loopback_is_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
