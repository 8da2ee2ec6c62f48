"""Many instructions from a file: one JSON line in, one JSON line out, in order, and resumable.

An answer is written as soon as it is there, so a killed run loses the line it was at and no other. Running again
answers what has no line yet. A line that cannot be answered gets ``{"id", "error"}`` and the rest goes on; one without
an id is known by its number, ``{"id": null, "line", "error"}``.
"""

import json
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from agent.errors import AgentError
from app.commands._errors import UsageError
from model.errors import InputError, ModelError
from model.grounder import Grounder, Look
from model.instruction import check_instruction
from model.pictures import load_picture

_N_LOOKS = 4  # as many as every grounder keeps

Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSummary:
    """How many lines were answered, got an error, or had an answer from an earlier run."""

    n_answered: int
    n_failed: int
    n_skipped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """A line of the input; ``problem`` says why it cannot be answered, "" if it can."""

    line: int
    id: Any = None
    image: Path = Path()
    instruction: str = ""
    problem: str = ""

    @property
    def key(self) -> Key:
        return _key(self.id, self.line)


def run_batch(
    in_path: Path,
    out_path: Path,
    *,
    open_grounder: Callable[[], Grounder],
    keep_fraction: float | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> BatchSummary:
    """Answer the lines of ``in_path`` that have no line in ``out_path`` yet.

    Args:
        in_path: JSON lines {"id", "image", "instruction"}; image paths are relative to this file.
        out_path: JSON lines; created, or gone on with. A last line that was cut off is removed first.
        open_grounder: called once, and not at all if nothing is left to do.
        keep_fraction: share of patches to keep, None leaves it to the model.
        on_progress: called with (lines done, lines to do) after each line.

    Raises:
        UsageError: a file cannot be read or written, or ``out_path`` holds something else.
        AgentError: writing failed later, on a full disk, say.
        model.errors.ModelLoadError: the model cannot be loaded.
    """
    requests = list(_read_requests(in_path))
    if out_path.exists() and out_path.samefile(in_path):
        raise UsageError("Input and output are the same file.", hint="Choose another name after --out.")
    done = _repair(out_path)
    open_requests = []
    for request in requests:
        if done[request.key]:
            done[request.key] -= 1
        else:
            open_requests.append(request)
    n_failed = 0
    if open_requests:
        with _open_for_appending(out_path) as out, closing(open_grounder()) as grounder:
            looks = _RecentLooks(grounder)
            for n_done, request in enumerate(open_requests, start=1):
                answer = _answer(request, looks, keep_fraction)
                n_failed += "error" in answer
                _write(out, answer)
                if on_progress is not None:
                    on_progress(n_done, len(open_requests))
    return BatchSummary(
        n_answered=len(open_requests) - n_failed, n_failed=n_failed, n_skipped=len(requests) - len(open_requests)
    )


def _answer(request: _Request, looks: "_RecentLooks", keep_fraction: float | None) -> dict[str, Any]:
    try:
        if request.problem:
            raise InputError(request.problem)
        instruction = check_instruction(request.instruction)
        look, look_ms = looks.look(request.image)
        start_s = time.perf_counter()
        grounding = looks.grounder.find(look, instruction, keep_fraction=keep_fraction)
        latency_ms = look_ms + (time.perf_counter() - start_s) * 1e3
    except ModelError as error:
        place = {"line": request.line} if request.id is None else {}
        return {"id": request.id, **place, "error": error.message}
    x, y = grounding.point if grounding.point is not None else (None, None)
    return {
        "id": request.id,
        "x": x,
        "y": y,
        "score": grounding.score,
        "rejected": grounding.is_rejected,
        "latency_ms": round(latency_ms, 3),
        "screen_cached": look.is_cached,
    }


class _RecentLooks:
    """Looks at the last few pictures; lines about one of them cost neither decoding nor encoding."""

    def __init__(self, grounder: Grounder) -> None:
        self.grounder = grounder
        self._looks: OrderedDict[Path, Look] = OrderedDict()

    def look(self, path: Path) -> tuple[Look, float]:
        """The look at a picture, and the milliseconds it took: 0 if there is one already. Decoding does not count."""
        if path in self._looks:
            self._looks.move_to_end(path)
            return self._looks[path], 0.0
        pixels = load_picture(path)
        start_s = time.perf_counter()
        look = self.grounder.look(pixels)
        look_ms = (time.perf_counter() - start_s) * 1e3
        self._looks[path] = replace(look, is_cached=True)  # for the next line about it
        if len(self._looks) > _N_LOOKS:
            self._looks.popitem(last=False)
        return look, look_ms


def _read_requests(in_path: Path) -> Iterator[_Request]:
    try:
        lines = in_path.read_bytes().split(b"\n")
    except OSError as exc:
        raise UsageError(f"{in_path} cannot be read: {exc.strerror}.", hint="Check the name after --batch.") from exc
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _parse(line, number, in_path.parent)


def _parse(line: bytes, number: int, folder: Path) -> _Request:
    try:
        record = json.loads(line)
    except ValueError:
        return _Request(line=number, problem="The line is not JSON.")
    if not isinstance(record, dict) or record.get("id") is None:
        return _Request(line=number, problem='The line is not an object with an "id".')
    image, instruction = record.get("image"), record.get("instruction")
    if not isinstance(image, str) or not isinstance(instruction, str):
        return _Request(line=number, id=record["id"], problem='The line needs "image" and "instruction" as text.')
    return _Request(line=number, id=record["id"], image=folder / image, instruction=instruction)


def _repair(out_path: Path) -> Counter[Key]:
    """Cut off an unfinished last line and tell what the others answer; a pipe or device has none."""
    if not out_path.is_file():
        return Counter()
    try:
        content = out_path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        keys = Counter(_key_of_answer(line, out_path) for line in whole.splitlines() if line.strip())
        if len(whole) < len(content):
            with out_path.open("r+b") as out:
                out.truncate(len(whole))
    except OSError as exc:
        raise UsageError(f"{out_path} cannot be used: {exc.strerror}.", hint="Choose another --out.") from exc
    return keys


def _key_of_answer(line: bytes, out_path: Path) -> Key:
    try:
        record = json.loads(line)
        return _key(record["id"], record.get("line", 0))
    except (ValueError, TypeError, KeyError, AttributeError) as exc:
        raise UsageError(
            f"{out_path} exists and holds something other than answers.", hint="Choose another name after --out."
        ) from exc


def _key(request_id: Any, line: int) -> Key:
    """What tells requests apart: the id, or the line number where there is none."""
    return ("line", str(line)) if request_id is None else ("id", json.dumps(request_id, sort_keys=True))


def _open_for_appending(out_path: Path) -> BinaryIO:
    try:
        return out_path.open("ab", buffering=0)
    except OSError as exc:
        raise UsageError(
            f"{out_path} cannot be written: {exc.strerror}.", hint="Name a file in a folder that you may write to."
        ) from exc


def _write(out: BinaryIO, answer: dict[str, Any]) -> None:
    try:
        out.write(json.dumps(answer).encode() + b"\n")
    except OSError as exc:
        raise AgentError(
            f"The answers cannot be written any more: {exc.strerror}.",
            hint="Make room and run the same again to go on.",
        ) from exc
