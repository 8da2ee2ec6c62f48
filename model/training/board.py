"""Event files for TensorBoard, where the package is installed."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any

_FOLDER = "tensorboard"


class Board:
    """Writes the numbers of a run; without the package ``tensorboard`` it writes nothing.

    Args:
        folder: of the run.
        is_writing: one process of several writes.
        first_step: what stands there of later steps is superseded.
    """

    def __init__(self, folder: Path, *, is_writing: bool, first_step: int) -> None:
        self._writer: Any = None
        if is_writing and find_spec("tensorboard") is not None:
            from torch.utils.tensorboard.writer import SummaryWriter

            self._writer = SummaryWriter(str(folder / _FOLDER), purge_step=first_step + 1)

    def __enter__(self) -> "Board":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._writer.close()

    def write(self, n_steps: int, values: Mapping[str, float]) -> None:
        """Add the values of a step by their names."""
        if self._writer is not None:
            for name, value in values.items():
                if name != "step":
                    self._writer.add_scalar(name, value, n_steps)
