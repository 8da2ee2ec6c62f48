"""Models are listed, fetched and removed in a thread of their own; results become signals here."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from model.errors import ModelError
from model.registry import MODEL_CARDS, find_card
from model.store.describe import DescribedModel, describe
from model.store.errors import PullCancelled
from model.store.folder import models_folder, remove_model
from model.store.hub import HubSource, endpoint_url
from model.store.machine import read_machine
from model.store.pull import pull_model

logger = logging.getLogger(__name__)

_CLOSE_LIMIT_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFailure:
    """What went wrong, in the person's words."""

    message: str
    hint: str = ""


class ModelsWorker(QObject):
    """Does what the models window wishes, one thing after the other. All methods are for the GUI thread.

    Args:
        folder: where models are kept; None takes the usual place.
        mirror: hub to download from; None takes the usual one.

    Signals:
        listed: tuple of DescribedModel.
        progressed: PullProgress, a few times a second.
        pull_ended: str, the model that is there now.
        pull_cancelled: the person stopped it.
        removed: str, the model that is gone.
        failed: ModelFailure.
    """

    listed = Signal(object)
    progressed = Signal(object)
    pull_ended = Signal(str)
    pull_cancelled = Signal()
    removed = Signal(str)
    failed = Signal(object)

    def __init__(self, *, folder: Path | None = None, mirror: str | None = None) -> None:
        super().__init__()
        self._folder = models_folder(folder)
        self._mirror = mirror
        self._cancel = threading.Event()
        self._is_closed = False
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="models")

    def refresh(self, extra: str = "") -> None:
        """List the models, and the one that is in use if it is none of them."""
        self._submit(lambda: self._list(extra))

    def pull(self, name: str) -> None:
        """Download a model."""
        self._cancel.clear()
        self._submit(lambda: self._pull(name))

    def cancel(self) -> None:
        """Stop the download; what has arrived stays."""
        self._cancel.set()

    def remove(self, name: str) -> None:
        """Delete a downloaded model."""
        self._submit(lambda: self._remove(name))

    def close(self) -> None:
        """Stop what runs and end the thread; a connection that says nothing is waited for a moment only."""
        if self._is_closed:
            return
        self._is_closed = True
        self._cancel.set()
        self._executor.shutdown(wait=False, cancel_futures=True)
        for thread in threading.enumerate():
            if thread.name.startswith("models_"):
                thread.join(_CLOSE_LIMIT_S)

    def _list(self, extra: str) -> None:
        machine = read_machine(self._folder)
        cards = list(MODEL_CARDS)
        if extra and all(card.name != extra for card in cards):
            try:
                card = find_card(extra)
                cards += [card] if card.checkpoint is None else []  # a listed one in another weight mode
            except ModelError as error:  # the folder has gone meanwhile
                logger.info("%s", error.message)
        described: tuple[DescribedModel, ...] = tuple(describe(card, machine, self._folder) for card in cards)
        self.listed.emit(described)

    def _pull(self, name: str) -> None:
        card = find_card(name)
        if card.checkpoint is None:
            return
        source = HubSource(endpoint_url(self._mirror), card.checkpoint.repository, card.checkpoint.revision)
        try:
            model = pull_model(
                card.checkpoint.name,
                source,
                self._folder,
                family=card.checkpoint.shape.family,
                cancel=self._cancel,
                on_progress=self.progressed.emit,
            )
        except PullCancelled:
            self.pull_cancelled.emit()
        else:
            self.pull_ended.emit(model.name)

    def _remove(self, name: str) -> None:
        remove_model(name, self._folder)
        self.removed.emit(name)

    def _submit(self, work: Callable[[], None]) -> None:
        if not self._is_closed:
            self._executor.submit(self._guarded, work)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except ModelError as error:
            self.failed.emit(ModelFailure(message=error.message, hint=error.hint))
        except Exception as error:
            logger.exception("unexpected error while handling models")
            self.failed.emit(
                ModelFailure(
                    message=f"Something went wrong inside Foveal: {type(error).__name__}.",
                    hint="`foveal models` in a terminal, with --verbose, tells more.",
                )
            )
