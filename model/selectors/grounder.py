"""A FocusUI or GUI-Actor model as a grounder whose visual tokens another selector chooses."""

import time
import zlib
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from model.errors import InputError
from model.focusui.grounder import FocusUIGrounder
from model.focusui.pointing.base import pointed_by
from model.focusui.prompt import PromptWriter
from model.grounder import Element, Grounding, Look, ModelInfo, PatchScores, Timings
from model.instruction import check_instruction
from model.look_cache import LookCache, fingerprint
from model.packing import Packing
from model.patches import PatchGrid
from model.pictures import check_image
from model.selectors.base import Selector, Signal
from model.selectors.comparison import check_usable, point_selected
from model.selectors.signals import EncodedScreen, encode_screen, gather_signals
from model.timing import ms_since

_N_LOOKS = 4


class SelectedGrounder:
    """Grounds as ``model.selectors.comparison`` does, one instruction at a time (``SelectingGrounder``).

    A look runs the vision encoder, and once more under observation if a selector needs its attention.

    Args:
        inner: the model; closed with this.
        selectors: those that may be asked for; the first one is that of ``find``.
        packings: those that may be asked for.
        seed: of what is left to chance; the same instruction always draws the same lots.

    Raises:
        InputError: a selector wants to know the target, which nobody knows who asks.
        ModelError: the model cannot do one of them.
    """

    def __init__(
        self, inner: FocusUIGrounder, *, selectors: Sequence[Selector], packings: Sequence[Packing], seed: int = 0
    ) -> None:
        if knowing := [selector.name for selector in selectors if Signal.LABEL in selector.needs]:
            raise InputError(
                f"The selector {knowing[0]} knows the target, so it is no way to find one.",
                hint="`foveal models selectors` compares it with the others.",
            )
        check_usable(inner.checkpoint, selectors, packings)
        self._inner = inner
        self._checkpoint = inner.checkpoint
        self._selectors = {selector.name: selector for selector in selectors}
        self._first = selectors[0]
        self._needs = frozenset[Signal]().union(*(selector.needs for selector in selectors))
        self._seed = seed
        self._writer = PromptWriter(self._checkpoint.tokenizer, self._checkpoint.network.prompt_style.wording)
        self._seen = LookCache[EncodedScreen](_N_LOOKS)

    @property
    def info(self) -> ModelInfo:
        """Of the model."""
        return self._inner.info

    def look(self, image: NDArray[np.uint8]) -> Look:
        """Run the vision encoder, unless the very same picture was seen lately.

        Raises:
            InputError: this is no picture that could be a screen.
        """
        check_image(image)
        started = time.perf_counter()
        look_id = fingerprint(image)
        seen, is_cached = self._seen.get_or_make(look_id, lambda: encode_screen(self._checkpoint, image, self._needs))
        grid = PatchGrid.fitted(
            width_px=image.shape[1],
            height_px=image.shape[0],
            n_rows=seen.visual.n_rows,
            n_cols=seen.visual.n_cols,
        )
        return Look(look_id=look_id, grid=grid, encode_ms=ms_since(started), is_cached=is_cached)

    def score(self, look: Look, instruction: str) -> PatchScores:
        """See ``Grounder``; chosen by the first selector."""
        return self.find(look, instruction).scored

    def find(self, look: Look, instruction: str, *, keep_fraction: float | None = None) -> Grounding:
        """As ``find_selected`` with the first selector and PosPad; all is kept if nobody says otherwise."""
        return self.find_selected(
            look,
            instruction,
            keep_fraction=1.0 if keep_fraction is None else keep_fraction,
            packing=Packing.POSPAD,
            selector=self._first.name,
        )

    @torch.inference_mode()
    def find_selected(
        self, look: Look, instruction: str, *, keep_fraction: float, packing: Packing, selector: str
    ) -> Grounding:
        """Find what is meant among the visual tokens that a selector keeps.

        Raises:
            InputError: the instruction cannot be used, or there is no such selector here.
            LookExpiredError: the look is no longer cached.
        """
        check_instruction(instruction)
        if selector not in self._selectors:
            raise InputError(f'The selector "{selector}" was not asked for when the model was opened.')
        seen, chosen = self._seen.of(look), self._selectors[selector]
        started = time.perf_counter()
        prompt = self._writer.write(instruction, look.grid.n_cells)
        context = gather_signals(self._checkpoint, seen, prompt, None, chosen.needs)
        lots = np.random.default_rng([self._seed, zlib.crc32(instruction.encode())])
        keep_mask = chosen.select(context, keep_fraction, lots)
        score_ms = ms_since(started)
        started = time.perf_counter()
        probs = point_selected(self._checkpoint.network, prompt, seen.visual, keep_mask, packing)
        pointed = pointed_by(probs, look.grid)
        best = pointed.candidates[0]
        return Grounding(
            instruction=instruction,
            model=self.info,
            is_rejected=False,
            point=(best.x, best.y),
            score=best.score,
            candidates=pointed.candidates,
            scored=PatchScores(
                grid=look.grid,
                scores=_shown(context.scores, keep_mask).reshape(look.grid.shape),
                keep_mask=keep_mask.reshape(look.grid.shape),
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
        self._inner.close()


def _shown(scores: NDArray[np.float32] | None, keep_mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    """[n_visual] in [0, 1]: patch scores where the selector has any, else what it kept."""
    if scores is None:
        return keep_mask.astype(np.float32)
    shown: NDArray[np.float32] = ((scores + 1) / 2).astype(np.float32)
    return shown
