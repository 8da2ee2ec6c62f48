"""The models that can be chosen, and what is known about each: by name, or by the folder that they lie in."""

import importlib
import importlib.util
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from model.errors import ModelLoadError
from model.published import CHECKPOINTS, Checkpoint
from model.shape import Head, ModelShape, shape_of_config
from model.weight_mode import WeightMode

if TYPE_CHECKING:
    from model.grounder import Grounder

TORCH_MODULES = ("torch", "transformers", "safetensors", "accelerate")
_CONFIG = "config.json"
_ONNX_MANIFEST = "foveal_onnx.json"
_NANO_MANIFEST = "nano.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """A model that can be chosen by name.

    Attributes:
        name: what ``--model`` takes.
        summary: one line on what it is.
        source: where its weights come from.
        licence: of code and weights.
        size_bytes: of its files, or None if that depends on the installation.
        memory_bytes: needed at 1920x1080, or None if it is not known.
        needs: what it needs, in words.
        modules: Python modules that must be installed for it.
        measured: what is known about how well it works; "" if nothing was measured yet.
        load: makes the grounder; raises ``ModelLoadError``.
        checkpoint: where it can be downloaded; None if it comes with the program or is a folder.
        shape: its numbers; None for models that are no checkpoint.
        folder: where a model lies that was named by its folder; None for the others.
        weights: how its weights are held; None for what suits the device, or if there is no choice.
    """

    name: str
    summary: str
    source: str
    licence: str
    size_bytes: int | None
    memory_bytes: int | None
    needs: str
    modules: tuple[str, ...]
    measured: str
    load: "Callable[[], Grounder]"
    checkpoint: Checkpoint | None = None
    shape: ModelShape | None = None
    folder: Path | None = None
    weights: WeightMode | None = None

    def is_available(self) -> bool:
        """Whether all modules that it needs are installed. Does not import anything."""
        return all(importlib.util.find_spec(module) is not None for module in self.modules)


def find_card(name: str) -> ModelCard:
    """The card of a model.

    Args:
        name: a name from the list or the folder of a checkpoint; ":int8" or another weight mode may follow.

    Raises:
        ModelLoadError: there is none of that name, and no such folder either.
    """
    for card in MODEL_CARDS:  # a folder that happens to be called like a model is ./ocr
        if card.name == name:
            return card
    if name and (folder := Path(name).expanduser()).is_dir():
        return _card_of_folder(folder)
    plain, _, mode = name.rpartition(":")
    if plain and not set(mode) & set("/\\"):
        return _with_weights(find_card(plain), mode)
    if "/" in name or "\\" in name or name.startswith("~"):
        raise ModelLoadError(
            f"There is no folder {name}.", hint="Name the folder that holds the model's config.json and safetensors."
        )
    raise ModelLoadError(
        f'There is no grounding model named "{name}".',
        hint=f"There is {', '.join(card.name for card in MODEL_CARDS)}, or the folder of a checkpoint; "
        "`foveal models list` tells more.",
    )


def _with_weights(card: ModelCard, mode: str) -> ModelCard:
    try:
        weights = WeightMode(mode)
    except ValueError as exc:
        raise ModelLoadError(
            f'"{mode}" is no way to hold the weights of {card.name}.', hint=f"There is {', '.join(WeightMode)}."
        ) from exc
    if card.shape is None:
        raise ModelLoadError(
            f"{card.name} comes with its weights as they are.", hint=f"Write {card.name} without :{mode}."
        )
    name = f"{card.name}:{weights}"
    return replace(
        card,
        name=name,
        weights=weights,
        memory_bytes=_memory_of(card.shape, weights),
        load=partial(_load_checkpoint, card.name, card.folder, name, weights),
    )


def _card_of_folder(folder: Path) -> ModelCard:
    if (folder / _ONNX_MANIFEST).is_file():
        return _card_of_onnx(folder)
    if (folder / _NANO_MANIFEST).is_file():
        return _card_of_nano(folder)
    path = folder / _CONFIG
    try:
        shape = shape_of_config(json.loads(path.read_text("utf-8")))
    except FileNotFoundError as exc:
        raise ModelLoadError(
            f"The folder {folder} holds no model: {_CONFIG} is missing.",
            hint="Name the folder that holds the model's config.json and safetensors.",
        ) from exc
    except OSError as exc:
        raise ModelLoadError(f"{path} cannot be read: {exc.strerror}.") from exc
    except (KeyError, ValueError, TypeError, AttributeError) as exc:
        raise ModelLoadError(
            f"The folder {folder} holds no model that Foveal knows.",
            hint="It takes FocusUI, GUI-Actor, Qwen2-VL, Qwen2.5-VL and Qwen3-VL checkpoints.",
        ) from exc
    kind = {Head.FOCUS: "FocusUI", Head.POINTER: "GUI-Actor", Head.NONE: "plain"}[shape.head]
    return ModelCard(
        name=str(folder),
        summary=f"{kind} checkpoint on {shape.family.label}, {_count(shape)} parameters",
        source=f"the folder {folder}",
        licence="unknown: see where the folder comes from",
        size_bytes=sum(file.stat().st_size for file in folder.iterdir() if file.is_file()),
        memory_bytes=_memory_of(shape, WeightMode.BF16),
        needs=_TORCH_NEEDS,
        modules=TORCH_MODULES,
        measured="",
        load=partial(_load_checkpoint, str(folder), folder, str(folder), None),
        shape=shape,
        folder=folder,
    )


def _card_of_onnx(folder: Path) -> ModelCard:
    return ModelCard(
        name=str(folder),
        summary="FocusUI or GUI-Actor, exported to ONNX",
        source=f"the folder {folder}",
        licence="unknown: see where the checkpoint came from",
        size_bytes=sum(file.stat().st_size for file in folder.iterdir() if file.is_file()),
        memory_bytes=None,
        needs="a CPU, or a GPU with CUDA; works offline",
        modules=("onnxruntime", "tokenizers"),
        measured="",
        load=partial(_load_onnx, folder),
        folder=folder,
    )


def _card_of_nano(folder: Path) -> ModelCard:
    return ModelCard(
        name=str(folder),
        summary="Foveal Nano, as `foveal train export` wrote it",
        source=f"the folder {folder}",
        licence="that of what it was trained on",
        size_bytes=sum(file.stat().st_size for file in folder.iterdir() if file.is_file()),
        memory_bytes=None,
        needs="a CPU; works offline",
        modules=_NANO_MODULES,
        measured="",
        load=partial(_load_nano, folder),
        folder=folder,
    )


def _card_of_checkpoint(checkpoint: Checkpoint) -> ModelCard:
    shape = checkpoint.shape
    return ModelCard(
        name=checkpoint.name,
        summary=f"{checkpoint.summary} ({_count(shape)})",
        source=f"{checkpoint.repository}, revision {checkpoint.revision}",
        licence=checkpoint.licence,
        size_bytes=shape.weight_bytes(WeightMode.BF16),
        memory_bytes=_memory_of(shape, WeightMode.BF16),
        needs=_TORCH_NEEDS,
        modules=TORCH_MODULES,
        measured="",
        load=partial(_load_checkpoint, checkpoint.name, None, checkpoint.name, None),
        checkpoint=checkpoint,
        shape=shape,
    )


def _count(shape: ModelShape) -> str:
    n_millions = shape.n_parameters / 1e6
    return f"{n_millions / 1e3:.1f} B" if n_millions >= 1000 else f"{n_millions:.1f} M"


def _memory_of(shape: ModelShape, mode: WeightMode) -> int:
    return shape.weight_bytes(mode) + shape.working_bytes(mode)


def _load_ocr() -> "Grounder":
    from model.ocr.grounder import OcrGrounder

    return OcrGrounder()


def _load_nano(folder: Path | None = None) -> "Grounder":
    from model.nano.grounder import NanoGrounder

    return NanoGrounder() if folder is None else NanoGrounder(folder, name=str(folder))


def _load_onnx(folder: Path) -> "Grounder":
    from model.focusui_onnx.load import load_onnx_focusui

    return _beside_reader(load_onnx_focusui(folder, name=str(folder)))


def _beside_reader(grounder: "Grounder") -> "Grounder":
    from model.reading import ReadingGrounder

    return ReadingGrounder(grounder, _load_ocr)


def _load_checkpoint(plain_name: str, folder: Path | None, name: str, weights: WeightMode | None) -> "Grounder":
    """Load a checkpoint from its folder, or from where it was downloaded to."""
    missing = [module for module in TORCH_MODULES if importlib.util.find_spec(module) is None]
    if missing:
        raise ModelLoadError(
            f"{name} needs {', '.join(missing)}, which is not installed here.",
            hint="Install the extra: pip install 'foveal[focusui]'. The model `ocr` works without.",
        )
    if folder is None:
        from model.store.folder import find_installed

        folder = find_installed(plain_name).folder
    # By name: the embedded path, which comes through here, is held free of torch by an import contract.
    load = importlib.import_module("model.focusui.load").load_focusui
    return _beside_reader(load(folder, name=name, weights=weights))


_NANO_MODULES = ("onnxruntime", "tokenizers", "rapidfuzz", "cv2")
_TORCH_NEEDS = "the extra `focusui` (torch, transformers); a GPU to be quick"

MODEL_CARDS = (
    ModelCard(
        name="ocr",
        summary="reads the screen and matches what is written by spelling, meaning, role and place",
        source="PP-OCRv6 small from the package rapidocr; all-MiniLM-L6-v2 (int8) for meaning",
        licence="Apache-2.0",
        size_bytes=54_600_000,
        memory_bytes=280_000_000,
        needs="a CPU; works offline",
        modules=("rapidocr", "onnxruntime", "tokenizers", "rapidfuzz", "cv2"),
        measured=(
            "reads 96 % of the words of web pages of five component libraries it was not tuned for (2494 words, "
            "1280x800 and 1920x1080, 80 to 200 %); finds 97 % of 190 named targets of its development set and wrongly "
            "accepts 2 % of 86 absent ones"
        ),
        load=_load_ocr,
    ),
    ModelCard(
        name="nano",
        summary="Foveal's own: reads, tells what icons mean, selects cells and points, on two CPU cores",
        source="trained by Foveal (assets/nano/README.md); all-MiniLM-L6-v2 (int8) for meaning",
        licence="Apache-2.0",
        size_bytes=37_400_000,
        memory_bytes=530_000_000,
        needs="a CPU; works offline",
        modules=_NANO_MODULES,
        measured=(
            "finds 61 % of 1611 targets on 200 screens of programs and pages that training never saw (ocr: 55 %); "
            "texts 70 %, icons 39 %, fields 70 %; refuses 87 % of what is not there and 5 % of its right answers"
        ),
        load=_load_nano,
    ),
    *(_card_of_checkpoint(checkpoint) for checkpoint in CHECKPOINTS),
)
"""In the order in which they are listed."""
