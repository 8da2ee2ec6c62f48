"""Where a run's weights come from: settings, revision of the code, and a digest of the data."""

import hashlib
from pathlib import Path
from typing import Any

from model.data.drawing.icons.bank import INDEX_FILE
from model.data.screens import SCREENS_FILE
from model.training.nano.recipe import Recipe
from model.training.revision import code_revision


def provenance(recipe: Recipe) -> dict[str, Any]:
    """What to save with the weights of an encoder; plain values only."""
    return {
        "seed": recipe.seed,
        "n_steps": recipe.n_steps,
        "n_batch": recipe.n_batch,
        "side_px": recipe.side_px,
        "revision": code_revision(),
        "data": _digest([recipe.icons / INDEX_FILE, recipe.strings, *(f / SCREENS_FILE for f in recipe.screens)]),
    }


def _digest(files: list[Path]) -> str:
    """Over names and contents of the lists of data; the pictures beside them are named there."""
    digest = hashlib.blake2b(digest_size=16)
    for file in files:
        digest.update(f"{file.name}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()
