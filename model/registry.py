"""The models that can be chosen, and what is known about each."""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.errors import ModelLoadError

if TYPE_CHECKING:
    from model.grounder import Grounder


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """A model that can be chosen by name.

    Attributes:
        name: what ``--model`` takes.
        summary: one line on what it is.
        source: where its weights come from.
        licence: of code and weights.
        size_bytes: of its files, or None if that depends on the installation.
        memory_bytes: needed at 1920x1080, or None if it was not measured.
        needs: what it needs, in words.
        modules: Python modules that must be installed for it.
        measured: what is known about how well it works; "" if nothing was measured yet.
        load: makes the grounder; raises ``ModelLoadError``.
    """

    name: str
    summary: str
    source: str
    licence: str
    size_bytes: int | None
    memory_bytes: int | None
    needs: str
    modules: tuple[str, ...]
    measured: str
    load: "Callable[[], Grounder]"

    def is_available(self) -> bool:
        """Whether all that it needs is installed. Does not import anything."""
        return all(importlib.util.find_spec(module) is not None for module in self.modules)


def find_card(name: str) -> ModelCard:
    """The card of a model.

    Raises:
        ModelLoadError: there is none of that name.
    """
    for card in MODEL_CARDS:
        if card.name == name:
            return card
    raise ModelLoadError(
        f'There is no grounding model named "{name}".',
        hint=f"There is {', '.join(card.name for card in MODEL_CARDS)}; `foveal models list` tells more.",
    )


def _load_ocr() -> "Grounder":
    from model.ocr.grounder import OcrGrounder

    return OcrGrounder()


MODEL_CARDS = (
    ModelCard(
        name="ocr",
        summary="reads the screen and matches what is written by spelling, meaning, role and place",
        source="PP-OCRv6 small from the package rapidocr; all-MiniLM-L6-v2 (int8) for meaning",
        licence="Apache-2.0",
        size_bytes=54_600_000,
        memory_bytes=280_000_000,
        needs="a CPU; works offline",
        modules=("rapidocr", "onnxruntime", "tokenizers", "rapidfuzz", "cv2"),
        measured=(
            "reads 96 % of the words of web pages of five component libraries it was not tuned for (2494 words, "
            "1280x800 and 1920x1080, 80 to 200 %); finds 97 % of 190 named targets of its development set and wrongly "
            "accepts 2 % of 86 absent ones"
        ),
        load=_load_ocr,
    ),
)
"""In the order in which they are listed."""
