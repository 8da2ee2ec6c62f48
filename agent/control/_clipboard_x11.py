"""Pasting on X11, with the clipboard put back as it was: every format of it, until somebody copies something else."""

import select
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import Xlib.error
import Xlib.protocol.event
import Xlib.protocol.request
from Xlib import X, Xatom

from agent.control._gate import Gate
from agent.errors import ControlError
from agent.x11 import connect

_ANSWER_TIMEOUT_S = 1.0
_TAKEN_TIMEOUT_S = 3.0
_POLL_S = 0.005
_IDLE_POLL_S = 0.2
# A request can carry 256 KiB; what is longer is appended piece by piece before the other side is told.
_PIECE_BYTES = 200_000
_MAX_READS = 100_000_000
# Questions about the clipboard rather than formats of what is in it.
_META_TARGETS = ("TARGETS", "MULTIPLE", "TIMESTAMP", "SAVE_TARGETS", "DELETE", "INSERT_SELECTION", "INSERT_PROPERTY")
_TEXT_TARGETS = ("UTF8_STRING", "text/plain;charset=utf-8", "text/plain", "TEXT")


@dataclass(frozen=True, slots=True)
class _Content:
    """What the clipboard holds in one format, as X11 transfers it: 8, 16 or 32 bits a unit."""

    kind: int
    unit_bits: int
    data: Any


