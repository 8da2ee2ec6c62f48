"""A page for the browser, served from this machine; it tells the server all that happens on it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).with_name("pages")


class PageServer:
    """Serves the pages beside this file; ``state`` is what the page last told of itself."""

    def __init__(self) -> None:
        self.state: dict[str, Any] = {}
        self._lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = _FOLDER / Path(self.path.split("?")[0]).name
                if not path.is_file():
                    self.send_error(404)
                    return
                self._answer(path.read_bytes())

            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                server.take(json.loads(self.rfile.read(size)))
                self._answer(b"")

            def _answer(self, body: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def take(self, state: dict[str, Any]) -> None:
        """Remember what the page tells; messages may overtake each other."""
        with self._lock:
            is_newer = state["n_told"] > self.state.get("n_told", 0) or state["n_told"] == 1
            self.state = state if is_newer else self.state

    @property
    def url(self) -> str:
        """Address of the form."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/form.html"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def page_server() -> Iterator[PageServer]:
    """A running page server."""
    server = PageServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()
