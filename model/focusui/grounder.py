"""FocusUI as a grounder: a look runs the vision tower, an instruction the scorer, the decoder and the pointer head."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.errors import InputError
from model.focusui.ahead import PicturesAhead
from model.focusui.checkpoint import Checkpoint
from model.focusui.digest import checkpoint_digest
from model.focusui.image_input import ImageInput, ImageSpec, patchify, resized
from model.focusui.network import VisualFeatures
from model.focusui.patch_scorer import similarity
from model.focusui.pointing.base import Question, pointed_by
from model.focusui.pointing.catalog import choose_pointing
from model.focusui.prompt import Prompt, PromptWriter
from model.focusui.runtime import Runtime
from model.focusui.scoring import compare, drop_unseen, least_where_unseen, scorer_side
from model.focusui.selection import select_visual_tokens
from model.focusui.strategy import FindTimes
from model.grounder import (
    Element,
    Grounding,
    Look,
    ModelInfo,
    PatchScores,
    Timings,
    WordScore,
    no_word_scores,
)
from model.instruction import check_instruction
from model.look_cache import LookCache, fingerprint
from model.patches import PatchGrid
from model.pictures import check_image
from model.selection import select_patches
from model.timing import ms_since
from model.uigraph import UiGraph, ui_graph

_N_LOOKS = 4
_ANY_INSTRUCTION = "click"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Seen:
    """What is kept of a look.

    Attributes:
        visual: output of the vision tower.
        scorer_visual: [n_visual, d], the scorer's side of it; None without a scorer.
        saliency: [n_rows, n_cols] weights of the UI graph on the same cells.
    """

    visual: VisualFeatures
    scorer_visual: Tensor | None
    saliency: NDArray[np.float32]


class FocusUIGrounder:
    """Grounds with FocusUI, or with GUI-Actor or a plain Qwen model, whose visual tokens the UI graph selects.

    Args:
        checkpoint: the loaded model; its options say how it points.
        name: what it is called.
        folder: where it was loaded from, for its digest.
        runtime: how it is run.
        times: what was measured for it on this device, to take the faster way where nobody names a keep fraction.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        *,
        name: str,
        folder: Path,
        runtime: Runtime = Runtime(),  # noqa: B008 - frozen
        times: Sequence[FindTimes] = (),
    ) -> None:
        self._checkpoint = checkpoint
        self._network = checkpoint.network
        self._spec = checkpoint.image_spec
        self._pointing = choose_pointing(checkpoint.network, checkpoint.tokenizer)
        self._writer = PromptWriter(checkpoint.tokenizer, self._pointing.wording)
        self._folder = folder
        self._name = name
        self._info: ModelInfo | None = None
        self._seen = LookCache[_Seen](_N_LOOKS)
        self._flat_skip = runtime.flat_skip
        self._ahead = PicturesAhead(self._network, max_prefix_bytes=runtime.max_prefix_bytes, times=times)

    @property
    def checkpoint(self) -> Checkpoint:
        """What it grounds with."""
        return self._checkpoint

    @property
    def info(self) -> ModelInfo:
        """Name, device, and a digest over configuration and weights."""
        if self._info is None:
            self._info = ModelInfo(
                name=self._name, device=str(self._network.device), digest=checkpoint_digest(self._folder)
            )
        return self._info

    @torch.inference_mode()
    def look(self, image: NDArray[np.uint8], *, max_pixels: int | None = None) -> Look:
        """Run the vision tower on a screen, unless the very same picture was looked at lately.

        Args:
            image: [height, width, 3] uint8 RGB.
            max_pixels: scale it down to so many at most; None leaves it to the checkpoint.

        Raises:
            InputError: this is no picture that could be a screen.
        """
        check_image(image)
        started = time.perf_counter()
        spec = self._spec.limited(max_pixels)
        look_id = f"{fingerprint(image)}-{spec.max_pixels}"
        seen, is_cached = self._seen.get_or_make(look_id, lambda: self._encode(image, spec))
        visual = seen.visual
        if self._ahead.wants_prefix(look_id, len(visual.embeds)):
            self._ahead.prepare(look_id, self._writer.write(_ANY_INSTRUCTION, len(visual.embeds)), visual)
        grid = PatchGrid.fitted(
            width_px=image.shape[1], height_px=image.shape[0], n_rows=visual.n_rows, n_cols=visual.n_cols
        )
        return Look(look_id=look_id, grid=grid, encode_ms=ms_since(started), is_cached=is_cached)

    @torch.inference_mode()
    def score(self, look: Look, instruction: str) -> PatchScores:
        """Patch scores for an instruction that may still be being typed; "" scores zero everywhere.

        Raises:
            LookExpiredError: the look is no longer cached.
        """
        seen = self._seen.of(look)
        if not instruction.strip():
            return PatchScores(
                grid=look.grid,
                scores=np.zeros(look.grid.shape, np.float32),
                keep_mask=np.ones(look.grid.shape, np.bool_),
            )
        scores = _on_grid(self._scores(seen, self._writer.instruction_ids(instruction)), look.grid)
        best = torch.from_numpy(select_patches(scores, self._network.options.keep_fraction).ravel())
        keep_mask = drop_unseen(best, seen.visual).numpy().reshape(look.grid.shape)
        return PatchScores(grid=look.grid, scores=scores, keep_mask=keep_mask)

    @torch.inference_mode()
    def score_words(self, look: Look, instruction: str) -> tuple[WordScore, ...]:
        """Patch scores come apart: they are the mean over tokens, and words are groups of tokens.

        Raises:
            ModelError: there is no patch scorer, or the instruction or look cannot be used.
        """
        seen = self._seen.of(look)
        if seen.scorer_visual is None:
            raise no_word_scores(self._name)
        spoken = self._writer.instruction_words(instruction)
        text = self._network.patch_scorer.embed_text(self._network.embed(self._writer.instruction_ids(instruction)))
        by_token = similarity(seen.scorer_visual, text)  # [n_visual, n_text]
        return tuple(
            WordScore(
                word=word.text,
                share=word.n_tokens / len(text),
                scores=_on_grid(least_where_unseen(by_token[:, word.tokens].mean(-1), seen.visual), look.grid),
            )
            for word in spoken
        )

    @torch.inference_mode()
    def find(self, look: Look, instruction: str, *, keep_fraction: float | None = None) -> Grounding:
        """Find what is meant; see ``model.grounder.Grounder.find``.

        Only a model that points in words can say that it is not there.
        """
        check_instruction(instruction)
        if keep_fraction is not None and not 0.0 < keep_fraction <= 1.0:
            raise InputError(f"The keep fraction must be above 0 and at most 1, not {keep_fraction}.")
        seen = self._seen.of(look)
        started = time.perf_counter()
        prompt = self._writer.write(instruction, look.grid.n_cells)
        scores = self._scores(seen, prompt.instruction_ids)
        strategy = self._ahead.strategy(look.look_id, look.grid.n_cells, keep_fraction)
        keep_mask = self._select(seen, scores, prompt, strategy.keep_fraction or 1.0)
        score_ms = ms_since(started)
        started = time.perf_counter()
        question = Question(visual=seen.visual, grid=look.grid, prompt=prompt, keep_mask=keep_mask)
        attention = self._ahead.point(look.look_id, prompt, seen.visual) if strategy.is_cached else None
        if attention is None:
            pointed = self._pointing.point(question)
        else:
            pointed = pointed_by(question.spread(attention), look.grid)
        best = next(iter(pointed.candidates), None)
        return Grounding(
            instruction=instruction,
            model=self.info,
            is_rejected=best is None,
            point=None if best is None else (best.x, best.y),
            score=0.0 if best is None else best.score,
            candidates=pointed.candidates,
            scored=PatchScores(
                grid=look.grid,
                scores=_on_grid(scores, look.grid),
                keep_mask=keep_mask.numpy().reshape(look.grid.shape),
            ),
            pointer_probs=pointed.probs,
            timings=Timings(encode=0.0 if look.is_cached else look.encode_ms, score=score_ms, point=ms_since(started)),
        )

    def read(self, look: Look) -> tuple[Element, ...]:
        """Nothing: the model points, it does not list what it sees."""
        self._seen.of(look)
        return ()

    def close(self) -> None:
        """Forget all looks and free the memory."""
        self._seen.clear()
        self._ahead.clear()
        self._network.to("meta")

    def _encode(self, image: NDArray[np.uint8], spec: ImageSpec) -> _Seen:
        try:
            pixels = resized(image, spec)
        except ValueError as exc:
            raise InputError("This picture is too long and thin to be a screen.") from exc
        inputs = patchify(pixels, spec, self._network.device)
        graph = ui_graph(pixels, spec.cell_px)
        visual = self._encode_visual(inputs, graph)
        has_scorer = self._network.options.has_patch_scorer
        return _Seen(
            visual=visual,
            scorer_visual=scorer_side(self._network, visual) if has_scorer else None,
            saliency=graph.weights,
        )

    def _encode_visual(self, inputs: ImageInput, graph: UiGraph) -> VisualFeatures:
        pixel_values = inputs.pixel_values.to(self._network.dtype)
        if self._flat_skip is None:
            (visual,) = self._network.encode_images(pixel_values, inputs.grid_thw)
            return visual
        n_rows, n_cols = graph.labels.shape
        seen_cells = self._flat_skip.seen_mask(graph, self._network.vision_planner.window_cells)
        return self._network.encode_image(pixel_values, n_rows, n_cols, seen_cells)

    def _scores(self, seen: _Seen, instruction_ids: Tensor) -> Tensor:
        """[n_visual] in [-1, 1]; without a scorer the UI graph, which knows nothing of the instruction."""
        if seen.scorer_visual is None:
            scores = torch.from_numpy(seen.saliency.ravel()) * 2 - 1
        else:
            scores = compare(self._network, seen.scorer_visual, instruction_ids)
        return least_where_unseen(scores, seen.visual)

    def _select(self, seen: _Seen, scores: Tensor, prompt: Prompt, keep_fraction: float) -> Tensor:
        return drop_unseen(select_visual_tokens(scores, keep_fraction, prompt.input_ids), seen.visual)


def _on_grid(scores: Tensor, grid: PatchGrid) -> NDArray[np.float32]:
    """[n_visual] in [-1, 1] -> [n_rows, n_cols] in [0, 1]."""
    on_grid: NDArray[np.float32] = ((scores.float().cpu() + 1) / 2).numpy().reshape(grid.shape)
    return on_grid
