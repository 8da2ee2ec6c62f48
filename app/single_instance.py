"""One Foveal per person and display; a second start sends a word to the first.

The same door serves ``foveal trigger command|ground|record|stop``, for desktops whose own shortcut settings must be
used because global grabs do not work there.
"""

import hashlib
import logging
import os
import tempfile
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

logger = logging.getLogger(__name__)

_TIMEOUT_MS = 2000
_MAX_WORD_BYTES = 64
_ANSWER = b"ok\n"


class Word(StrEnum):
    """What can be asked of a running Foveal."""

    COMMAND = "command"
    GROUND = "ground"
    RECORD = "record"
    STOP = "stop"


def socket_name() -> str:
    """Name of the socket: one per person and display (a person can be logged in twice).

    In the person's own runtime folder where there is one: elsewhere somebody else could take the name first.
    """
    session = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or ""
    name = f"foveal-{hashlib.sha256(f'{Path.home()} {session}'.encode()).hexdigest()[:16]}"
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return str(Path(runtime) / name) if runtime and Path(runtime).is_dir() else name


def send_word(word: Word, *, name: str | None = None, timeout_ms: int = _TIMEOUT_MS) -> bool:
    """Send a word to the running Foveal; needs no event loop.

    Returns:
        whether a running Foveal took it; False if none runs.
    """
    socket = QLocalSocket()
    socket.connectToServer(name or socket_name())
    if not socket.waitForConnected(timeout_ms):
        return False
    socket.write(f"{word}\n".encode())
    socket.waitForBytesWritten(timeout_ms)
    answer = b""
    while not answer.endswith(b"\n") and socket.waitForReadyRead(timeout_ms):
        answer += socket.readAll().data()
    answer += socket.readAll().data()  # what came together with the goodbye
    socket.abort()
    return answer == _ANSWER


class SingleInstance(QObject):
    """Listens for words.

    Signals:
        word_received: Word.
    """

    word_received = Signal(object)

    def __init__(self, parent: QObject | None = None, *, name: str | None = None) -> None:
        super().__init__(parent)
        self._name = name or socket_name()
        self._server = QLocalServer(self)
        # Only the same person may connect: the system checks the permissions of the socket.
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_server_new_connection)

    def listen(self) -> bool:
        """Become the one instance; False if another one answers. A socket left by a crash is removed."""
        # Qt moves a new socket over an old one without asking, so two that start at once must take turns.
        turn = QLockFile(str(Path(tempfile.gettempdir()) / f"{Path(self._name).name}.lock"))
        if not turn.tryLock(_TIMEOUT_MS):
            return False
        try:
            probe = QLocalSocket()
            probe.connectToServer(self._name)
            if probe.waitForConnected(_TIMEOUT_MS):
                probe.abort()
                return False
            QLocalServer.removeServer(self._name)
            return self._server.listen(self._name)
        finally:
            turn.unlock()

    @property
    def path(self) -> str:
        """Where the socket is."""
        return self._server.fullServerName()

    def close(self) -> None:
        """Stop listening and remove the socket."""
        self._server.close()

    @Slot()
    def _on_server_new_connection(self) -> None:
        while self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            socket.readyRead.connect(lambda socket=socket: self._read(socket))
            socket.disconnected.connect(socket.deleteLater)
            self._read(socket)  # the word may have come before we listened to it

    def _read(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            if socket.bytesAvailable() > _MAX_WORD_BYTES:
                socket.abort()
            return
        said = bytes(socket.readLine(_MAX_WORD_BYTES).data()).decode("ascii", "replace").strip()
        try:
            word = Word(said)
        except ValueError:
            logger.warning("something unknown was sent to the program's socket")
            socket.abort()
            return
        socket.write(_ANSWER)
        socket.flush()
        socket.disconnectFromServer()
        self.word_received.emit(word)
