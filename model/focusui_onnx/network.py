"""FocusUI's stages on NumPy arrays: each runs a graph; selection and packing lie between them.

Legend: ``n_visual`` visual tokens, ``n_kept`` of those that remain, ``n_text`` tokens of the instruction, ``n`` of the
packed prompt, ``d`` width of a token.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.errors import InputError, ModelLoadError
from model.focusui.options import DeepStackLevels
from model.focusui_onnx.manifest import EMBEDDINGS, Graph, Manifest
from model.focusui_onnx.patches import tower_inputs
from model.focusui_onnx.prompt import OnnxPrompt
from model.focusui_onnx.sessions import Device, open_sessions
from model.selection import pack_pospad


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OnnxVisual:
    """What the model makes of one picture, whatever is asked about it.

    Attributes:
        embeds: [n_visual, d], as they enter the decoder.
        deepstack: [n_levels, n_visual, d], added to the decoder's first layers; no levels before Qwen3-VL.
        scorer_side: [n_visual, d], rows of length 1, what the patch scorer compares; None without a scorer.
    """

    embeds: NDArray[np.float32]
    deepstack: NDArray[np.float32]
    scorer_side: NDArray[np.float32] | None


class OnnxFocusUI:
    """An exported model.

    Args:
        folder: where it lies.
        device: where it runs; None takes a GPU if there is one.

    Raises:
        ModelLoadError: it cannot be loaded.
    """

    def __init__(self, folder: Path, device: Device | None = None) -> None:
        self.manifest = Manifest.read(folder)
        self._sessions, self.device = open_sessions(folder, self.manifest.graphs, device)
        try:
            # Read where it lies: a prompt needs a few hundred of its rows.
            self._table: NDArray[np.float32] = np.load(folder / EMBEDDINGS, mmap_mode="r")
        except (OSError, ValueError) as exc:
            raise ModelLoadError(f"{folder / EMBEDDINGS} cannot be read: {exc}") from exc

    def encode(self, pixels: NDArray[np.uint8]) -> OnnxVisual:
        """Run the vision tower on a resized picture [height, width, 3]."""
        embeds, *levels = self._run(Graph.VISION, tower_inputs(pixels, self.manifest.image, self.manifest.tower))
        scorer_side = None
        if self.manifest.options.has_patch_scorer:
            (scorer_side,) = self._run(Graph.SCORER_VISUAL, {"tokens": embeds})
        deepstack = np.stack(levels) if levels else np.zeros((0, *embeds.shape), np.float32)
        return OnnxVisual(embeds=embeds, deepstack=deepstack, scorer_side=scorer_side)

    def score_patches(
        self, scorer_side: NDArray[np.float32], instruction_ids: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Patch scores [n_visual] in [-1, 1]; ``instruction_ids`` [n_text] are those of the instruction alone."""
        scores: NDArray[np.float32] = self.score_tokens(scorer_side, instruction_ids).mean(axis=-1)
        return scores

    def score_tokens(self, scorer_side: NDArray[np.float32], instruction_ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Which token of the instruction lights which patch, [n_visual, n_text] in [-1, 1]."""
        (text,) = self._run(Graph.SCORER_TEXT, {"tokens": self._table[instruction_ids]})
        return scorer_side @ text.T

    def point(self, visual: OnnxVisual, prompt: OnnxPrompt, keep_mask: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Pointer attention over the kept visual tokens, [n_kept].

        Args:
            visual: the picture.
            prompt: about it.
            keep_mask: [n_visual] bool.

        Raises:
            InputError: something is dropped, and the model knows no marker for it.
        """
        kept_in_prompt = np.ones(len(prompt.input_ids), np.bool_)
        kept_in_prompt[prompt.image_mask] = keep_mask
        packing = pack_pospad(kept_in_prompt, prompt.image_mask)
        embeds = self._table[self._with_markers(prompt.input_ids[packing.index], packing.is_marker)]
        keys = visual.embeds[keep_mask]
        embeds[packing.is_visual] = keys
        inputs: dict[str, NDArray[np.generic]] = {
            "embeds": embeds,
            "position_ids": prompt.position_ids[:, packing.index],
        }
        if len(visual.deepstack):
            deepstack = np.zeros((len(visual.deepstack), *embeds.shape), np.float32)
            n_levels = self._n_levels(all_kept=bool(keep_mask.all()))
            deepstack[:n_levels, packing.is_visual] = visual.deepstack[:n_levels, keep_mask]
            inputs["deepstack"] = deepstack
        (query,) = self._run(Graph.DECODER, inputs)
        (attention,) = self._run(Graph.POINTER, {"keys": keys, "query": query})
        return attention

    def close(self) -> None:
        """Free the memory; nothing runs any more."""
        self._sessions.clear()

    def _run(self, graph: Graph, inputs: dict[str, NDArray[Any]]) -> list[NDArray[np.float32]]:
        return self._sessions[graph].run(inputs)

    def _with_markers(self, ids: NDArray[np.int64], is_marker: NDArray[np.bool_]) -> NDArray[np.int64]:
        marker = self.manifest.prompt.drop_marker
        if marker is None and is_marker.any():
            raise InputError("This model was not made to drop patches.", hint="Ask it with the keep fraction 1.")
        return np.where(is_marker, 0 if marker is None else marker, ids)

    def _n_levels(self, *, all_kept: bool) -> int:
        """How many DeepStack levels reach the decoder."""
        n_all = self.manifest.tower.n_deepstack_levels
        return n_all if all_kept or self.manifest.options.deepstack is DeepStackLevels.ALL else 1
