"""An exported FocusUI as a grounder: what ``model.focusui.grounder`` does in torch, in ONNX Runtime and NumPy."""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.candidates import pointed_at
from model.digest import files_digest
from model.errors import InputError
from model.focusui.picture import resized
from model.focusui_onnx.network import OnnxFocusUI, OnnxVisual
from model.focusui_onnx.prompt import OnnxPromptWriter
from model.grounder import Element, Grounding, Look, ModelInfo, PatchScores, Timings, WordScore, no_word_scores
from model.instruction import check_instruction
from model.look_cache import LookCache, fingerprint
from model.patches import PatchGrid
from model.pictures import check_image
from model.selection import select_patches
from model.timing import ms_since
from model.uigraph import ui_graph

_N_LOOKS = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Seen:
    """What is kept of a look.

    Attributes:
        visual: output of the vision tower.
        saliency: [n_rows, n_cols] weights of the UI graph on the same cells.
    """

    visual: OnnxVisual
    saliency: NDArray[np.float32]


class OnnxFocusUIGrounder:
    """Grounds with an exported FocusUI or GUI-Actor.

    Its results are those of the checkpoint in torch within 1e-3, with one difference by design: of visual tokens with
    equal scores the earlier in raster order are kept, where torch draws lots by the prompt. In float32 scores that
    count are hardly ever equal.

    Args:
        network: the exported model.
        name: what it is called.
        folder: where it lies, for its digest.
    """

    def __init__(self, network: OnnxFocusUI, *, name: str, folder: Path) -> None:
        self._network = network
        self._writer = OnnxPromptWriter(folder, network.manifest.prompt)
        self._folder = folder
        self._name = name
        self._info: ModelInfo | None = None
        self._seen = LookCache[_Seen](_N_LOOKS)

    @property
    def info(self) -> ModelInfo:
        """Name, device, and a digest over all files of the folder."""
        if self._info is None:
            files = [self._folder / file_name for file_name in self._network.manifest.file_names]
            self._info = ModelInfo(name=self._name, device=str(self._network.device), digest=files_digest(files))
        return self._info

    def look(self, image: NDArray[np.uint8]) -> Look:
        """Run the vision tower on a screen, unless the very same picture was looked at lately.

        Raises:
            InputError: this is no picture that could be a screen.
        """
        check_image(image)
        started = time.perf_counter()
        look_id = fingerprint(image)
        seen, is_cached = self._seen.get_or_make(look_id, lambda: self._encode(image))
        n_rows, n_cols = seen.saliency.shape
        grid = PatchGrid.fitted(width_px=image.shape[1], height_px=image.shape[0], n_rows=n_rows, n_cols=n_cols)
        return Look(look_id=look_id, grid=grid, encode_ms=ms_since(started), is_cached=is_cached)

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
        return self._scored(look.grid, self._scores(seen, instruction), None)

    def score_words(self, look: Look, instruction: str) -> tuple[WordScore, ...]:
        """Patch scores come apart: they are the mean over tokens, and words are groups of tokens.

        Raises:
            ModelError: there is no patch scorer, or the instruction or look cannot be used.
        """
        seen = self._seen.of(look)
        if seen.visual.scorer_side is None:
            raise no_word_scores(self._name)
        instruction_ids = self._writer.instruction_ids(instruction)
        by_token = self._network.score_tokens(seen.visual.scorer_side, instruction_ids)
        return tuple(
            WordScore(
                word=word.text,
                share=word.n_tokens / len(instruction_ids),
                scores=_on_grid(by_token[:, word.tokens].mean(axis=-1), look.grid),
            )
            for word in self._writer.instruction_words(instruction)
        )

    def find(self, look: Look, instruction: str, *, keep_fraction: float | None = None) -> Grounding:
        """Find what is meant; see ``model.grounder.Grounder.find``. The best region is never rejected."""
        check_instruction(instruction)
        if keep_fraction is not None and not 0.0 < keep_fraction <= 1.0:
            raise InputError(f"The keep fraction must be above 0 and at most 1, not {keep_fraction}.")
        seen = self._seen.of(look)
        started = time.perf_counter()
        scored = self._scored(look.grid, self._scores(seen, instruction), keep_fraction)
        score_ms = ms_since(started)
        started = time.perf_counter()
        prompt = self._writer.write(instruction, *look.grid.shape)
        probs = np.zeros(look.grid.shape, np.float32)
        probs[scored.keep_mask] = self._network.point(seen.visual, prompt, scored.keep_mask.ravel())
        candidates = pointed_at(probs, look.grid)
        return Grounding(
            instruction=instruction,
            model=self.info,
            is_rejected=False,
            point=(candidates[0].x, candidates[0].y),
            score=candidates[0].score,
            candidates=candidates,
            scored=scored,
            pointer_probs=probs,
            timings=Timings(encode=0.0 if look.is_cached else look.encode_ms, score=score_ms, point=ms_since(started)),
        )

    def read(self, look: Look) -> tuple[Element, ...]:
        """Nothing: the model points, it does not list what it sees."""
        self._seen.of(look)
        return ()

    def close(self) -> None:
        """Forget all looks and free the memory."""
        self._seen.clear()
        self._network.close()

    def _encode(self, image: NDArray[np.uint8]) -> _Seen:
        spec = self._network.manifest.image
        try:
            pixels = resized(image, spec)
        except ValueError as exc:
            raise InputError("This picture is too long and thin to be a screen.") from exc
        return _Seen(visual=self._network.encode(pixels), saliency=ui_graph(pixels, spec.cell_px).weights)

    def _scores(self, seen: _Seen, instruction: str) -> NDArray[np.float32]:
        """[n_visual] in [-1, 1]; without a scorer the UI graph, which knows nothing of the instruction."""
        instruction_ids = self._writer.instruction_ids(instruction)
        if seen.visual.scorer_side is None:
            return seen.saliency.ravel() * 2 - 1
        return self._network.score_patches(seen.visual.scorer_side, instruction_ids)

    def _scored(self, grid: PatchGrid, scores: NDArray[np.float32], keep_fraction: float | None) -> PatchScores:
        """[n_visual] in [-1, 1] -> scores in [0, 1] on the grid, and which are kept."""
        share = self._network.manifest.options.keep_fraction if keep_fraction is None else keep_fraction
        keep_mask = select_patches(scores, share).reshape(grid.shape)
        return PatchScores(grid=grid, scores=_on_grid(scores, grid), keep_mask=keep_mask)


def _on_grid(scores: NDArray[np.float32], grid: PatchGrid) -> NDArray[np.float32]:
    """[n_visual] in [-1, 1] -> [n_rows, n_cols] in [0, 1]."""
    return ((scores + 1) / 2).astype(np.float32).reshape(grid.shape)
