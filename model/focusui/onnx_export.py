"""Exports a checkpoint to ONNX: vision tower, patch scorer, decoder and pointer head, for ``model.focusui_onnx``."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.export import Dim

from model.digest import files_digest
from model.errors import ExportError
from model.focusui.checkpoint import Checkpoint, load_checkpoint
from model.focusui.network import FocusUI
from model.focusui.onnx_graphs import DecoderGraph, PointerGraph, VisionGraph
from model.focusui.onnx_int8 import quantize_decoder
from model.focusui.onnx_translate import GraphInput, write_graph
from model.focusui.options import PointingWay
from model.focusui.prompt import POINTER_PAD
from model.focusui_onnx.manifest import EMBEDDINGS, TOKENIZER, Graph, Manifest, PromptIds, TowerLayout, Weights
from model.focusui_onnx.patches import tower_inputs

_TRACED_CELLS = (5, 7)  # rows and columns of visual tokens of the picture that the tower is traced with
_TRACED_TOKENS = 11
_BYTES_OF_FLOAT = 4


def export_onnx(
    source: Path,
    out: Path,
    *,
    weights: Weights = Weights.FLOAT32,
    on_step: Callable[[str], None] = lambda _: None,
) -> Manifest:
    """Export a checkpoint of FocusUI or GUI-Actor.

    Everything is made in a folder beside ``out`` that takes its name at the very end, so a broken-off export leaves
    nothing. Memory for the checkpoint in float32 is needed, and about as much again while the decoder is written.

    Args:
        source: folder of the checkpoint.
        out: folder to write; it must be empty or not exist yet.
        weights: of the decoder's linear layers.
        on_step: told what is being written.

    Returns:
        What the exported model says about itself.

    Raises:
        ModelLoadError: the checkpoint cannot be loaded.
        ExportError: it cannot be exported, or not there.
    """
    _check_out(out)
    checkpoint = load_checkpoint(source, dtype=torch.float32)
    _check_exportable(checkpoint.network, source)
    _check_room(checkpoint.network, out)
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        manifest = _manifest(checkpoint, source, weights)
        _write(checkpoint, manifest, unfinished, on_step)
        unfinished.chmod(0o755)  # temporary folders are their owner's alone
        if out.exists():
            out.rmdir()
        unfinished.replace(out)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return manifest


def _write(checkpoint: Checkpoint, manifest: Manifest, folder: Path, on_step: Callable[[str], None]) -> None:
    network = checkpoint.network
    on_step(EMBEDDINGS)
    np.save(folder / EMBEDDINGS, network.get_input_embeddings().weight.detach().numpy())
    for graph in manifest.graphs:
        on_step(graph.file_name)
        write_graph_of(network, manifest, graph, folder)
    # As transformers reads it, which mends what older tokenizer files say.
    tokenizer = checkpoint.tokenizer.backend_tokenizer
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.save(str(folder / TOKENIZER))
    manifest.write(folder)


def write_graph_of(network: FocusUI, manifest: Manifest, graph: Graph, folder: Path) -> None:
    """Write one stage into a folder. With weights of eight bits the network's decoder no longer runs afterwards."""
    if graph is Graph.DECODER and manifest.weights is Weights.INT8:
        quantize_decoder(network)
    plan = _plan(network, manifest, graph)
    write_graph(plan.module, folder / graph.file_name, inputs=plan.inputs, n_named=plan.n_named, outputs=plan.outputs)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Plan:
    """How a stage is exported.

    Attributes:
        module: the stage.
        inputs: by name.
        n_named: how many of them its ``forward`` names.
        outputs: names of its results.
    """

    module: nn.Module
    inputs: dict[str, GraphInput]
    n_named: int
    outputs: tuple[str, ...]


def _plan(network: FocusUI, manifest: Manifest, graph: Graph) -> _Plan:
    width: int = network.config.text_config.hidden_size
    match graph:
        case Graph.VISION:
            return _vision_plan(network, manifest)
        case Graph.SCORER_VISUAL:
            return _scorer_plan(network.patch_scorer.vision_enhancer, _tokens(width, "n_visual"))
        case Graph.SCORER_TEXT:
            return _scorer_plan(network.patch_scorer.text_enhancer, _tokens(width, "n_text"))
        case Graph.DECODER:
            return _decoder_plan(network, manifest, width)
        case Graph.POINTER:
            query = GraphInput(example=torch.zeros(1, width), sizes={})
            return _Plan(
                module=PointerGraph(network),
                inputs={"keys": _tokens(width, "n_kept"), "query": query},
                n_named=2,
                outputs=("attention",),
            )


def _scorer_plan(side: nn.Module, tokens: GraphInput) -> _Plan:
    return _Plan(module=side, inputs={"tokens": tokens}, n_named=1, outputs=("compared",))


