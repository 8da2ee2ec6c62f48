"""The door to the grounding models: what they take, what they return, and how one is loaded.

A grounder works in two halves, because a person looks first and types afterwards (design, "live heatmap"):
``look`` encodes a screen once, ``score`` and ``find`` answer any number of instructions about it.
All positions are pixels of the picture, (x, y); boxes are half-open (x1, y1, x2, y2).
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from model.errors import ModelError
from model.patches import PatchGrid
from model.refine.report import Refinement

JSON_SCHEMA_VERSION = 1
DEFAULT_GROUNDER = "ocr"

Box = tuple[float, float, float, float]


class ElementKind(StrEnum):
    """What an element on the screen looks like, as far as a model can tell."""

    TEXT = "text"
    BUTTON = "button"
    FIELD = "field"
    CHECKBOX = "checkbox"
    RADIO = "radio"
    TAB = "tab"
    MENU = "menu"
    ICON = "icon"
    LINK = "link"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """Something on the screen.

    Attributes:
        bbox: its outline.
        kind: what it looks like.
        text: the text it shows, "" if none.
        score: confidence in [0, 1].
        is_checked: for a checkbox or radio whether it is on; None for others or when one cannot tell.
    """

    bbox: Box
    kind: ElementKind
    text: str
    score: float
    is_checked: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A place that may be meant.

    Attributes:
        x, y: where a click would go, in pixels of the picture.
        score: confidence in [0, 1], comparable between candidates of one grounding.
        bbox: the element's box, or None where a model points without knowing an extent.
        label: the text that was read there or another short name; None if there is none.
    """

    x: float
    y: float
    score: float
    bbox: Box | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """Which model answered: name, device ("cpu", "cuda:0"), and SHA-256 over its files."""

    name: str
    device: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Milliseconds per stage; capture is 0 for pictures from files."""

    capture: float = 0.0
    encode: float = 0.0
    score: float = 0.0
    point: float = 0.0

    @property
    def total(self) -> float:
        """Sum of the stages."""
        return self.capture + self.encode + self.score + self.point


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A screen that a grounder has encoded and can be asked about.

    Attributes:
        look_id: handle, unique within the grounder that made it.
        grid: the patch grid of the picture.
        encode_ms: how long encoding took.
        is_cached: True if nothing had to be encoded anew.
    """

    look_id: str
    grid: PatchGrid
    encode_ms: float
    is_cached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchScores:
    """What the scorer makes of an instruction, before anything is pointed at (the live heatmap).

    Attributes:
        grid: the patch grid.
        scores: [n_rows, n_cols] float32 in [0, 1], higher is more relevant.
        keep_mask: [n_rows, n_cols] bool, True for kept patches.
    """

    grid: PatchGrid
    scores: NDArray[np.float32]
    keep_mask: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordScore:
    """Which patches one word of an instruction lights.

    Attributes:
        word: as it was written.
        share: its weight in the patch scores, which are the sum over words of share times scores; shares sum to 1.
        scores: [n_rows, n_cols] float32 in [0, 1], on the scale of the patch scores.
    """

    word: str
    share: float
    scores: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounding:
    """The answer to "where is …?".

    Attributes:
        instruction: as given.
        model: who answered.
        is_rejected: True if what is meant is not on the screen; then ``point`` is None.
        point: (x, y) in pixels of the picture.
        score: confidence of the point in [0, 1]; for a rejection, that of the best candidate.
        candidates: best first, at most nine; for a rejection the nearest three.
        scored: patch scores and keep mask.
        pointer_probs: [n_rows, n_cols] float32, where the pointer looked; sums to 1, or all 0 if nowhere.
        timings: milliseconds per stage.
        refinement: what second looks did; None if there was nobody to take any.
        note: what the person should know about how it came about, a sentence or two; "" for nothing.
    """

    instruction: str
    model: ModelInfo
    is_rejected: bool
    point: tuple[float, float] | None
    score: float
    candidates: tuple[Candidate, ...]
    scored: PatchScores
    pointer_probs: NDArray[np.float32]
    timings: Timings = field(default_factory=Timings)
    refinement: Refinement | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.is_rejected != (self.point is None):
            raise ValueError("a grounding has a point exactly if it is not rejected")
        if self.pointer_probs.shape != self.scored.grid.shape:
            raise ValueError("pointer_probs must cover the patch grid")

    @property
    def grid(self) -> PatchGrid:
        """The patch grid."""
        return self.scored.grid

    @property
    def n_kept(self) -> int:
        """Number of kept patches."""
        return int(self.scored.keep_mask.sum())

    def to_json(self) -> dict[str, Any]:
        """The object that ``foveal ground --json`` prints (design, section 5); "refinement" only after second looks."""
        grid, timings = self.grid, self.timings
        extra = {} if self.refinement is None else {"refinement": self.refinement.to_json()}
        return {
            "schema": JSON_SCHEMA_VERSION,
            "instruction": self.instruction,
            "image": {"width": grid.width_px, "height": grid.height_px},
            "model": {"name": self.model.name, "device": self.model.device},
            "rejected": self.is_rejected,
            "point": None if self.point is None else {"x": self.point[0], "y": self.point[1]},
            "score": self.score,
            "candidates": [
                {
                    "x": c.x,
                    "y": c.y,
                    "score": c.score,
                    "bbox": None if c.bbox is None else list(c.bbox),
                    "label": c.label,
                }
                for c in self.candidates
            ],
            "keep_fraction": self.n_kept / grid.n_cells,
            "patches": {
                "rows": grid.n_rows,
                "cols": grid.n_cols,
                "cell_px": grid.cell_px,
                "kept": self.n_kept,
            },
            "timings_ms": {
                "capture": timings.capture,
                "encode": timings.encode,
                "score": timings.score,
                "point": timings.point,
                "total": timings.total,
            },
        } | extra


