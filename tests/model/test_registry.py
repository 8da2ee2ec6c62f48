import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from model.errors import ModelLoadError
from model.grounder import DEFAULT_GROUNDER, load_grounder
from model.registry import MODEL_CARDS, find_card
from model.store.pull import pull_model
from model.store.sources import FolderSource
from model.weight_mode import WeightMode
from tests.fakes.fake_grounder import FakeGrounder

REFERENCE = Path(__file__).parents[1] / "reference"


def test_names_are_unique_and_hold_the_default() -> None:
    names = [card.name for card in MODEL_CARDS]
    assert len(set(names)) == len(names)
    assert find_card(DEFAULT_GROUNDER).is_available()


def test_unknown_name_is_told_with_the_known_ones() -> None:
    with pytest.raises(ModelLoadError, match='no grounding model named "gpt"') as caught:
        load_grounder("gpt")
    assert "ocr" in caught.value.hint


def test_a_missing_module_makes_a_model_unavailable() -> None:
    assert not replace(MODEL_CARDS[0], modules=("numpy", "no_such_module_at_all")).is_available()


@pytest.mark.parametrize("variant", ["qwen2_5_vl", "qwen3_vl"])
def test_the_folder_of_a_checkpoint_is_a_model(variant: str) -> None:
    folder = REFERENCE / variant / "checkpoint"
    card = find_card(str(folder))
    assert card.folder == folder
    assert card.summary.startswith("FocusUI checkpoint on Qwen")
    assert card.size_bytes == sum(file.stat().st_size for file in folder.iterdir())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("{tmp}", "config.json is missing"),
        ("{tmp}/nothing", "There is no folder"),
        ("", "no grounding model named"),
        ("focusui-7b:int3", '"int3" is no way to hold the weights of focusui-7b'),
        ("ocr:int8", "comes with its weights as they are"),
    ],
)
def test_names_that_mean_nothing(name: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ModelLoadError, match=message):
        find_card(name.format(tmp=tmp_path))


@pytest.mark.parametrize("config", ["{", "[]", '{"model_type": "bert"}', '{"model_type": "qwen3_vl"}'])
def test_folder_of_something_else(config: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(config)
    with pytest.raises(ModelLoadError, match="no model that Foveal knows"):
        find_card(str(tmp_path))


def test_model_that_is_not_downloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOVEAL_MODELS", str(tmp_path))
    monkeypatch.setattr("model.registry.TORCH_MODULES", ())
    with pytest.raises(ModelLoadError, match="not downloaded yet") as caught:
        load_grounder("focusui-3b")
    assert "foveal models pull focusui-3b" in caught.value.hint


def test_extra_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.registry.TORCH_MODULES", ("no_such_module_at_all",))
    with pytest.raises(ModelLoadError, match="needs no_such_module_at_all") as caught:
        load_grounder(str(REFERENCE / "qwen3_vl" / "checkpoint"))
    assert "foveal[focusui]" in caught.value.hint


def test_checkpoint_is_loaded_from_where_it_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By name from the store, by folder from there; the weight mode as asked for, or left to the device."""
    calls: list[tuple[Path, str, WeightMode | None]] = []

    def load_focusui(folder: Path, *, name: str, weights: WeightMode | None) -> FakeGrounder:
        calls.append((folder, name, weights))
        return FakeGrounder()

    monkeypatch.setitem(sys.modules, "model.focusui.load", SimpleNamespace(load_focusui=load_focusui))
    monkeypatch.setitem(sys.modules, "model.focusui", SimpleNamespace(load=sys.modules["model.focusui.load"]))
    monkeypatch.setattr("model.registry.TORCH_MODULES", ())
    monkeypatch.setenv("FOVEAL_MODELS", str(tmp_path))
    checkpoint = REFERENCE / "qwen2_5_vl" / "checkpoint"
    installed = pull_model("focusui-3b", FolderSource(checkpoint), tmp_path)
    load_grounder("focusui-3b:int4")
    load_grounder(str(checkpoint))
    assert calls == [
        (installed.folder, "focusui-3b:int4", WeightMode.INT4),
        (checkpoint, str(checkpoint), None),
    ]
