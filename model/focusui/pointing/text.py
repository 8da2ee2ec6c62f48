"""Pointing in words: the model writes coordinates, as plain Qwen models were trained to."""

from dataclasses import dataclass

import numpy as np
from transformers import PreTrainedTokenizerBase

from model.focusui.network import FocusUI
from model.focusui.pointing.answer import Place, read_places
from model.focusui.pointing.base import MAX_CANDIDATES, Pointed, Question
from model.focusui.pointing.chat import ANSWER_FORMS
from model.focusui.pointing.generation import write_on
from model.focusui.prompt import Wording
from model.grounder import Candidate
from model.patches import PatchGrid

_THOUSANDTHS = 1000
_TURN_END = "<|im_end|>"


@dataclass(frozen=True, slots=True, eq=False)
class TextPointing:
    """Reads the coordinates that the model writes; an answer that cannot be read points nowhere.

    The score of a place is how sure the model was of what it wrote: the geometric mean of its tokens' probabilities.
    Since the words name points, not patches, the pointer's probability lies on the patches of the named points alone.
    """

    network: FocusUI
    tokenizer: PreTrainedTokenizerBase
    max_tokens: int = 128

    @property
    def wording(self) -> Wording:
        """The stock chat prompt."""
        return ANSWER_FORMS[self.network.config.model_type].wording

    def point(self, question: Question) -> Pointed:
        """A forward through the decoder, and one more per token written."""
        packed = question.pack(self.network)
        written = write_on(self.network, packed, max_tokens=self.max_tokens, stop_ids=self._stop_ids())
        text = self.tokenizer.decode(written.ids, skip_special_tokens=False)
        width, height = self._greatest(question)
        places = read_places(text, width=width, height=height)[:MAX_CANDIDATES] if written.is_finished else ()
        probs = np.zeros(question.grid.shape, np.float32)
        candidates = tuple(_candidate(place, written.confidence, question.grid) for place in places)
        for candidate in candidates:
            probs[question.grid.cell_at(candidate.x, candidate.y)] += 1 / len(candidates)
        return Pointed(probs=probs, candidates=candidates)

    def _greatest(self, question: Question) -> tuple[int, int]:
        """The greatest coordinates, (x, y)."""
        if not ANSWER_FORMS[self.network.config.model_type].has_pixels:
            return _THOUSANDTHS, _THOUSANDTHS
        vision = self.network.config.vision_config
        cell_px = vision.patch_size * vision.spatial_merge_size
        return question.visual.n_cols * cell_px, question.visual.n_rows * cell_px

    def _stop_ids(self) -> frozenset[int]:
        configured = self.network.generation_config.eos_token_id
        stops = {configured} if isinstance(configured, int) else set(configured or ())
        return frozenset({*stops, self.tokenizer.convert_tokens_to_ids(_TURN_END)})


def _candidate(place: Place, score: float, grid: PatchGrid) -> Candidate:
    """A place in pixels of the picture, never outside of it."""
    width, height = grid.width_px, grid.height_px
    box = place.box_norm
    return Candidate(
        x=min(place.x_norm * width, width - 1.0),
        y=min(place.y_norm * height, height - 1.0),
        score=score,
        bbox=None if box is None else (box[0] * width, box[1] * height, box[2] * width, box[3] * height),
    )