class X11Clipboard:
    """Lends the clipboard to a text for one paste.

    The former content is afterwards offered by a thread of this object, since on X11 a clipboard is a program that
    answers. It is gone with ``close``, as it would be had the program that it was copied in ended.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._display: Any = connect(ControlError)
        self._window = self._display.screen().root.create_window(-1, -1, 1, 1, 0, X.CopyFromParent)
        self._window.change_attributes(event_mask=X.PropertyChangeMask)
        self._clipboard = self._atom("CLIPBOARD")
        self._offered: dict[int, _Content] = {}
        self._keeper: threading.Thread | None = None
        self._is_closing = threading.Event()

    def paste(self, text: str, press_paste: Callable[[], None]) -> None:
        """Offer a text, press the paste key, wait until it was taken, put the former content back.

        Raises:
            ControlError: nobody took the text.
            agent.errors.Cancelled: the stop was pulled.
        """
        self._gate.check()
        self._stop_keeper()
        before = self._offered if self._is_ours() else self._read_all()
        content = _Content(self._atom("UTF8_STRING"), 8, text.encode())
        self._offer({self._atom(name): content for name in _TEXT_TARGETS})
        try:
            press_paste()
            deadline = time.monotonic() + _TAKEN_TIMEOUT_S
            while not self._answer_waiting():
                self._gate.wait_for_program(_POLL_S)
                if time.monotonic() > deadline:
                    raise ControlError("The program did not take a special character that was pasted into it.")
        finally:
            self._offer(before)
            if before:
                self._start_keeper()

    def close(self) -> None:
        """Stop offering anything and disconnect."""
        self._stop_keeper()
        self._display.close()

    def _atom(self, name: str) -> int:
        return int(self._display.intern_atom(name))

    def _is_ours(self) -> bool:
        owner = self._display.get_selection_owner(self._clipboard)
        return owner != X.NONE and bool(owner.id == self._window.id)

    def _offer(self, contents: dict[int, _Content]) -> None:
        self._offered = contents
        owner = self._window.id if contents else X.NONE
        # python-xlib's own method can only make a window the owner, not nobody.
        Xlib.protocol.request.SetSelectionOwner(
            display=self._display.display, window=owner, selection=self._clipboard, time=X.CurrentTime
        )
        self._display.sync()

    # ------------------------------------------------------------------------------------ reading

    def _read_all(self) -> dict[int, _Content]:
        if self._display.get_selection_owner(self._clipboard) == X.NONE:
            return {}
        targets = self._read(self._atom("TARGETS"))
        meta = {self._atom(name) for name in _META_TARGETS}
        names = [] if targets is None else [target for target in targets.data if target not in meta]
        contents = {target: self._read(target) for target in dict.fromkeys(names)}
        return {target: content for target, content in contents.items() if content is not None}

    def _read(self, target: int) -> _Content | None:
        """The content in one format; None if its owner does not give it."""
        transfer = self._atom("FOVEAL_TRANSFER")
        self._window.convert_selection(self._clipboard, target, transfer, X.CurrentTime)
        answer = self._wait_for(lambda event: event.type == X.SelectionNotify and event.target == target)
        if answer is None or answer.property == X.NONE:
            return None
        content = self._take(transfer)
        if content is None or content.kind != self._atom("INCR"):
            return content
        return self._read_pieces(transfer)

    def _read_pieces(self, transfer: int) -> _Content | None:
        """Long contents come in pieces, each after the one before was taken; an empty one ends it (ICCCM, INCR)."""
        pieces: list[_Content] = []
        while sum(len(piece.data) for piece in pieces) < _MAX_READS:
            is_next = self._wait_for(
                lambda event: (
                    event.type == X.PropertyNotify and event.atom == transfer and event.state == X.PropertyNewValue
                )
            )
            piece = self._take(transfer) if is_next else None
            if piece is None:
                return None
            if len(piece.data) == 0:
                break
            pieces.append(piece)
        if not pieces:
            return None
        data = pieces[0].data
        for piece in pieces[1:]:
            data = data + piece.data
        return _Content(pieces[0].kind, pieces[0].unit_bits, data)

    def _take(self, transfer: int) -> _Content | None:
        value = self._window.get_full_property(transfer, X.AnyPropertyType)
        self._window.delete_property(transfer)
        self._display.flush()
        return None if value is None else _Content(value.property_type, value.format, value.value)

    def _wait_for(self, is_wanted: Callable[[Any], bool]) -> Any | None:
        deadline = time.monotonic() + _ANSWER_TIMEOUT_S
        while time.monotonic() < deadline:
            while self._display.pending_events():
                event = self._display.next_event()
                if is_wanted(event):
                    return event
            self._gate.wait_for_program(_POLL_S)
        return None

    # ------------------------------------------------------------------------------------ answering

    def _answer_waiting(self) -> bool:
        """Answer whoever asks; whether anybody took the content."""
        is_taken = False
        while self._display.pending_events():
            event = self._display.next_event()
            if event.type == X.SelectionRequest:
                is_taken |= self._answer(event)
        return is_taken

    def _answer(self, request: Any) -> bool:
        place = request.property or request.target  # old clients name none (ICCCM)
        content = self._offered.get(request.target)
        try:
            if request.target == self._atom("TARGETS"):
                targets = [self._atom("TARGETS"), *self._offered]
                request.requestor.change_property(place, Xatom.ATOM, 32, targets)
            elif content is not None:
                self._put(request.requestor, place, content)
            else:
                place = X.NONE
            request.requestor.send_event(
                Xlib.protocol.event.SelectionNotify(
                    time=request.time,
                    requestor=request.requestor,
                    selection=request.selection,
                    target=request.target,
                    property=place,
                )
            )
            self._display.sync()
        except Xlib.error.BadWindow:  # it closed meanwhile
            return False
        return content is not None

    def _put(self, requestor: Any, place: int, content: _Content) -> None:
        n_units = _PIECE_BYTES * 8 // content.unit_bits
        requestor.change_property(place, content.kind, content.unit_bits, content.data[:n_units])
        for start in range(n_units, len(content.data), n_units):
            piece = content.data[start : start + n_units]
            requestor.change_property(place, content.kind, content.unit_bits, piece, mode=X.PropModeAppend)

    def _start_keeper(self) -> None:
        self._is_closing.clear()
        # A daemon: a program that forgets to close us must still be able to end.
        self._keeper = threading.Thread(target=self._keep, name="clipboard-keeper", daemon=True)
        self._keeper.start()

    def _keep(self) -> None:
        """Answer until told to end or until somebody else copies something."""
        try:
            while not self._is_closing.is_set() and self._is_ours():
                self._answer_waiting()
                select.select([self._display], [], [], _IDLE_POLL_S)
        except (Xlib.error.ConnectionClosedError, OSError):
            return  # the session ended

    def _stop_keeper(self) -> None:
        self._is_closing.set()
        if self._keeper is not None:
            self._keeper.join()
            self._keeper = None
