"""Folders of recorded numbers: checkpoints, pictures, and what the authors' code computes on them.

Layout: ``<variant>/checkpoint/``, ``<variant>/cases.json`` with one entry per picture, and
``<variant>/cases/<picture>.npz``; picture files are named relative to the folder that holds the variants.
What was recorded in training lies in ``<variant>/training/``: ``records.json``, ``losses.json`` and ``<picture>.npz``;
its pictures lie in ``screenshots/``.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from model.errors import InputError

_CASES = "cases.json"
_HINT = "It holds one folder per variant, each with checkpoint/, cases.json and cases/."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """What all cases have.

    Attributes:
        name: of the case.
        image: the picture file.
        values_file: recorded arrays, by the names that the folder's README explains.
    """

    name: str
    image: Path
    values_file: Path

    def values(self) -> dict[str, NDArray[Any]]:
        """The recorded arrays.

        Raises:
            InputError: the file cannot be read.
        """
        return read_arrays(self.values_file)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceCase(_Case):
    """One picture and instruction.

    Attributes:
        instruction: as given to the model.
        ratios: shares of visual tokens that were dropped.
    """

    instruction: str
    ratios: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingCase(_Case):
    """One training record and what its losses were.

    Attributes:
        row: the record in the authors' format.
        losses: by the share of visual tokens that was dropped, numbers by name.
    """

    row: dict[str, Any]
    losses: dict[float, dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceVariant:
    """A checkpoint and what was recorded with it; there may be no training cases."""

    folder: Path
    cases: tuple[ReferenceCase, ...]
    training_cases: tuple[TrainingCase, ...]

    @property
    def name(self) -> str:
        """Name of its folder."""
        return self.folder.name

    @property
    def checkpoint(self) -> Path:
        """Folder of the weights."""
        return self.folder / "checkpoint"


def read_reference(folder: Path) -> tuple[ReferenceVariant, ...]:
    """All variants of a folder; the folder may also be that of a single variant.

    Raises:
        InputError: there is none, or its list of cases cannot be read.
    """
    if (folder / _CASES).is_file():
        return (_read_variant(folder, folder.parent),)
    found = tuple(_read_variant(path.parent, folder) for path in sorted(folder.glob(f"*/{_CASES}")))
    if not found:
        raise InputError(f"{folder} holds no recorded cases.", hint=_HINT)
    return found


def read_arrays(file: Path) -> dict[str, NDArray[Any]]:
    """The arrays of an npz file.

    Raises:
        InputError: it cannot be read.
    """
    try:
        with np.load(file, allow_pickle=False) as arrays:
            return dict(arrays)
    except (OSError, ValueError, BadZipFile) as exc:
        raise InputError(f"{file} cannot be read: {exc}", hint=_HINT) from exc


def _read_variant(folder: Path, root: Path) -> ReferenceVariant:
    return ReferenceVariant(
        folder=folder,
        cases=tuple(_read_cases(folder, root)),
        training_cases=tuple(_read_training_cases(folder / "training", root)),
    )


def _read_cases(folder: Path, root: Path) -> Iterator[ReferenceCase]:
    with _explained(folder / _CASES):
        listed = json.loads((folder / _CASES).read_text(encoding="utf-8"))
        for name, entry in listed.items():
            yield ReferenceCase(
                name=name,
                image=root / entry["image"],
                instruction=entry["instruction"],
                ratios=tuple(float(ratio) for ratio in entry["ratios"]),
                values_file=folder / "cases" / f"{name}.npz",
            )


def _read_training_cases(folder: Path, root: Path) -> Iterator[TrainingCase]:
    if not folder.is_dir():
        return
    with _explained(folder):
        recorded = json.loads((folder / "losses.json").read_text(encoding="utf-8"))["cases"]
        for row in json.loads((folder / "records.json").read_text(encoding="utf-8")):
            name = Path(row["image"]).stem
            losses = {float(key[1:]): entry for key, entry in recorded[name].items() if key.startswith("r")}
            yield TrainingCase(
                name=name,
                image=root / "screenshots" / row["image"],
                row=row,
                losses=losses,
                values_file=folder / f"{name}.npz",
            )


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
        raise InputError(f"{path} cannot be read: {exc!r}", hint=_HINT) from exc
