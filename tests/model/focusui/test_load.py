"""Loading as the person wants it, on what there is; and what is said where that is not possible."""

import json
from pathlib import Path

import pytest
import torch

from model.errors import ModelLoadError
from model.focusui.load import ATTENTION_VARIABLE, DEVICE_VARIABLE, load_focusui
from model.pictures import load_picture
from model.shape import shape_of_config
from model.weight_mode import WeightMode
from tests.model.focusui.test_budget import FixedMemory
from tests.reference import checkpoint_folder, screenshot

FOLDER = checkpoint_folder("qwen2_5_vl")


@pytest.mark.parametrize("weights", [None, WeightMode.FLOAT32, WeightMode.BF16])
def test_a_checkpoint_grounds(weights: WeightMode | None) -> None:
    grounder = load_focusui(FOLDER, name="tiny", weights=weights)
    grounding = grounder.find(grounder.look(load_picture(screenshot("editor_640x400"))), "Save")
    assert grounding.point is not None
    assert grounding.model.name == "tiny"
    grounder.close()


@pytest.fixture(params=["argument", "environment"])
def device(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str | None:
    if request.param == "argument":
        return "cuda"
    monkeypatch.setenv(DEVICE_VARIABLE, "cuda")
    return None


def test_without_a_gpu_asking_for_one_is_refused(device: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ModelLoadError, match="no GPU") as caught:
        load_focusui(FOLDER, name="tiny", device=device)
    assert "CPU" in caught.value.hint


def test_a_device_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ModelLoadError, match='"abacus" is no device'):
        load_focusui(FOLDER, name="tiny", device="abacus")


@pytest.mark.parametrize(
    ("attention", "complaint"), [("flash_attention_2", "needs the package flash_attn"), ("magic", '"magic" is no way')]
)
def test_attention_that_is_not_there_is_refused(
    attention: str, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ATTENTION_VARIABLE, attention)
    with pytest.raises(ModelLoadError, match=complaint) as caught:
        load_focusui(FOLDER, name="tiny")
    assert caught.value.hint


def test_too_little_memory_is_said_before_anything_is_loaded_with_what_would_fit() -> None:
    shape = shape_of_config(json.loads((FOLDER / "config.json").read_text("utf-8")))
    weights_bytes, look_bytes = (
        shape.weight_bytes(WeightMode.FLOAT32),
        shape.working_bytes(WeightMode.FLOAT32, 800, 600),
    )
    with pytest.raises(ModelLoadError, match=r"tiny does not fit: in float32 it needs about .* GB on cpu") as caught:
        load_focusui(FOLDER, name="tiny", memory=FixedMemory(weights_bytes + look_bytes - 1))
    assert "In bf16 it would fit" in caught.value.hint
    assert "choose tiny:bf16" in caught.value.hint


def test_where_nothing_fits_a_smaller_model_is_proposed() -> None:
    with pytest.raises(ModelLoadError, match="does not fit") as caught:
        load_focusui(FOLDER, name="tiny:int8", weights=WeightMode.INT8, memory=FixedMemory(10))
    assert caught.value.hint.startswith("Choose a smaller model")


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelLoadError, match=r"no config\.json"):
        load_focusui(tmp_path, name="empty")
    (tmp_path / "config.json").write_text('{"model_type": "bert"}', "utf-8")
    with pytest.raises(ModelLoadError, match="no model that Foveal knows"):
        load_focusui(tmp_path, name="other")
