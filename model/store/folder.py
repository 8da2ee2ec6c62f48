"""Where downloaded models lie, and which are there.

    models/<name>/foveal-manifest.json   what was fetched from where, with a SHA-256 per file
    models/<name>/…                      the checkpoint, in its published layout
    models/.partial/<name>/              a download under way; never listed

A model appears by one rename, after every file was verified: a half one is never installed.
"""

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import platformdirs

from model.errors import ModelLoadError
from model.store.errors import StoreError

FOLDER_VARIABLE = "FOVEAL_MODELS"
MANIFEST = "foveal-manifest.json"
_PARTIAL = ".partial"
_SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file of an installed model: its name, size, and SHA-256 as hex."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledModel:
    """A model that is completely there.

    Attributes:
        name: registry name.
        folder: where it lies.
        source: where it was fetched from.
        revision: commit or branch that was fetched.
        files: its files.
    """

    name: str
    folder: Path
    source: str
    revision: str
    files: tuple[StoredFile, ...]

    @property
    def size_bytes(self) -> int:
        """Of all files."""
        return sum(file.size_bytes for file in self.files)


def models_folder(override: Path | None = None) -> Path:
    """Where models are kept: the given folder, that of FOVEAL_MODELS, or the person's data folder."""
    if override is not None:
        return override
    if named := os.environ.get(FOLDER_VARIABLE):
        return Path(named).expanduser()
    return platformdirs.user_data_path("foveal", appauthor=False) / "models"


def partial_folder(name: str, folder: Path) -> Path:
    """Where a download of a model is put together."""
    return folder / _PARTIAL / name


def write_manifest(model: InstalledModel, folder: Path) -> None:
    """Write down what a folder holds."""
    files = [asdict(file) for file in model.files]
    raw = {"schema": _SCHEMA_VERSION, "name": model.name, "source": model.source, "revision": model.revision}
    (folder / MANIFEST).write_text(json.dumps(raw | {"files": files}, indent=1) + "\n", "utf-8")


def list_installed(folder: Path | None = None) -> tuple[InstalledModel, ...]:
    """The models that are completely there, by name."""
    try:
        places = sorted(models_folder(folder).iterdir())
    except OSError:
        return ()
    read = (read_installed(place) for place in places if not place.name.startswith("."))
    return tuple(model for model in read if model is not None)


def find_installed(name: str, folder: Path | None = None) -> InstalledModel:
    """An installed model.

    Raises:
        ModelLoadError: it is not there, or files of it are missing.
    """
    place = models_folder(folder) / name
    if (model := read_installed(place)) is not None:
        return model
    if place.exists():
        raise ModelLoadError(
            f"The files of {name} are incomplete.", hint=f"Get it again: foveal models pull {name} (in {place})."
        )
    raise ModelLoadError(
        f"{name} is not downloaded yet.",
        hint=f"Get it with `foveal models pull {name}`, or in the tray's menu under Models.",
    )


def read_installed(place: Path) -> InstalledModel | None:
    """What lies in a folder according to its manifest; None if that is missing, broken, or files are."""
    try:
        raw = json.loads((place / MANIFEST).read_text("utf-8"))
        files = tuple(StoredFile(**file) for file in raw["files"])
        is_whole = all((place / file.name).stat().st_size == file.size_bytes for file in files)
        model = InstalledModel(
            name=raw["name"], folder=place, source=raw["source"], revision=raw["revision"], files=files
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return model if is_whole else None


def partial_bytes(name: str, folder: Path | None = None) -> int:
    """How much of a model has arrived in a download that was not finished."""
    place = partial_folder(name, models_folder(folder))
    if not place.is_dir():
        return 0
    return sum(file.stat().st_size for file in place.iterdir() if file.is_file())


def remove_model(name: str, folder: Path | None = None) -> int:
    """Delete a model, and what is left of an unfinished download of it; return the bytes that became free.

    Raises:
        StoreError: there is nothing of that name, or it cannot be deleted.
    """
    root = models_folder(folder)
    places = [place for place in (root / name, partial_folder(name, root)) if place.is_dir()]
    if not places:
        raise StoreError(f"{name} is not downloaded.", hint="`foveal models list` shows what is.")
    n_bytes = sum(file.stat().st_size for place in places for file in place.rglob("*") if file.is_file())
    try:
        for place in places:
            # The manifest goes first: a removal that is cut off leaves nothing that looks whole.
            (place / MANIFEST).unlink(missing_ok=True)
            shutil.rmtree(place)
    except OSError as exc:
        raise StoreError(f"{name} cannot be deleted: {exc.strerror}.", hint=f"Look into {exc.filename}.") from exc
    return n_bytes
