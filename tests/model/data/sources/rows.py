"""Small data sets in the published layout."""

import io
import json
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

BOX = [0.25, 0.25, 0.5, 0.5]


def row(
    image: str = "a.png", wish: str = "Save", *, box: Any = BOX, say: str = "click(x=0.3, y=0.3)"
) -> dict[str, Any]:
    """A record; its answer has a box unless that is None."""
    answer = {"from": "gpt", "value": say, "recipient": "os", "end_turn": True}
    return {
        "image": image,
        "conversations": [
            {"from": "human", "value": f"<image> {wish}"},
            answer if box is None else answer | {"bbox_gt": box},
        ],
    }


def png(width_px: int = 40, height_px: int = 30, shade: int = 128) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width_px, height_px), (shade, 10, 200)).save(stream, "PNG")
    return stream.getvalue()


def write_pictures(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(png())


def write_list(path: Path, rows: Sequence[Any]) -> Path:
    """As a list, or as lines if the name says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows), encoding="utf-8")
    else:
        path.write_text(json.dumps(rows, ensure_ascii=False, indent=2), encoding="utf-8")
    return path


def write_archive(path: Path, members: Mapping[str, bytes]) -> Path:
    """A zip (packed) or tar (plain) archive, by its name."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return path
    with tarfile.open(path, "w") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path