class Grounder(Protocol):
    """A token-selecting grounding model. Not thread-safe: one thread calls it.

    All methods raise ``model.errors.ModelError`` for what the world does wrong.
    """

    @property
    def info(self) -> ModelInfo:
        """Name, device and digest."""
        ...

    def look(self, image: NDArray[np.uint8]) -> Look:
        """Encode a screen, [height, width, 3] uint8 RGB; unchanged regions cost nothing again.

        At least the last four looks stay available.
        """
        ...

    def score(self, look: Look, instruction: str) -> PatchScores:
        """Patch scores alone: cheap enough for every keystroke; never rejects, "" scores zero everywhere."""
        ...

    def find(self, look: Look, instruction: str, *, keep_fraction: float | None = None) -> Grounding:
        """Find what is meant.

        Args:
            look: what ``look`` returned.
            instruction: a phrase such as "Save", "the field next to Name", "click the second OK button".
            keep_fraction: share of patches to keep in (0, 1]; None leaves it to the model.

        Raises:
            model.errors.InputError: the instruction is empty or too long.
            model.errors.LookExpiredError: the look is no longer cached.
        """
        ...

    def read(self, look: Look) -> tuple[Element, ...]:
        """Everything the model sees on the screen, in reading order."""
        ...

    def close(self) -> None:
        """Free the memory."""
        ...


@runtime_checkable
class WordScorer(Protocol):
    """A grounder whose patch scores come apart into words."""

    def score_words(self, look: Look, instruction: str) -> tuple[WordScore, ...]:
        """Which patches each word lights, in the order of the instruction.

        Raises:
            model.errors.InputError: the instruction is empty or too long.
            model.errors.LookExpiredError: the look is no longer cached.
            model.errors.ModelError: this model cannot tell its words apart after all.
        """
        ...


def score_words(grounder: Grounder, look: Look, instruction: str) -> tuple[WordScore, ...]:
    """Which patches each word lights; see ``WordScorer``.

    Raises:
        model.errors.ModelError: the grounder is none that could tell.
    """
    if not isinstance(grounder, WordScorer):
        raise no_word_scores(grounder.info.name)
    return grounder.score_words(look, instruction)


def no_word_scores(name: str) -> ModelError:
    """What to say of a model that scores no words."""
    return ModelError(
        f"The model {name} does not score the words of an instruction one by one.",
        hint="Choose one with a patch scorer, such as FocusUI; `foveal models list` names them.",
    )


def load_grounder(name: str = DEFAULT_GROUNDER) -> Grounder:
    """Load a grounder by its registry name.

    Raises:
        model.errors.ModelLoadError: no such grounder, or its files are missing or broken.
    """
    from model.registry import find_card

    return find_card(name).load()
