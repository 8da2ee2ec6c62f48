"""Sizes from a config, against the models that transformers builds from the same numbers."""

import json
import struct
from pathlib import Path

import pytest

from model.published import CHECKPOINTS
from model.shape import Head, shape_of_config
from model.weight_mode import WeightMode

REFERENCE = Path(__file__).parents[1] / "reference"
# Parameters of the models that transformers 5.23 builds from the published configs, without extra heads.
BUILT = {
    "qwen2.5-vl-3b": 3_754_622_976,
    "qwen2.5-vl-7b": 8_292_166_656,
    "qwen3-vl-2b": 2_127_532_032,
    "qwen3-vl-4b": 4_437_815_808,
}


@pytest.mark.parametrize("name", BUILT)
def test_parameters_of_the_published_models(name: str) -> None:
    shape = next(checkpoint.shape for checkpoint in CHECKPOINTS if checkpoint.name == name)
    assert shape.n_parameters == pytest.approx(BUILT[name], rel=0.002)


@pytest.mark.parametrize("variant", ["qwen2_5_vl", "qwen3_vl"])
def test_parameters_of_a_real_checkpoint(variant: str) -> None:
    """The tiny ones have large biases and norms for their size, hence the tolerance."""
    folder = REFERENCE / variant / "checkpoint"
    shape = shape_of_config(json.loads((folder / "config.json").read_text()))
    assert shape.head is Head.FOCUS
    assert shape.n_parameters == pytest.approx(_n_stored(folder / "model.safetensors"), rel=0.04)


def test_flat_config_of_older_releases() -> None:
    config = json.loads((REFERENCE / "qwen2_5_vl" / "checkpoint" / "config.json").read_text())
    flat = config["text_config"] | {key: value for key, value in config.items() if key != "text_config"}
    assert shape_of_config(flat) == shape_of_config(config)


@pytest.mark.parametrize("checkpoint", CHECKPOINTS, ids=lambda checkpoint: checkpoint.name)
def test_each_mode_takes_less(checkpoint: object) -> None:
    shape = checkpoint.shape  # type: ignore[attr-defined]  # parametrize hands over objects
    sizes = [shape.weight_bytes(mode) for mode in WeightMode]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] > 2 * (shape.n_parameters - shape.n_decoder_linear), "what is not quantised stays in bf16"


def test_visual_tokens_of_a_screen() -> None:
    by_name = {checkpoint.name: checkpoint.shape for checkpoint in CHECKPOINTS}
    assert by_name["focusui-7b"].n_visual_tokens(1920, 1080) == 69 * 39
    assert by_name["focusui-2b"].n_visual_tokens(1920, 1080) == 60 * 34


def _n_stored(path: Path) -> int:
    with path.open("rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    tensors = [entry for name, entry in header.items() if name != "__metadata__"]
    n_bytes = {"F32": 4, "BF16": 2, "F16": 2}
    return sum((t["data_offsets"][1] - t["data_offsets"][0]) // n_bytes[t["dtype"]] for t in tensors)
