"""The self-test that a model with quantised weights must pass."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from model.errors import ModelLoadError
from model.focusui.digest import checkpoint_digest
from model.focusui.load import load_focusui
from model.focusui.quantise import NearestQuantiser, QuantisedWeight
from model.focusui.selftest import Answer, SelfTest, load_screens, mean_shift
from model.grounder import Grounder
from model.weight_mode import WeightMode
from tests.reference import checkpoint_folder

SCREENS = [replace(screen, instructions=screen.instructions[:2]) for screen in load_screens()[:1]]
FOLDER = checkpoint_folder("qwen3_vl")


class RuinousQuantiser(NearestQuantiser):
    """Right in shape, wrong in sign."""

    def quantise(self, weight: torch.Tensor) -> QuantisedWeight:
        made = super().quantise(weight)
        return replace(made, scale=-made.scale)


class Openings:
    """Opens models and counts how often, and how many are open at once."""

    def __init__(self) -> None:
        self.opened: list[str] = []

    def of(self, weights: WeightMode) -> Callable[[], Grounder]:
        def open_it() -> Grounder:
            self.opened.append(weights)
            return load_focusui(FOLDER, name="tiny", weights=WeightMode.BF16)

        return open_it


def test_the_whole_weights_are_asked_once_and_a_verdict_is_kept(tmp_path: Path) -> None:
    openings = Openings()
    for how in ("int8 on cpu", "int8 on cpu", "int4 on cpu"):
        admitted = SelfTest("digest", screens=SCREENS, cache=tmp_path).admit(
            how,
            open_reference=openings.of(WeightMode.BF16),
            open_quantised=openings.of(WeightMode(how.split(maxsplit=1)[0])),
        )
        admitted.close()
    assert openings.opened == ["bf16", "int8", "int8", "int4"]


def test_another_checkpoint_is_compared_anew(tmp_path: Path) -> None:
    openings = Openings()
    for digest in ("one", "other"):
        SelfTest(digest, screens=SCREENS, cache=tmp_path).admit(
            "int8", open_reference=openings.of(WeightMode.BF16), open_quantised=openings.of(WeightMode.INT8)
        ).close()
    assert openings.opened == ["bf16", "int8"] * 2


def _decisive(variant: str, folder: Path) -> Path:
    """A checkpoint whose pointer listens to the decoder only a little.

    Where random weights point hangs on the last digits, on another processor on others.
    """
    shutil.copytree(checkpoint_folder(variant), folder)
    weights = load_file(folder / "model.safetensors")
    weights["multi_patch_pointer_head.projection_dec.2.weight"] *= 0.02
    weights["multi_patch_pointer_head.projection_dec.2.bias"] = torch.linspace(-20.0, 20.0, 64)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


@pytest.mark.parametrize("variant", ["qwen2_5_vl", "qwen3_vl"])
def test_int8_is_admitted(variant: str, tmp_path: Path) -> None:
    folder = _decisive(variant, tmp_path / "model")
    grounder = load_focusui(folder, name="tiny", weights=WeightMode.INT8, cache=tmp_path)
    look = grounder.look(SCREENS[0].image)
    assert grounder.find(look, "Search").point is not None
    grounder.close()


def test_ruined_weights_are_refused_and_the_sentence_names_the_shift(tmp_path: Path) -> None:
    ruinous = {WeightMode.INT8: RuinousQuantiser(n_bits=8)}
    for _ in range(2):  # the second time from what was kept
        with pytest.raises(ModelLoadError, match=r"int8 on cpu.* points \d+\.\d cells beside") as caught:
            load_focusui(FOLDER, name="tiny", weights=WeightMode.INT8, quantisers=ruinous, cache=tmp_path)
        assert caught.value.hint
    verdicts = list(tmp_path.rglob("int8 on cpu.json"))
    assert len(verdicts) == 1


def test_a_damaged_memory_of_earlier_answers_is_made_anew(tmp_path: Path) -> None:
    openings = Openings()
    test = SelfTest("digest", screens=SCREENS, cache=tmp_path)
    both = {"open_reference": openings.of(WeightMode.BF16), "open_quantised": openings.of(WeightMode.INT8)}
    test.admit("int8", **both).close()
    for file in tmp_path.rglob("*.json"):
        file.write_text("{", "utf-8")
    test.admit("int8", **both).close()
    assert openings.opened == ["bf16", "int8"] * 2


def test_the_shift_is_measured_in_cells() -> None:
    reference = [Answer(x=100, y=100, cell_px=28), Answer(x=50, y=50, cell_px=28)]
    moved = [Answer(x=100, y=128, cell_px=14), Answer(x=50, y=50, cell_px=14)]
    assert mean_shift(moved, reference) == 0.5


def test_a_digest_is_kept_until_a_file_changes(tmp_path: Path) -> None:
    folder, cache = tmp_path / "model", tmp_path / "cache"
    folder.mkdir()
    for name, text in (("config.json", "{}"), ("model.safetensors", "weights")):
        (folder / name).write_text(text, "utf-8")
    first = checkpoint_digest(folder, cache=cache, quick_bytes=0)
    (kept,) = (cache / "digests").iterdir()
    kept.write_text("what was kept", "ascii")
    assert checkpoint_digest(folder, cache=cache, quick_bytes=0) == "what was kept"
    (folder / "model.safetensors").write_text("other weights", "utf-8")
    assert checkpoint_digest(folder, cache=cache, quick_bytes=0) not in (first, "what was kept")
    assert checkpoint_digest(folder, cache=cache) == checkpoint_digest(folder, cache=cache, quick_bytes=0)
