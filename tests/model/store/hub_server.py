"""A hub on this machine that speaks the Hugging Face layout, and can be told to misbehave."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit


class HubServer(ThreadingHTTPServer):
    """Serves one repository from a folder.

    Attributes:
        cut_after: bytes after which an answer with a file ends, once per entry, the first entry first.
        corrupt: names of files that are sent with their last byte changed.
        refuse: status that every request is answered with; None answers as asked.
        has_ranges: whether it can begin in the middle.
        gate: if set, the weights wait for it half-way, and ``is_waiting`` is set.
        ranges: (file, offset) as it was asked for, in order.
    """

    daemon_threads = True

    def __init__(self, repository: str, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.repository, self.folder = repository, folder
        self.cut_after: list[int] = []
        self.corrupt: set[str] = set()
        self.refuse: int | None = None
        self.has_ranges = True
        self.gate: threading.Event | None = None
        self.is_waiting = threading.Event()
        self.ranges: list[tuple[str, int]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def running_hub(repository: str, folder: Path) -> Iterator[HubServer]:
    with HubServer(repository, folder) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            if server.gate is not None:
                server.gate.set()
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: HubServer

    def do_GET(self) -> None:
        hub = self.server
        path = urlsplit(self.path).path
        if hub.refuse is not None:
            self._answer(b"no", hub.refuse)
        elif path == f"/api/models/{hub.repository}/tree/main":
            self._answer(json.dumps([_entry(file) for file in sorted(hub.folder.rglob("*"))]).encode())
        elif path.startswith(f"/{hub.repository}/resolve/main/"):
            self._send_file(hub.folder / path.rpartition("/")[2])
        else:
            self._answer(b"not found", 404)

    def _send_file(self, file: Path) -> None:
        hub = self.server
        content = file.read_bytes()
        if file.name in hub.corrupt:
            content = content[:-1] + bytes([content[-1] ^ 1])
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        hub.ranges.append((file.name, start))
        start = start if hub.has_ranges else 0
        if start > len(content):
            self._answer(b"", 416)
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        body = content[start:]
        if hub.cut_after and len(body) > hub.cut_after[0]:
            body = body[: hub.cut_after.pop(0)]
            self.close_connection = True
        if hub.gate is not None and file.suffix == ".safetensors":
            half, body = body[: len(body) // 2], body[len(body) // 2 :]
            self._write(half)
            hub.is_waiting.set()
            hub.gate.wait(20)
        self._write(body)

    def _write(self, body: bytes) -> None:
        try:
            self.wfile.write(body)
            self.wfile.flush()
        except OSError:  # whoever asked has gone
            self.close_connection = True

    def _answer(self, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self._write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on the tests' stderr."""


def _entry(file: Path) -> dict[str, object]:
    if file.is_dir():
        return {"type": "directory", "path": file.name, "oid": "0" * 40, "size": 0}
    content = file.read_bytes()
    git = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
    entry: dict[str, object] = {"type": "file", "path": file.name, "oid": git, "size": len(content)}
    if file.suffix in {".safetensors", ".bin"}:
        entry["lfs"] = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 134}
    return entry
