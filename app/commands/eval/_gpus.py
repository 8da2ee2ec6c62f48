"""Several GPUs at once: a process for each, with a part of the pictures and a file of answers of its own."""

import os
import sys
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from app.exit_status import ExitStatus

if TYPE_CHECKING:
    from model.evaluation.benchmarks.items import ItemSet

_END_S = 10.0


def ask_on_gpus(gpus: Sequence[str], items: "ItemSet", answers: Path, ask: "Callable[[ItemSet, Path], object]") -> None:
    """Ask about everything, a part on each GPU; whatever becomes of the processes, their answers are kept.

    Args:
        gpus: what CUDA_VISIBLE_DEVICES is to be for each process.
        items: of which each gets whole pictures.
        answers: file to which all answers are added.
        ask: asks about a part and keeps its answers in a file; called in another process.

    Raises:
        ModelError: a process failed.
        KeyboardInterrupt: somebody stopped it.
    """
    from model.errors import ModelError

    parts = [answers.with_name(f"{answers.name}.{number}") for number in range(1, len(gpus) + 1)]
    _gather(parts, answers)  # of a run that was killed
    context = get_context("spawn")
    processes = [
        context.Process(target=_ask_on, args=(gpu, ask, items.shard(index, len(gpus)), part), daemon=True)
        for index, (gpu, part) in enumerate(zip(gpus, parts, strict=True))
    ]
    try:
        for process in processes:
            process.start()
        for process in processes:
            process.join()
    except KeyboardInterrupt:
        for process in processes:
            if process.pid is not None:
                process.join(_END_S)  # Ctrl-C reached it, too
                process.terminate()
                process.join()
        raise
    finally:
        _gather(parts, answers)
    if n_failed := sum(process.exitcode != 0 for process in processes):
        raise ModelError(
            f"{n_failed} of {len(processes)} processes failed; what they had answered is kept.",
            hint="The lines above say why. The same command again goes on.",
        )


def _ask_on(gpu: str, ask: "Callable[[ItemSet, Path], object]", items: "ItemSet", part: Path) -> None:
    """What a process does."""
    os.environ["CUDA_VISIBLE_DEVICES"] = gpu  # before torch is loaded, which sees only this one then
    try:
        ask(items, part)
    except KeyboardInterrupt:  # told by the process that started this one, which it reaches, too
        raise SystemExit(ExitStatus.STOPPED) from None
    except Exception as error:  # of any kind: the others go on, and this is told
        print(f"GPU {gpu}: {error}", file=sys.stderr)
        raise SystemExit(1) from error


def _gather(parts: Sequence[Path], answers: Path) -> None:
    """Add the lines of the parts to the file of all, but for a last one that was cut short."""
    for part in parts:
        if part.is_file():
            lines = part.read_bytes()
            with answers.open("ab") as stream:
                stream.write(lines[: lines.rfind(b"\n") + 1])
            part.unlink()
