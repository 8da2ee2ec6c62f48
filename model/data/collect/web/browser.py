"""Chromium without a window, spoken to in its DevTools protocol over a pair of pipes."""

import base64
import itertools
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from model.errors import CollectError

_TRUTH = Path(__file__).with_name("truth.js")


class Browser:
    """Runs from ``__enter__`` to ``__exit__`` and shows one page at a time."""

    def __enter__(self) -> Self:
        """Start the browser.

        Raises:
            CollectError: Chromium is missing or ends at once.
        """
        if shutil.which("chromium") is None:
            raise CollectError("Chromium, which shows the pages, is missing.", hint="apt-get install chromium")
        self._profile = tempfile.mkdtemp(prefix="foveal-browser-")
        command_read, command_write = os.pipe()
        answer_read, answer_write = os.pipe()
        options = (
            *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars"),
            *("--allow-file-access-from-files", "--remote-debugging-pipe", f"--user-data-dir={self._profile}"),
            # Pages of this machine alone. Blocked addresses would also block pictures in a page that name a namespace.
            "--host-resolver-rules=MAP * ~NOTFOUND",
        )
        # The browser reads commands from descriptor 3 and writes answers to 4.
        redirected = f'exec "$@" 3<&{command_read} 4>&{answer_write} 2>/dev/null'
        self._process = subprocess.Popen(  # noqa: S603 - fixed arguments
            ["bash", "-c", redirected, "bash", "chromium", *options],  # noqa: S607 - found on the path
            pass_fds=(command_read, answer_write),
        )
        os.close(command_read)
        os.close(answer_write)
        self._commands = os.fdopen(command_write, "wb")
        self._answers = os.fdopen(answer_read, "rb")
        self._ids = itertools.count(1)
        self._unread = b""
        self._session = ""
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._call("Page.enable")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._commands.close()  # the browser ends with its pipe
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._answers.close()
        shutil.rmtree(self._profile, ignore_errors=True)

    def show(
        self,
        path: Path,
        *,
        size_px: tuple[int, int],
        zoom: float,
        is_dark: bool,
        darkens: bool = False,
        scrolled: float = 0.0,
    ) -> None:
        """Load a page as a window shows it.

        Args:
            path: of the page.
            size_px: of the window, in pixels of the picture.
            zoom: 1.0 shows a pixel of the page as one of the picture.
            is_dark: whether the person prefers dark pages.
            darkens: whether the browser turns pages dark that are not by themselves.
            scrolled: how far down, from 0 to 1.
        """
        self._call("Emulation.setAutoDarkModeOverride", enabled=darkens)
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=round(size_px[0] / zoom),
            height=round(size_px[1] / zoom),
            deviceScaleFactor=zoom,
            mobile=False,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        self._call("Emulation.setEmulatedMedia", features=[scheme])
        self._call("Page.navigate", url=path.resolve().as_uri())
        while self._next().get("method") != "Page.loadEventFired":
            pass
        settled = "document.fonts.ready.then(() => new Promise(done => setTimeout(done, 400)))"
        scroll = f"scrollTo(0, {scrolled} * (document.documentElement.scrollHeight - innerHeight))"
        self._call("Runtime.evaluate", expression=scroll)
        self._call("Runtime.evaluate", expression=settled, awaitPromise=True)

    def picture(self) -> bytes:
        """What is shown, as PNG."""
        return base64.b64decode(self._call("Page.captureScreenshot", format="png")["data"])

    def truth(self) -> dict[str, Any]:
        """What is visible, see ``truth.js``; boxes in pixels of the picture."""
        answer = self._call("Runtime.evaluate", expression=_TRUTH.read_text(encoding="utf-8"), returnByValue=True)
        result: dict[str, Any] = answer["result"]["value"]
        return result

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        call_id = next(self._ids)
        message = {"id": call_id, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        self._commands.write(json.dumps(message).encode() + b"\0")
        self._commands.flush()
        while True:
            answer = self._next()
            if answer.get("id") == call_id:
                if "error" in answer:
                    raise CollectError(f"The browser refused {method}: {answer['error']}.")
                result: dict[str, Any] = answer["result"]
                return result

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            part = os.read(self._answers.fileno(), 1 << 20)
            if not part:
                raise CollectError("The browser ended.", hint="Run the same again: it goes on where it stopped.")
            self._unread += part
        first, _, self._unread = self._unread.partition(b"\0")
        message: dict[str, Any] = json.loads(first)
        return message
