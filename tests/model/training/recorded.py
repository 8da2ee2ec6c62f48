"""The recorded training cases, and samples that our own code makes of their records."""

import json
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from model.data.label_cache import LabelCache
from model.data.records import TrainingRecord, parse_record
from model.focusui.checkpoint import Checkpoint
from model.training.sample import SampleBuilder, TrainingSample
from model.training.sequence import SequenceWriter
from tests.model.focusui.tiny import tiny
from tests.reference import ROOT, SCREENSHOTS, VARIANTS, screenshot

CASES = [(variant, picture) for variant in VARIANTS for picture in SCREENSHOTS]


def arrays(variant: str, picture: str) -> dict[str, NDArray[Any]]:
    """What was recorded about a picture."""
    with np.load(ROOT / variant / "training" / f"{picture}.npz") as stored:
        return dict(stored)


def losses(variant: str, picture: str) -> dict[str, Any]:
    """Losses and gradients recorded at keep fraction 0.5."""
    stored = json.loads((ROOT / variant / "training" / "losses.json").read_text())
    found: dict[str, Any] = stored["cases"][picture]["r0.50"]
    return found


def builder(loaded: Checkpoint, label_cache: LabelCache | None = None) -> SampleBuilder:
    """Samples for a checkpoint."""
    writer = SequenceWriter(
        loaded.tokenizer,
        system=loaded.network.prompt_style.wording.system,
        max_tokens=loaded.tokenizer.model_max_length,
    )
    return SampleBuilder(writer, loaded.image_spec, label_cache=label_cache)


def row(variant: str, picture: str) -> dict[str, Any]:
    """The recorded record about a picture."""
    rows = json.loads((ROOT / variant / "training" / "records.json").read_text())
    found: dict[str, Any] = next(entry for entry in rows if entry["image"] == f"{picture}.png")
    return found


def record(variant: str, picture: str) -> TrainingRecord:
    """The same, taken apart."""
    return parse_record(row(variant, picture), name=f"records.json: {picture}")


@cache
def sample(variant: str, picture: str) -> TrainingSample:
    """The sample of a recorded record."""
    with Image.open(screenshot(picture)) as image:
        return builder(tiny(variant)).build(record(variant, picture), image)
