"""The data configuration of GUI-Actor and FocusUI: which lists of records, with pictures from where, and how many.

    datasets:
      - json_path: GUIAct/guiact_bbox.json
        images_folder: GUIAct/web_imgs          # a folder, or an archive
        sampling_strategy: "random:10%"         # without: all
        coordinates: pixels                     # ours; without: fractions, as published

(``data/data_config.yaml`` in ``showlab/FocusUI`` and ``microsoft/GUI-Actor``). Paths that are not absolute are looked
for beside the configuration and in its parent folders, because the authors' lie in ``data/`` and are used from the
folder above it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.data.sources.sampling import Sampling
from model.data.sources.usable import Units
from model.errors import InputError

_KEYS = frozenset({"json_path", "images_folder", "sampling_strategy", "coordinates"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SetConfig:
    """One data set of a configuration.

    Attributes:
        json_path: its list of records.
        images: folder or archive of its pictures; None for that of the list.
        sampling: which rows are taken.
        units: of boxes and points.
    """

    json_path: Path
    images: Path | None
    sampling: Sampling
    units: Units


def read_config(path: Path) -> list[SetConfig]:
    """The data sets of a configuration.

    Raises:
        InputError: it is no such configuration, or names what is not there.
    """
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as exc:
        raise InputError(f"{path} is not YAML: {exc}.", hint="Mend the configuration.") from exc
    except OSError as exc:
        raise InputError(
            f"{path} cannot be read: {exc.strerror or exc}.", hint="Check the name and the folder."
        ) from exc
    sets = content.get("datasets") if isinstance(content, dict) else None
    if not isinstance(sets, list) or not sets:
        raise InputError(
            f"{path} has no list of data sets.", hint="It needs `datasets:` with a json_path and an images_folder each."
        )
    return [_set_of(entry, path, number) for number, entry in enumerate(sets, start=1)]


def _set_of(entry: Any, path: Path, number: int) -> SetConfig:
    name = f"{path}, data set {number}"
    if not isinstance(entry, dict) or not isinstance(entry.get("json_path"), str):
        raise InputError(f"{name} has no json_path.", hint="Name its list of records.")
    if unknown := sorted(str(key) for key in entry.keys() - _KEYS):
        raise InputError(
            f"{name} has unknown keys: {', '.join(unknown)}.", hint=f"There are {', '.join(sorted(_KEYS))}."
        )
    images = entry.get("images_folder")
    try:
        return SetConfig(
            json_path=_found(entry["json_path"], path, name),
            images=None if images is None else _found(str(images), path, name),
            sampling=Sampling.parse(str(entry.get("sampling_strategy", "all"))),
            units=Units(entry.get("coordinates", Units.FRACTIONS)),
        )
    except ValueError as exc:
        raise InputError(f"{name}: {exc}.", hint="Mend the configuration.") from exc


def _found(text: str, config: Path, name: str) -> Path:
    wanted = Path(text)
    places = [wanted] if wanted.is_absolute() else [folder / wanted for folder in config.absolute().parents]
    for place in places:
        # In an archive (``images.zip/web``) only the archive is a file.
        if place.exists() or any(part.is_file() for part in place.parents):
            return place
    raise InputError(f"{name}: there is no {text}.", hint=f"It was looked for in {config.absolute().parent} and above.")