def _tokens(width: int, size: str) -> GraphInput:
    return GraphInput(example=torch.zeros(_TRACED_TOKENS, width), sizes={0: Dim(size, min=1)})


def _vision_plan(network: FocusUI, manifest: Manifest) -> _Plan:
    spec, layout = manifest.image, manifest.tower
    n_rows, n_cols = _TRACED_CELLS
    pixels = np.zeros((n_rows * spec.cell_px, n_cols * spec.cell_px, 3), np.uint8)
    n_patches = Dim("n_visual", min=1) * spec.merge_size**2
    n_windows = Dim("n_windows", min=1)
    examples = tower_inputs(pixels, spec, layout)
    return _Plan(
        module=VisionGraph(network),
        inputs={
            name: GraphInput(
                example=torch.from_numpy(array),
                sizes={0: n_windows if name in {"window_patches", "window_bias"} else n_patches},
            )
            for name, array in examples.items()
        },
        n_named=2,
        outputs=("embeds", *(f"level_{level_idx}" for level_idx in range(layout.n_deepstack_levels))),
    )


def _decoder_plan(network: FocusUI, manifest: Manifest, width: int) -> _Plan:
    n = Dim("n", min=2)
    n_levels = manifest.tower.n_deepstack_levels
    examples: dict[str, tuple[Tensor, int]] = {
        "embeds": (torch.zeros(_TRACED_TOKENS, width), 0),
        "position_ids": (torch.arange(_TRACED_TOKENS).repeat(3, 1), 1),
    }
    if n_levels:
        examples["deepstack"] = torch.zeros(n_levels, _TRACED_TOKENS, width), 1
    return _Plan(
        module=DecoderGraph(network),
        inputs={name: GraphInput(example=example, sizes={axis: n}) for name, (example, axis) in examples.items()},
        n_named=len(examples),
        outputs=("hidden",),
    )


def _manifest(checkpoint: Checkpoint, source: Path, weights: Weights) -> Manifest:
    network, spec = checkpoint.network, checkpoint.image_spec
    config, vision = network.config, network.config.vision_config
    tower: Any = network.model.visual
    has_windows = VisionGraph(network).has_windows
    return Manifest(
        source_digest=files_digest([source / "config.json", *sorted(source.glob("*.safetensors"))]),
        weights=weights,
        options=network.options,
        image=spec,
        prompt=_prompt_ids(checkpoint, getattr(config, "image_drop_end_token_id", None)),
        tower=TowerLayout(
            window_cells=vision.window_size // spec.cell_px if has_windows else None,
            table_side=getattr(tower, "num_grid_per_side", None),
            n_deepstack_levels=len(getattr(tower, "deepstack_visual_indexes", ())),
        ),
    )


def _prompt_ids(checkpoint: Checkpoint, drop_marker: int | None) -> PromptIds:
    """The fixed parts of the prompt; special tokens cut a text, so they may be tokenised one by one."""
    wording = checkpoint.network.prompt_style.wording
    # Under a causal mask nothing behind the pointer token can change what it points at.
    opening = wording.after_instruction.split(POINTER_PAD)[0] + POINTER_PAD
    before_image, before_instruction, after_instruction = (
        tuple(checkpoint.tokenizer.encode(text, add_special_tokens=False))
        for text in (wording.before_image, wording.before_instruction, opening)
    )
    return PromptIds(
        before_image=before_image,
        before_instruction=before_instruction,
        after_instruction=after_instruction,
        drop_marker=drop_marker,
    )


def _check_out(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ExportError(f"{out} is not an empty folder.", hint="Name one that does not exist yet.")


def _check_exportable(network: FocusUI, source: Path) -> None:
    if network.options.pointing_way is not PointingWay.HEAD:
        raise ExportError(
            f"The model in {source} points without a pointer head and cannot be exported.",
            hint="FocusUI and GUI-Actor have one; plain Qwen models run in torch alone.",
        )
    if "sliding_attention" in (getattr(network.config.text_config, "layer_types", None) or ()):
        raise ExportError(f"The model in {source} attends in sliding windows, which cannot be exported.")


def _check_room(network: FocusUI, out: Path) -> None:
    """Room for all in float32, which is enough for eight bits too."""
    n_bytes = sum(parameter.numel() for parameter in network.parameters()) * _BYTES_OF_FLOAT
    existing = next(folder for folder in (out.absolute(), *out.absolute().parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    if free < n_bytes:
        raise ExportError(
            f"There is not enough room for {out}: {n_bytes / 1e9:.1f} GB are needed, {free / 1e9:.1f} GB are free.",
            hint="Free some, or name a folder on another disk.",
        )
