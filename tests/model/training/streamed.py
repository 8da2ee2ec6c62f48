"""Drawn screens as files of rows, to be streamed."""

import io
from collections.abc import Sequence
from dataclasses import astuple
from itertools import accumulate
from pathlib import Path
from typing import Any

import datasets

from model.data.sources.stream import RecordStream, StreamOptions, open_stream
from model.training.team.team import Team
from tests.model.training.drawn import DrawnScreen

N_BLOCK = 5


def row_of(screen: DrawnScreen) -> dict[str, Any]:
    """A row that holds its picture."""
    box = screen.box
    say = f"pyautogui.click(x={(box.x1_norm + box.x2_norm) / 2:.4f}, y={(box.y1_norm + box.y2_norm) / 2:.4f})"
    stream = io.BytesIO()
    screen.picture.save(stream, "PNG")
    return {
        "image": {"bytes": stream.getvalue(), "path": None},
        "conversations": [
            {"from": "human", "value": f"<image>{screen.instruction}", "bbox_gt": None},
            {"from": "gpt", "value": say, "bbox_gt": list(astuple(box))},
        ],
    }


def write_parquet(folder: Path, rows: Sequence[dict[str, Any]], *, n_rows: Sequence[int]) -> list[str]:
    """Files of so many rows each."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = datasets.Dataset.from_list(list(rows)).cast_column("image", datasets.Image())
    paths = []
    for number, end in enumerate(accumulate(n_rows)):
        paths.append(str(folder / f"{number}.parquet"))
        whole.select(range(end - n_rows[number], end)).to_parquet(paths[-1])
    return paths


def open_rows(paths: Sequence[str], team: Team) -> RecordStream:
    """The rows of one of the processes, in small blocks."""
    cache = Path(paths[0]).parent / "cache"
    options = StreamOptions(n_block=N_BLOCK, rank=team.rank, n_ranks=team.n_processes, cache=cache)
    return open_stream(*paths, options=options)
