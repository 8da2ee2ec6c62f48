"""Compares every stage of our FocusUI with numbers that the authors' code computed on the same checkpoint."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.decode import Region, find_regions
from model.evaluation.comparison import Comparison, Recorded
from model.evaluation.reference import ReferenceCase, ReferenceVariant
from model.focusui.checkpoint import Checkpoint, load_checkpoint
from model.focusui.image_input import ImageInput, patchify, resized
from model.focusui.network import PackedPrompt, VisualFeatures
from model.focusui.prompt import Prompt, PromptWriter
from model.focusui.selection import select_visual_tokens
from model.pictures import load_picture

FLOAT_TOLERANCE = 1e-4
"""For scores, attention and points in float32."""
_N_POINTS = 3


@torch.inference_mode()
def verify_variant(variant: ReferenceVariant) -> Iterator[Comparison]:
    """Compare everything recorded for a checkpoint.

    Raises:
        ModelLoadError: the checkpoint cannot be loaded.
        InputError: a picture or a file of numbers cannot be read.
    """
    checkpoint = load_checkpoint(variant.checkpoint, dtype=torch.float32)
    writer = PromptWriter(checkpoint.tokenizer, checkpoint.network.prompt_style.wording)
    for case in variant.cases:
        yield from _CaseCheck(checkpoint, writer, variant.name, case).comparisons()


class _CaseCheck:
    """All stages of one case, in the order in which they run."""

    def __init__(self, checkpoint: Checkpoint, writer: PromptWriter, variant: str, case: ReferenceCase) -> None:
        self._network = checkpoint.network
        self._spec = checkpoint.image_spec
        self._writer = writer
        self._case = case
        self._recorded = Recorded(variant=variant, case=case.name, values=case.values())

    def comparisons(self) -> Iterator[Comparison]:
        pixels = resized(load_picture(self._case.image), self._spec)
        inputs = patchify(pixels, self._spec)
        (visual,) = self._network.encode_images(inputs.pixel_values, inputs.grid_thw)
        prompt = self._writer.write(self._case.instruction, len(visual.embeds))
        yield from self._check_inputs(inputs, prompt, visual)
        scores = self._network.score_patches(visual, prompt.instruction_ids)
        yield from self._check_scores(visual, prompt, scores)
        for ratio in self._case.ratios:
            yield from self._check_ratio(visual, prompt, scores, ratio)

    def _check_inputs(self, inputs: ImageInput, prompt: Prompt, visual: VisualFeatures) -> Iterator[Comparison]:
        yield from self._exact("input_ids", prompt.input_ids[None])
        yield from self._exact("focus_input_ids", prompt.instruction_ids[None])
        yield from self._exact("image_grid_thw", inputs.grid_thw)
        yield from self._exact("position_ids_full", self._network.position_ids(prompt.input_ids, [visual])[:, None])
        yield from self._close("pixel_values", inputs.pixel_values)
        values = inputs.pixel_values.double()
        yield from self._close("pixel_values_mean_std", torch.stack([values.mean(), values.std(correction=0)]))
        yield from self._close("pixel_values_row_means", values.mean(1))

    def _check_scores(self, visual: VisualFeatures, prompt: Prompt, scores: Tensor) -> Iterator[Comparison]:
        scorer = self._network.patch_scorer
        yield from self._close("vision_features", visual.embeds)
        yield from self._close("scorer_image_embeds", scorer.embed_visual(visual.embeds)[None])
        yield from self._close(
            "scorer_text_embeds", scorer.embed_text(self._network.embed(prompt.instruction_ids))[None]
        )
        yield from self._close("patch_scores", scores[None])
        full = self._network.point(self._network.pack(prompt.input_ids, [visual]))
        yield from self._close("attn_full", full[None], "noselect/")

    def _check_ratio(
        self, visual: VisualFeatures, prompt: Prompt, scores: Tensor, ratio: float
    ) -> Iterator[Comparison]:
        prefix = f"r{ratio:.2f}/"
        keep_mask = select_visual_tokens(scores, 1.0 - ratio, prompt.input_ids)
        packed = self._network.pack(prompt.input_ids, [visual], keep_mask)
        yield from self._exact("image_token_keep_mask", keep_mask, prefix)
        yield from self._exact("n_keep", keep_mask.sum(), prefix)
        yield from self._check_packing(prompt, packed, prefix)
        (hidden,) = self._network.decode([packed])
        logits = self._network.lm_head(hidden[-1])
        yield from self._close("last_logits", logits, prefix)
        yield from self._exact("generated_text_id", logits.argmax()[None], prefix)
        is_pointer = packed.input_ids == self._network.config.pointer_pad_token_id
        yield from self._close("pointer_hidden", hidden[is_pointer], prefix)
        attention = self._network.pointer_logits(packed, hidden)[:1].softmax(-1)
        yield from self._close("attn_kept", attention, prefix)
        full = torch.zeros(1, len(keep_mask))
        full[0, keep_mask] = attention
        yield from self._close("attn_full", full, prefix)
        yield from self._check_regions(full.view(visual.n_rows, visual.n_cols).numpy(), prefix)

    def _check_packing(self, prompt: Prompt, packed: PackedPrompt, prefix: str) -> Iterator[Comparison]:
        survives = torch.zeros(len(prompt.input_ids), dtype=torch.bool)
        survives[packed.index] = True
        yield from self._exact("token_keep_mask", survives[None], prefix)
        yield from self._exact("packed_input_ids", packed.input_ids[None], prefix)
        yield from self._exact("packed_position_ids", packed.position_ids[:, None], prefix)
        yield from self._exact("packed_visual_pos_mask", packed.visual_mask[None], prefix)
        if packed.deepstack:
            rows = torch.tensor([len(level) for level in packed.deepstack])
            yield from self._exact("deepstack_rows_per_level", rows, prefix)
            yield from self._exact("n_deepstack_levels_used", torch.tensor(len(rows)), prefix)

    def _check_regions(self, attention: NDArray[np.float32], prefix: str) -> Iterator[Comparison]:
        regions = find_regions(attention)
        centers = np.array([region.center_norm for region in regions])
        scores = np.array([region.score for region in regions])
        yield from self._exact("region_sizes", np.array([len(region.cells) for region in regions]), prefix)
        yield from self._close("region_centers", centers, prefix)
        yield from self._close("region_scores", scores, prefix)
        points = np.concatenate([_cell_centers(region, attention.shape) for region in regions])
        yield from self._close("region_points", points, prefix)
        yield from self._close("best_point", centers[0], prefix)
        yield from self._close("topk_points", centers[:_N_POINTS], prefix)
        yield from self._close("topk_values", scores[:_N_POINTS], prefix)

    def _exact(self, quantity: str, ours: Tensor | NDArray[Any], prefix: str = "") -> Iterator[Comparison]:
        return self._recorded.compare(quantity, np.asarray(ours), prefix=prefix, tolerance=0.0)

    def _close(self, quantity: str, ours: Tensor | NDArray[Any], prefix: str = "") -> Iterator[Comparison]:
        return self._recorded.compare(quantity, np.asarray(ours), prefix=prefix, tolerance=FLOAT_TOLERANCE)


def _cell_centers(region: Region, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """[n_cells, 2] (x, y) as fractions of the grid, in the order in which the region grew."""
    rows, cols = region.cells.T
    return np.stack([(cols + 0.5) / shape[1], (rows + 0.5) / shape[0]], axis=1)
