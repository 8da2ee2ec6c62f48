"""A grounder in a process of its own: a crash of the model leaves the program alive, and its memory is really freed.

Pictures travel through the pipe as raw bytes. Shared memory halves that time (44 ms against 21 ms for 3840x2160 on
two cores), but a full /dev/shm, small in containers, kills the process that writes to it; the pipe never does.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from agent.cancel import StopSwitch
from agent.child_death import Deaths, death_of_driver, death_of_model
from agent.errors import GroundingError
from agent.grounding import CaptureTimes
from agent.grounding_pipe import (
    Answer,
    Failure,
    FindRequest,
    LookRequest,
    ReadRequest,
    Refusal,
    Reply,
    Request,
    ScoreRequest,
    WordsRequest,
    serve,
)
from agent.types import Screenshot
from model.errors import LookExpiredError, ModelError
from model.grounder import (
    DEFAULT_GROUNDER,
    Element,
    Grounder,
    Grounding,
    Look,
    ModelInfo,
    PatchScores,
    WordScore,
    load_grounder,
)

log = logging.getLogger(__name__)

_POLL_S = 0.02
_CLOSE_LIMIT_S = 2.0
_T = TypeVar("_T")


class ChildGrounding:
    """A ``GroundingService`` whose model lives in a spawned child process.

    The child is started by ``start`` or the first call, and anew by the first call after it died or was ended because
    nobody had asked it anything for long; looks from before are expired then, as after a crash. One that dies twice
    of the same question is left alone for a while: loading gigabytes at each key press would only take the
    machine down. Usable from several threads: a lock lets one call through at a time. While a run is acting, every
    wait ends at once with ``Cancelled`` when its stop is pulled; the answer that nobody waits for any more is thrown
    away when it comes.

    Args:
        name: registry name of the model.
        stop: the stop of the runs that use it; None if nothing can be stopped.
        call_limit_s: a model that takes longer for one answer is taken for dead.
        load_limit_s: the same for loading; gigabytes from a slow disk take many minutes.
        rest_s: how long a model that died twice in a row is not started again.
        on_loading: told True when loading takes longer than ``told_after_s``, and False when it is over.
        told_after_s: how long loading goes unsaid.
        idle_limit_s: a child that was not asked anything for so long is ended to free its memory; None keeps it.
        load: makes the grounder, in the child; must be importable by name.
    """

    def __init__(
        self,
        name: str = DEFAULT_GROUNDER,
        *,
        stop: StopSwitch | None = None,
        call_limit_s: float = 180.0,
        load_limit_s: float = 3600.0,
        idle_limit_s: float | None = None,
        rest_s: float = 60.0,
        on_loading: Callable[[bool], None] = lambda _: None,
        told_after_s: float = 2.5,
        load: Callable[[str], Grounder] = load_grounder,
    ) -> None:
        self._name = name
        self._stop = stop
        self._call_limit_s = call_limit_s
        self._load_limit_s = load_limit_s
        self._on_loading = on_loading
        self._told_after_s = told_after_s
        self._deaths = Deaths(name, rest_s=rest_s)
        self._asking: type[Request] | None = None  # None while it loads
        self._idle_limit_s = idle_limit_s
        self._idle_timer: threading.Timer | None = None
        self._used_at_s = 0.0
        self._load = load
        self._lock = threading.Lock()
        self._child: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._n_starts = 0
        self._n_unread_replies = 0
        self._info: ModelInfo | None = None
        self._times = CaptureTimes()

    def start(self) -> None:
        """Start the child and let it load the model; does not wait for it."""
        with self._locked():
            self._ensure_child()

    @property
    def info(self) -> ModelInfo:
        """Name, device and digest of the model; waits for it to be loaded the first time."""
        with self._locked():
            with self._told_of_death():
                self._ensure_loaded()
            assert self._info is not None  # noqa: S101 - that is what being loaded means
            return self._info

    def look(self, screenshot: Screenshot) -> Look:
        """Encode a screen."""
        with self._locked():
            look = self._look_at(screenshot.pixels)
            self._times.note(look, screenshot)
            return look

    def look_at(self, image: NDArray[np.uint8]) -> Look:
        """Encode a picture [height, width, 3] that is no screenshot."""
        with self._locked():
            return self._look_at(image)

    def score(self, look: Look, instruction: str) -> PatchScores:
        """Patch scores alone."""
        with self._locked():
            return self._ask(ScoreRequest(look=self._inner(look), instruction=instruction), PatchScores)

    def score_words(self, look: Look, instruction: str) -> tuple[WordScore, ...]:
        """Patch scores word by word, if the model can tell."""
        with self._locked():
            request = WordsRequest(look=self._inner(look), instruction=instruction)
            return cast(tuple[WordScore, ...], self._ask(request, tuple))

    def find(self, look: Look, instruction: str, *, keep_fraction: float | None = None) -> Grounding:
        """Find what is meant."""
        with self._locked():
            request = FindRequest(look=self._inner(look), instruction=instruction, keep_fraction=keep_fraction)
            return self._times.fill(self._ask(request, Grounding), look)

    def read(self, look: Look) -> tuple[Element, ...]:
        """Everything the model sees."""
        with self._locked():
            return cast(tuple[Element, ...], self._ask(ReadRequest(look=self._inner(look)), tuple))

    def close(self) -> None:
        """End the child: closing the pipe asks it to, then it is terminated."""
        if not self._lock.acquire(timeout=_CLOSE_LIMIT_S):
            # A call of another thread hangs in the model. It ends, and lets go of the lock, when the child does.
            child = self._child
            if child is not None:
                with suppress(ValueError):  # that other thread was faster
                    child.kill()
            self._lock.acquire()
        try:
            self._end_child()
        finally:
            self._lock.release()

    def _look_at(self, image: NDArray[np.uint8]) -> Look:
        height_px, width_px, _ = image.shape
        picture = np.ascontiguousarray(image).data.cast("B")
        look = self._ask(LookRequest(height_px=height_px, width_px=width_px), Look, picture)
        # Handles of a child that died must never mean a screen of the next one.
        return replace(look, look_id=f"{self._n_starts}/{look.look_id}")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        while not self._lock.acquire(timeout=_POLL_S):
            self._check_stop()
        try:
            yield
        finally:
            self._used_at_s = time.monotonic()
            if self._child is not None and self._idle_timer is None and self._idle_limit_s is not None:
                self._end_later(self._idle_limit_s)
            self._lock.release()

    def _end_later(self, seconds: float) -> None:
        self._idle_timer = threading.Timer(seconds, self._end_if_idle)
        self._idle_timer.daemon = True
        self._idle_timer.start()

    def _end_if_idle(self) -> None:
        with self._lock:
            if self._idle_timer is not threading.current_thread() or self._idle_limit_s is None:
                return  # the child that this was about has ended
            left_s = self._used_at_s + self._idle_limit_s - time.monotonic()
            if left_s > 0:
                self._end_later(left_s)
            else:
                log.debug("the grounding model was not needed for %.0f s and is unloaded", self._idle_limit_s)
                self._end_child()

    @contextmanager
    def _told_of_death(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, OSError) as exc:
            exit_code = None
            if self._child is not None:
                self._child.join(_CLOSE_LIMIT_S)  # the pipe closes a moment before the process is gone
                exit_code = self._child.exitcode
            raise self._died(death_of_model(self._name, exit_code)) from exc

    def _died(self, error: GroundingError) -> GroundingError:
        """Remember that the child died, or is as good as dead."""
        self._end_child()
        self._deaths.note(error, self._asking)
        return error

    def _check_stop(self) -> None:
        # Outside of a run the flag is only what is left of the last one.
        if self._stop is not None and self._stop.is_acting:
            self._stop.check()

    def _inner(self, look: Look) -> Look:
        n_starts, _, look_id = look.look_id.partition("/")
        self._ensure_child()
        if n_starts != str(self._n_starts):
            raise LookExpiredError("The screen has to be looked at again.", hint="The model was started anew.")
        return replace(look, look_id=look_id)

    def _ensure_child(self) -> Connection:
        if self._child is not None and self._pipe is not None and self._child.is_alive():
            return self._pipe
        self._end_child()
        self._deaths.check()
        context = SpawnContext()
        ours, theirs = context.Pipe()
        child = context.Process(
            target=serve, args=(theirs, self._name, self._load), name="foveal-grounding", daemon=True
        )
        child.start()
        theirs.close()
        self._child, self._pipe = child, ours
        self._n_starts += 1
        self._n_unread_replies = 0
        return ours

    def _ensure_loaded(self) -> Connection:
        pipe = self._ensure_child()
        if self._info is None:
            try:
                self._info = _value_of(self._receive_loaded(pipe), ModelInfo)
            except ModelError as exc:  # it could not be loaded
                self._end_child()
                self._deaths.note_refusal(exc)
                raise
            except GroundingError:
                self._end_child()
                raise
        return pipe

    def _ask(self, request: Request, kind: type[_T], picture: memoryview | None = None) -> _T:
        self._check_stop()
        with self._told_of_death():
            self._asking = None
            pipe = self._ensure_loaded()
            self._asking = type(request)
            # An answer that an earlier, stopped call did not wait for comes first. Until it is there the child does
            # not read, and a picture sent now could block beyond the reach of the stop.
            while self._n_unread_replies:
                self._receive(pipe, self._call_limit_s)
                self._n_unread_replies -= 1
            pipe.send(request)
            if picture is not None:
                pipe.send_bytes(picture)
            self._n_unread_replies += 1
            reply = self._receive(pipe, self._call_limit_s)
            self._n_unread_replies -= 1
        if isinstance(reply, Failure) and reply.is_fatal:
            log.error("The driver failed:\n%s", reply.trace)
            raise self._died(death_of_driver(self._name))
        self._deaths.forget(type(request))
        return _value_of(reply, kind)

    def _receive_loaded(self, pipe: Connection) -> Reply:
        """What became of loading; tells the listener if that takes long."""
        is_told = False

        def tell(waited_s: float) -> None:
            nonlocal is_told
            if not is_told and waited_s > self._told_after_s:
                is_told = True
                self._on_loading(True)

        try:
            return self._receive(pipe, self._load_limit_s, on_wait=tell)
        finally:
            if is_told:
                self._on_loading(False)

    def _receive(self, pipe: Connection, limit_s: float, *, on_wait: Callable[[float], None] = lambda _: None) -> Reply:
        started_s = time.monotonic()
        while not pipe.poll(_POLL_S):
            self._check_stop()
            waited_s = time.monotonic() - started_s
            on_wait(waited_s)
            if waited_s > limit_s:
                self._n_unread_replies = 1  # it is busy: no use in waiting for it to end by itself
                raise self._died(
                    GroundingError(
                        f"The grounding model {self._name} did not answer within {limit_s:.0f} seconds.",
                        hint="Try again: it is started anew. A smaller model is quicker: `foveal models list`.",
                    )
                )
        return cast(Reply, pipe.recv())

    def _end_child(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
            self._idle_timer = None
        if self._pipe is not None:
            self._pipe.close()
        if self._child is not None:
            is_idle = self._info is not None and self._n_unread_replies == 0
            self._child.join(_CLOSE_LIMIT_S if is_idle else 0)  # one that is busy does not see the closed pipe
            if self._child.is_alive():
                self._child.terminate()
                self._child.join(_CLOSE_LIMIT_S)
            if self._child.is_alive():
                self._child.kill()
                self._child.join()
            self._child.close()
        self._pipe = self._child = self._info = None


def _value_of(reply: Reply, kind: type[_T]) -> _T:
    match reply:
        case Refusal(error=error):
            raise error
        case Failure(trace=trace):
            log.error("The grounding model failed:\n%s", trace)
            raise GroundingError("The grounding model failed.", hint="The log has the details.")
        case Answer(value=value):
            assert isinstance(value, kind)  # noqa: S101 - our own child answers our own question
            return value
