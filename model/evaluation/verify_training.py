"""Compares labels, losses and gradients with those of the authors' code on the same checkpoint."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from model.data.labels import VisualGrid, patch_labels
from model.data.records import parse_record
from model.errors import InputError
from model.evaluation.comparison import Comparison, Recorded
from model.evaluation.reference import ReferenceVariant, TrainingCase
from model.focusui.checkpoint import Checkpoint, load_checkpoint
from model.focusui.network import FocusUI
from model.focusui.selection import select_visual_tokens
from model.training.forward import training_forward
from model.training.losses import EVERYTHING
from model.training.sample import SampleBuilder
from model.training.sequence import SequenceWriter

TOLERANCE = 1e-5
"""For labels and losses in float32."""
GRADIENT_TOLERANCE = 1e-4
"""For the L2 norm of each parameter's gradient."""
_NO_GRADIENT = -1.0


def verify_training(variant: ReferenceVariant) -> Iterator[Comparison]:
    """Compare everything recorded of training; nothing if nothing was.

    Raises:
        ModelLoadError: the checkpoint cannot be loaded.
        InputError: a picture or a file of numbers cannot be read.
        RecordError: a training record cannot be used.
    """
    if not variant.training_cases:
        return
    checkpoint = load_checkpoint(variant.checkpoint, dtype=torch.float32)
    for case in variant.training_cases:
        yield from _TrainingCheck(checkpoint, variant.name, case).comparisons()


class _TrainingCheck:
    """One record: its sample, and its losses at each share dropped."""

    def __init__(self, checkpoint: Checkpoint, variant: str, case: TrainingCase) -> None:
        self._network = checkpoint.network
        self._case = case
        self._variant = variant
        self._record = parse_record(case.row, name=case.name)
        writer = SequenceWriter(
            checkpoint.tokenizer,
            system=self._network.prompt_style.wording.system,
            max_tokens=checkpoint.tokenizer.model_max_length,
        )
        with _opened(case) as picture:
            self._picture = picture.copy()
        self._sample = SampleBuilder(writer, checkpoint.image_spec).build(self._record, self._picture)
        spec, (_, n_rows, n_cols) = checkpoint.image_spec, self._sample.grid_thw[0].tolist()
        self._grid = VisualGrid(
            width_px=n_cols * spec.patch_px,
            height_px=n_rows * spec.patch_px,
            cell_px=spec.cell_px,
            merge_size=spec.merge_size,
        )
        self._recorded = self._with(case.values())

    def comparisons(self) -> Iterator[Comparison]:
        yield from self._check_sample()
        for ratio, losses in self._case.losses.items():
            yield from self._check_packing(f"r{ratio:.2f}/", 1.0 - ratio)
            yield from self._check_losses(losses, 1.0 - ratio)

    def _check_sample(self) -> Iterator[Comparison]:
        sample = self._sample
        yield from self._exact("input_ids", sample.input_ids[None])
        yield from self._exact("labels", sample.labels[None])
        yield from self._exact("focus_input_ids", sample.instruction_ids[None])
        yield from self._exact("multi_patch_labels", sample.pointer_labels)
        yield from self._exact("visual_token_indices_of_coordinates", sample.target_idx)
        yield from self._close("coordinates", sample.points_norm)
        labels = patch_labels(self._picture, self._record.box, self._grid)
        n_merged = labels.fused.shape[1]
        yield from self._close("patch_score_bbox", labels.box_overlap.ravel())
        yield from self._close("patch_score_uigraph", labels.saliency.repeat(n_merged))
        yield from self._close("patch_scores_label_unmerged", labels.fused.ravel())
        yield from self._close("patch_scores_label", sample.patch_label)

    @torch.no_grad()
    def _check_packing(self, prefix: str, keep_fraction: float) -> Iterator[Comparison]:
        sample = self._sample
        visuals = self._network.encode_images(sample.pixel_values, sample.grid_thw)
        scores = self._network.score_patches(visuals[0], sample.instruction_ids)
        keep_mask = select_visual_tokens(scores, keep_fraction, sample.input_ids)
        packed = self._network.pack(sample.input_ids, visuals, keep_mask)
        yield from self._close("patch_scores", scores[None], prefix)
        yield from self._exact("image_token_keep_mask", keep_mask, prefix)
        yield from self._exact("packed_input_ids", packed.input_ids[None], prefix)
        yield from self._exact("packed_position_ids", packed.position_ids[:, None], prefix)
        yield from self._exact("packed_labels", sample.labels[packed.index][None], prefix)
        yield from self._exact("packed_pointer_labels", sample.pointer_labels[:, keep_mask], prefix)

    def _check_losses(self, expected: dict[str, Any], keep_fraction: float) -> Iterator[Comparison]:
        output = training_forward(self._network, [self._sample], [keep_fraction], EVERYTHING)
        losses, (kept,) = output.losses, output.kept
        recorded = self._with(expected)
        named = {"ps_loss": losses.scorer, "pointer_loss": losses.pointer, "lm_loss": losses.lm, "loss": losses.total}
        for name, loss in named.items():
            assert loss is not None  # noqa: S101 - every loss was asked for
            yield from recorded.compare(name, loss.detach().numpy(), tolerance=TOLERANCE)
        yield from recorded.compare("actual_token_percentage", np.asarray(kept.token_share), tolerance=TOLERANCE)
        yield from recorded.compare("positives_total", np.asarray(kept.n_positive), tolerance=0.0)
        yield from recorded.compare("positives_kept", np.asarray(kept.n_positive_kept), tolerance=0.0)
        norms = _gradient_norms(self._network, losses.total)
        for name, norm in expected.get("grad_l2", {}).items():
            gradient = self._with({"gradient norms": _NO_GRADIENT if norm is None else norm})
            yield from gradient.compare(
                "gradient norms", np.asarray(norms.get(name, np.nan)), tolerance=GRADIENT_TOLERANCE
            )

    def _with(self, values: Mapping[str, Any]) -> Recorded:
        return Recorded(variant=self._variant, case=self._case.name, values=values, stage="training ")

    def _exact(self, quantity: str, ours: Tensor | NDArray[Any], prefix: str = "") -> Iterator[Comparison]:
        return self._recorded.compare(quantity, np.asarray(ours), tolerance=0.0, prefix=prefix)

    def _close(self, quantity: str, ours: Tensor | NDArray[Any], prefix: str = "") -> Iterator[Comparison]:
        return self._recorded.compare(quantity, np.asarray(ours), tolerance=TOLERANCE, prefix=prefix)


def _opened(case: TrainingCase) -> Image.Image:
    try:
        return Image.open(case.image)
    except OSError as exc:
        raise InputError(f"The picture {case.image} cannot be read: {exc}.") from exc


def _gradient_norms(network: FocusUI, total: Tensor) -> dict[str, float]:
    """L2 norm of every parameter's gradient, by name."""
    network.zero_grad(set_to_none=True)
    torch.autograd.backward(total)
    norms = {
        name: _NO_GRADIENT if parameter.grad is None else float(parameter.grad.double().norm())
        for name, parameter in network.named_parameters()
    }
    network.zero_grad(set_to_none=True)
    return norms
