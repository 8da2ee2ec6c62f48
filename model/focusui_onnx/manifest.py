"""What an exported model says about itself: ``foveal_onnx.json`` beside its graphs.

A folder holds ``vision.onnx``, ``scorer_visual.onnx`` and ``scorer_text.onnx`` (FocusUI alone), ``decoder.onnx`` and
``pointer.onnx``, each with its weights in a file of the same name plus ``.data``, the embedding table
``embeddings.npy`` and ``tokenizer.json``.
"""

import json
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from model.errors import ModelLoadError
from model.focusui.options import FocusUIOptions
from model.focusui.picture import ImageSpec

MANIFEST = "foveal_onnx.json"
EMBEDDINGS = "embeddings.npy"
TOKENIZER = "tokenizer.json"

_SCHEMA_VERSION = 1
_HINT = "`foveal models export` makes the folder anew."


class Graph(StrEnum):
    """The stages, each a file."""

    VISION = "vision"
    SCORER_VISUAL = "scorer_visual"
    SCORER_TEXT = "scorer_text"
    DECODER = "decoder"
    POINTER = "pointer"

    @property
    def file_name(self) -> str:
        """Of the graph."""
        return f"{self}.onnx"

    @property
    def data_name(self) -> str:
        """Of its weights, which are too large to lie inside: a graph file may have 2 GB."""
        return f"{self}.onnx.data"


class Weights(StrEnum):
    """Weights of the decoder's linear layers; all others are float32."""

    FLOAT32 = "float32"
    INT8 = "int8"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptIds:
    """Tokens of the prompt that no instruction changes.

    Attributes:
        before_image: all up to the picture's tokens.
        before_instruction: between the picture and the instruction.
        after_instruction: from behind the instruction to the pointer token, which is the last.
        drop_marker: stands for a run of dropped visual tokens; None if the model knows none.
    """

    before_image: tuple[int, ...]
    before_instruction: tuple[int, ...]
    after_instruction: tuple[int, ...]
    drop_marker: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TowerLayout:
    """What the vision tower wants to be told about a picture's patches.

    Attributes:
        window_cells: some blocks look at windows of so many visual tokens a side (Qwen2.5-VL); None: none do.
        table_side: side of the square table of learned positions (Qwen3-VL); None without one.
        n_deepstack_levels: how many levels leave the tower and enter the decoder.
    """

    window_cells: int | None
    table_side: int | None
    n_deepstack_levels: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """All that the runtime must know beside the graphs.

    Attributes:
        source_digest: SHA-256 over configuration and weights of the checkpoint that was exported.
        weights: of the decoder.
        options: of the checkpoint.
        image: how it wants its pictures.
        prompt: how its prompt reads.
        tower: how its vision tower is laid out.
    """

    source_digest: str
    weights: Weights
    options: FocusUIOptions
    image: ImageSpec
    prompt: PromptIds
    tower: TowerLayout

    @property
    def graphs(self) -> tuple[Graph, ...]:
        """Those that the model has."""
        if self.options.has_patch_scorer:
            return tuple(Graph)
        return Graph.VISION, Graph.DECODER, Graph.POINTER

    @property
    def file_names(self) -> tuple[str, ...]:
        """All files of the folder, the manifest first."""
        graphs = (name for graph in self.graphs for name in (graph.file_name, graph.data_name))
        return MANIFEST, EMBEDDINGS, TOKENIZER, *graphs

    def write(self, folder: Path) -> None:
        """Write it into a folder."""
        text = json.dumps({"schema": _SCHEMA_VERSION, **asdict(self)}, indent=1)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read that of a folder, and see that its files are there.

        Raises:
            ModelLoadError: it is not an exported model, not of a version that is known, or not complete.
        """
        if not (folder / MANIFEST).is_file():
            raise ModelLoadError(f"{folder} is not an exported model: it has no {MANIFEST}.", hint=_HINT)
        try:
            values = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            version = values["schema"]
            manifest = _from_json(values) if version == _SCHEMA_VERSION else None
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as exc:
            raise ModelLoadError(f"{folder / MANIFEST} cannot be read: {exc}", hint=_HINT) from exc
        if manifest is None:
            raise ModelLoadError(f"{folder} was exported by another version of Foveal.", hint=_HINT)
        missing = [name for name in manifest.file_names if not (folder / name).is_file()]
        if missing:
            raise ModelLoadError(f"{folder} lacks {', '.join(missing)}.", hint=_HINT)
        return manifest


def _from_json(values: dict[str, Any]) -> Manifest:
    image, prompt = ({name: _frozen(value) for name, value in values[key].items()} for key in ("image", "prompt"))
    unknown = set(values) - {"schema", *(field.name for field in fields(Manifest))}
    if unknown:
        raise ValueError(f"unknown fields {', '.join(sorted(unknown))}")
    return Manifest(
        source_digest=values["source_digest"],
        weights=Weights(values["weights"]),
        options=FocusUIOptions.from_json(values["options"]),
        image=ImageSpec(**image),
        prompt=PromptIds(**prompt),
        tower=TowerLayout(**values["tower"]),
    )


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
