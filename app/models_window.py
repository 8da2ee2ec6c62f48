"""The window in which a grounding model is chosen, downloaded and removed."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.amounts import left_words, size_words
from app.models_worker import ModelFailure, ModelsWorker
from app.theme import DARK, LIGHT
from app.widgets import named
from model.errors import ModelError
from model.grounder import DEFAULT_GROUNDER
from model.registry import ModelCard, find_card
from model.store.describe import DescribedModel
from model.store.fit import FitKind
from model.store.pull import PullProgress
from model.weight_mode import WeightMode

_COLUMNS = ("Model", "Size", "State", "On this machine", "Licence")
_WIDTHS = (165, 75, 105, 120)
_ROLE = Qt.ItemDataRole.UserRole
_STEPS = 1000


class ModelsWindow(QDialog):
    """Does not block; emits what was chosen. Closing it leaves a download running; it can be opened again.

    Args:
        worker: does the work; the window takes it over and closes it in ``end``.
        model: the model in use.

    Signals:
        model_chosen: str, the name or the folder of the model that is to be used from now on.
        notice_wanted: str message and str hint, where the window is closed and cannot show them.
    """

    model_chosen = Signal(str)
    notice_wanted = Signal(str, str)

    def __init__(self, worker: ModelsWorker, model: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models_window")
        self.setWindowTitle("Models")
        self.resize(820, 560)
        self._worker = worker
        self._model = model
        self._pulling = ""
        self._listed: tuple[DescribedModel, ...] = ()
        self._build()
        self._connect()
        self._show_buttons()
        worker.refresh(model)

    @property
    def is_pulling(self) -> bool:
        """Whether a download is running."""
        return bool(self._pulling)

    def set_model(self, model: str) -> None:
        """Tell which model is in use."""
        self._model = model
        self._worker.refresh(model)

    def end(self) -> None:
        """Close it and stop what runs."""
        self._worker.close()
        self.close()

    # ------------------------------------------------------------------ building

    def _build(self) -> None:
        self._tree = named(QTreeWidget(), "models_list")
        self._tree.setRootIsDecorated(False)
        self._tree.setUniformRowHeights(True)
        self._tree.setHeaderLabels(_COLUMNS)
        self._tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._tree.setAllColumnsShowFocus(True)
        for column, width in enumerate(_WIDTHS):
            self._tree.setColumnWidth(column, width)
        self._tree.setAccessibleName("Grounding models")
        self._details = named(QLabel("Looking at this machine …", wordWrap=True), "models_details")
        self._details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._details.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._details.setMinimumHeight(150)
        self._bar = named(QProgressBar(maximum=_STEPS, textVisible=False), "models_progress")
        self._progress = named(QLabel(), "models_progress_words")
        self._problem = named(QLabel(wordWrap=True), "models_problem")
        for widget in (self._bar, self._progress, self._problem):
            widget.setVisible(False)
        self._use = named(QPushButton("Use this model"), "models_use")
        self._pull = named(QPushButton("Download"), "models_pull")
        self._cancel = named(QPushButton("Cancel download"), "models_cancel")
        self._remove = named(QPushButton("Remove …"), "models_remove")
        self._folder = named(QPushButton("Use a folder …"), "models_folder")
        self._close = named(QPushButton("Close"), "models_close")
        buttons = QHBoxLayout()
        for button in (self._use, self._pull, self._cancel, self._remove):
            buttons.addWidget(button)
        buttons.addStretch()
        buttons.addWidget(self._folder)
        buttons.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.addWidget(self._tree, 1)
        for widget in (self._details, self._bar, self._progress, self._problem):
            layout.addWidget(widget)
        layout.addLayout(buttons)
        theme = DARK if self.palette().window().color().lightnessF() < 0.5 else LIGHT
        self.setStyleSheet(f"""
            QLabel#models_problem {{ color: {theme.bad}; }}
            QTreeWidget::item {{ padding: 3px 2px; }}
        """)

    def _connect(self) -> None:
        worker, queued = self._worker, Qt.ConnectionType.QueuedConnection
        worker.listed.connect(self._on_worker_listed, queued)
        worker.progressed.connect(self._on_worker_progressed, queued)
        worker.pull_ended.connect(self._on_worker_pull_ended, queued)
        worker.pull_cancelled.connect(self._on_worker_pull_cancelled, queued)
        worker.removed.connect(self._on_worker_removed, queued)
        worker.failed.connect(self._on_worker_failed, queued)
        self._tree.currentItemChanged.connect(self._on_tree_current_changed)
        self._tree.itemActivated.connect(self._on_tree_item_activated)
        self._use.clicked.connect(self._on_use_clicked)
        self._pull.clicked.connect(self._on_pull_clicked)
        self._cancel.clicked.connect(self._on_cancel_clicked)
        self._remove.clicked.connect(self._on_remove_clicked)
        self._folder.clicked.connect(self._on_folder_clicked)
        self._close.clicked.connect(self.close)

    # ------------------------------------------------------------------ showing

    def _current(self) -> DescribedModel | None:
        item = self._tree.currentItem()
        return None if item is None else item.data(0, _ROLE)

    def _is_used(self, card: ModelCard) -> bool:
        return self._model == card.name or self._model.rpartition(":")[0] == card.name

    def _show_buttons(self) -> None:
        model = self._current()
        is_download = model is not None and model.card.checkpoint is not None
        is_here = model is not None and model.is_here
        self._use.setEnabled(
            model is not None and is_here and model.card.is_available() and not self._is_used(model.card)
        )
        self._use.setText("Use this model" if model is None else _use_words(model))
        self._pull.setEnabled(is_download and not is_here and not self._pulling)
        has_part = model is not None and model.part_bytes > 0
        self._pull.setText("Go on with download" if has_part and not is_here else "Download")
        self._remove.setEnabled(is_download and (is_here or has_part) and not self._pulling)
        self._cancel.setVisible(bool(self._pulling))

    def _show_details(self) -> None:
        model = self._current()
        if model is None:
            return
        card = model.card
        lines = [card.summary[0].upper() + card.summary[1:] + ".", f"From {card.source}. Licence: {card.licence}."]
        lines += model.fit.sentences
        if card.measured:
            lines.append(f"Measured: {card.measured}.")
        else:
            lines.append("How well it finds things was not measured here yet.")
        self._details.setText("\n".join(lines))

    def _show_problem(self, message: str = "", hint: str = "") -> None:
        self._problem.setText(f"{message}\n{hint}".strip())
        self._problem.setVisible(bool(message))
        if message and not self.isVisible():
            self.notice_wanted.emit(message, hint)

    def _show_pulling(self, name: str) -> None:
        self._pulling = name
        self._bar.setVisible(bool(name))
        self._progress.setVisible(bool(name))
        self._bar.setValue(0)
        self._progress.setText(f"{name}: asking what there is …")
        self._cancel.setEnabled(True)
        self._show_buttons()

    # ------------------------------------------------------------------ what the worker says

    @Slot(object)
    def _on_worker_listed(self, listed: tuple[DescribedModel, ...]) -> None:
        before = self._current()
        chosen = self._model if before is None else before.card.name
        self._listed = listed
        self._tree.clear()
        for model in listed:
            mark = "✓ " if self._is_used(model.card) else ""
            words = (size_words(model.card.size_bytes), model.state, model.fit.short, model.card.licence)
            item = QTreeWidgetItem(self._tree, [mark + model.card.name, *words])
            item.setData(0, _ROLE, model)
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(0, model.card.summary)
            item.setToolTip(4, model.card.licence)
            if mark:
                font = item.font(0)
                font.setBold(True)
                item.setFont(0, font)
            if model.card.name == chosen or (mark and before is None):
                self._tree.setCurrentItem(item)
        self._show_buttons()

    @Slot(object)
    def _on_worker_progressed(self, progress: PullProgress) -> None:
        if not self._pulling:
            return
        self._bar.setValue(round(progress.done_bytes / max(progress.total_bytes, 1) * _STEPS))
        parts = [f"{self._pulling}: {size_words(progress.done_bytes)} of {size_words(progress.total_bytes)}"]
        if progress.bytes_per_s:
            parts.append(f"{size_words(round(progress.bytes_per_s))} a second")
        if progress.left_s is not None:
            parts.append(f"{left_words(progress.left_s)} left")
        self._progress.setText("  ·  ".join(parts))

    @Slot(str)
    def _on_worker_pull_ended(self, name: str) -> None:
        self._show_pulling("")
        if not self.isVisible():
            self.notice_wanted.emit(f"The model {name} is there.", "Choose it under Models in the tray's menu.")
        self._worker.refresh(self._model)

    @Slot()
    def _on_worker_pull_cancelled(self) -> None:
        self._show_pulling("")
        self._worker.refresh(self._model)

    @Slot(str)
    def _on_worker_removed(self, name: str) -> None:
        self._worker.refresh(self._model)
        if self._is_used(find_card(name)):
            self.model_chosen.emit(DEFAULT_GROUNDER)

    @Slot(object)
    def _on_worker_failed(self, failure: ModelFailure) -> None:
        self._show_pulling("")
        self._show_problem(failure.message, failure.hint)
        self._worker.refresh(self._model)

    # ------------------------------------------------------------------ what the person does

    @Slot()
    def _on_tree_current_changed(self) -> None:
        self._show_details()
        self._show_buttons()

    @Slot()
    def _on_tree_item_activated(self) -> None:
        if self._use.isEnabled():
            self._on_use_clicked()

    @Slot()
    def _on_use_clicked(self) -> None:
        model = self._current()
        if model is not None:
            self._show_problem()
            mode = _quantised(model)
            self.model_chosen.emit(model.card.name if mode is None else f"{model.card.name}:{mode}")

    @Slot()
    def _on_pull_clicked(self) -> None:
        model = self._current()
        if model is not None:
            self._show_problem()
            self._show_pulling(model.card.name)
            self._worker.pull(model.card.name)

    @Slot()
    def _on_cancel_clicked(self) -> None:
        self._cancel.setEnabled(False)
        self._progress.setText(f"{self._pulling}: stopping …")
        self._worker.cancel()

    @Slot()
    def _on_remove_clicked(self) -> None:
        model = self._current()
        if model is None:
            return
        n_bytes = model.card.size_bytes if model.is_here else model.part_bytes
        box = named(QMessageBox(self), "models_ask_remove")
        box.setText(f"Remove {model.card.name}?")
        box.setInformativeText(f"About {size_words(n_bytes)} become free. It can be downloaded again.")
        box.setStandardButtons(QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.button(QMessageBox.StandardButton.Yes).clicked.connect(lambda: self._worker.remove(model.card.name))
        box.open()

    @Slot()
    def _on_folder_clicked(self) -> None:
        dialog = named(QFileDialog(self, "Folder of a checkpoint"), "models_ask_folder")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.use_folder)
        dialog.open()

    @Slot(str)
    def use_folder(self, folder: str) -> None:
        """Take the model that lies in a folder."""
        try:
            card = find_card(folder)
        except ModelError as error:
            self._show_problem(error.message, error.hint)
            return
        self._show_problem()
        self.model_chosen.emit(card.name)


def _quantised(model: DescribedModel) -> WeightMode | None:
    """How its weights must be held to fit here; None if as they are."""
    return model.fit.mode if model.fit.kind is FitKind.QUANTISED and model.card.weights is None else None


def _use_words(model: DescribedModel) -> str:
    mode = _quantised(model)
    return "Use this model" if mode is None else f"Use in {mode}"
