"""All screens that the pointer learns from, looked at and asked about once by several processes."""

import hashlib
import multiprocessing
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from model.data.instructions.absent import pool_of
from model.data.screens import SCREENS_FILE, LabelledScreen
from model.digest import files_digest
from model.nano.files import ASKS
from model.training.nano import encoder_run, glyph_run, reader_run
from model.training.nano.pointer_data import Asker
from model.training.nano.pointer_samples import PointerScreen, read_asked, write_asked
from model.training.nano.screens import training_screens
from model.training.nano.trained import GRAPHS, export_trained_sight

_TOLD_EVERY = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be asked.

    Attributes:
        folders: of collected screens.
        n_each: instructions per screen.
        seed: of the instructions.
        n_workers: processes that look and ask.
    """

    folders: tuple[Path, ...]
    n_each: int
    seed: int
    n_workers: int


def prepare_screens(run: Path, order: Order, *, on_progress: Callable[[str], None]) -> list[PointerScreen]:
    """All training screens of some folders, as the encoder of a run sees them; kept in the run's folder for next time.

    Args:
        run: folder of the run, with what it knows of asks; its encoder is exported beside the checkpoint.
        order: what is to be asked.
        on_progress: is told how many are done.
    """
    export_trained_sight(run, run / GRAPHS)
    shutil.copyfile(run / ASKS, run / GRAPHS / ASKS)
    screens = training_screens(order.folders)
    pool = pool_of([screen for _, screen in screens])
    cache = run / f"asked-{_digest_of(run, order)}"
    cache.mkdir(exist_ok=True)
    files = [cache / f"{index}.npz" for index in range(len(screens))]
    missing = [(file, *screen) for file, screen in zip(files, screens, strict=True) if not file.is_file()]
    # Spawned: forked processes inherit locks of ONNX Runtime's threads.
    with ProcessPoolExecutor(
        order.n_workers,
        multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(run / GRAPHS, pool, order.n_each, order.seed),
    ) as workers:
        for n_done, _ in enumerate(workers.map(_ask, missing), start=1):
            if n_done % _TOLD_EVERY == 0:
                on_progress(f"{n_done} of {len(missing)} screens")
    return [screen for file in files for screen in read_asked(file)]


_asker: Asker | None = None
"""Of a worker."""


def _begin(graphs: Path, pool: Sequence[str], n_each: int, seed: int) -> None:
    global _asker  # noqa: PLW0603 - how a worker of a pool keeps what it needs
    _asker = Asker(graphs, pool, n_each=n_each, seed=seed)


def _ask(task: tuple[Path, Path, LabelledScreen]) -> None:
    file, folder, screen = task
    asked = None if _asker is None else _asker.about(folder, screen)
    write_asked(file, [] if asked is None else [asked])


def _digest_of(run: Path, order: Order) -> str:
    """Of all that decides what the screens are and how they are seen."""
    files = [
        run / encoder_run.CHECKPOINT,
        run / reader_run.CHECKPOINT,
        run / glyph_run.CHECKPOINT,
        run / ASKS,
        *(folder / SCREENS_FILE for folder in order.folders),
    ]
    made = hashlib.sha256(f"{order.n_each} {order.seed} {files_digest(files)}".encode())
    return made.hexdigest()[:12]
