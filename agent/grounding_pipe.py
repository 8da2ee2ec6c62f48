"""What ``agent.grounding_child`` and its child say to each other, and the child's side of it."""

import signal
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection

import numpy as np

from model.errors import ModelError
from model.grounder import Grounder, Look, score_words


@dataclass(frozen=True, slots=True, kw_only=True)
class LookRequest:
    """A picture of this size follows as raw bytes: encode it."""

    height_px: int
    width_px: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRequest:
    """Patch scores alone."""

    look: Look
    instruction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsRequest:
    """Patch scores word by word."""

    look: Look
    instruction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindRequest:
    """Find what is meant."""

    look: Look
    instruction: str
    keep_fraction: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRequest:
    """Everything that is seen."""

    look: Look


Request = LookRequest | ScoreRequest | WordsRequest | FindRequest | ReadRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the grounder returned."""

    value: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What the grounder raised on purpose; travels back as itself."""

    error: ModelError


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What went wrong inside the model.

    Attributes:
        trace: for the log.
        is_fatal: whether nothing will work in this process any more.
    """

    trace: str
    is_fatal: bool = False


Reply = Answer | Refusal | Failure

# After an error of the driver every later call to the GPU fails in that process.
_FATAL_SIGNS = ("CUDA error", "HIP error")
_OUT_OF_MEMORY = ModelError(
    "There is too little memory for the grounding model.",
    hint="Close other programs that need much memory, or choose a smaller model: `foveal models list`.",
)


def serve(pipe: Connection, name: str, load: Callable[[str], Grounder]) -> None:
    """Say whether the model could be loaded, then answer requests until the other end is closed. Runs in the child."""
    # Ctrl-C goes to the whole group; the parent decides what it means and closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):  # the other end has closed
        try:
            grounder = load(name)
        except ModelError as exc:
            pipe.send(Refusal(error=exc))
            return
        except MemoryError:
            pipe.send(Refusal(error=_OUT_OF_MEMORY))
            return
        except Exception:  # told to the parent, whatever it is
            pipe.send(Failure(trace=traceback.format_exc()))
            return
        pipe.send(Answer(value=grounder.info))
        try:
            while True:
                request: Request = pipe.recv()
                picture = pipe.recv_bytes() if isinstance(request, LookRequest) else b""
                pipe.send(_answer(grounder, request, picture))
        finally:
            grounder.close()


def _answer(grounder: Grounder, request: Request, picture: bytes) -> Reply:
    try:
        return Answer(value=_call(grounder, request, picture))
    except ModelError as exc:
        return Refusal(error=exc)
    except MemoryError:
        return Refusal(error=_OUT_OF_MEMORY)
    except Exception as exc:  # told to the parent, whatever it is
        return Failure(trace=traceback.format_exc(), is_fatal=any(sign in str(exc) for sign in _FATAL_SIGNS))


def _call(grounder: Grounder, request: Request, picture: bytes) -> object:
    match request:
        case LookRequest(height_px=height_px, width_px=width_px):
            return grounder.look(np.frombuffer(picture, np.uint8).reshape(height_px, width_px, 3))
        case ScoreRequest(look=look, instruction=instruction):
            return grounder.score(look, instruction)
        case WordsRequest(look=look, instruction=instruction):
            return score_words(grounder, look, instruction)
        case FindRequest(look=look, instruction=instruction, keep_fraction=keep_fraction):
            return grounder.find(look, instruction, keep_fraction=keep_fraction)
        case ReadRequest(look=look):
            return grounder.read(look)
