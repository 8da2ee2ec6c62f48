"""Makes what the pointer learns from: screens as the encoder sees them, with instructions and right answers."""

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.data.instructions.intent_index import IntentIndex
from model.data.instructions.make import make_instructions
from model.data.intents import load_intents
from model.data.screens import LabelledScreen, screen_pixels
from model.data.split import Part
from model.grounder import Box
from model.nano.asks import AskMap
from model.nano.cells import CellView, evidence, view_cells
from model.nano.encoding import NanoSession
from model.nano.files import ASKS
from model.nano.page import read_page
from model.nano.question import Question, understand
from model.nano.skipping import SkippingEncoder
from model.ocr.match import Matcher
from model.ocr.meaning import TextEncoder
from model.ocr.scene import build_scene
from model.training.nano.pointer_samples import PointerSample, PointerScreen
from model.uigraph import ui_graph


class Asker:
    """Looks at screens and asks about each.

    Args:
        folder: of the graphs of the trained encoder, with what it knows of asks.
        pool: names of what other screens show.
        n_each: instructions per screen.
        seed: of the instructions.
    """

    def __init__(self, folder: Path, pool: Sequence[str], *, n_each: int, seed: int) -> None:
        self._session = NanoSession(folder)
        self._eyes = SkippingEncoder(self._session)
        self._encoder = TextEncoder()
        self._asks = AskMap.load(folder / ASKS)
        self._intents = IntentIndex(load_intents())
        self._pool = pool
        self._n_each = n_each
        self._seed = seed

    def about(self, folder: Path, screen: LabelledScreen) -> PointerScreen | None:
        """One screen of the training part, as the encoder sees it, and what is asked; None if nothing can be asked.

        Args:
            folder: that the screen was collected in.
            screen: it.
        """
        rng = random.Random(f"{self._seed} {screen.picture}")  # noqa: S311 - instructions, not secrets
        instructions = make_instructions(
            screen, rng, intents=self._intents, n=self._n_each, part=Part.TRAINING, pool=self._pool
        )
        if not instructions:
            return None
        questions = [(made.targets, understand(made.text, self._encoder, self._asks)) for made in instructions]
        image = screen_pixels(folder, screen)
        encoded = self._eyes.encode(image)
        page = read_page(image, encoded, self._session)
        view = view_cells(image, encoded, build_scene(page))
        matcher = Matcher(view.scene, self._encoder)
        rows, cols = np.nonzero(view.is_content)
        saliency = ui_graph(image, int(view.grid.cell_px)).weights
        return PointerScreen(
            cells=np.column_stack((rows, cols)).astype(np.int16),
            shape=view.grid.shape,
            views=view.views[rows, cols].astype(np.float16),
            saliency=saliency[rows, cols].astype(np.float16),
            asked=tuple(_asked(view, matcher, targets, question, screen) for targets, question in questions),
        )


def _asked(
    view: CellView, matcher: Matcher, targets: Sequence[int], question: Question, screen: LabelledScreen
) -> PointerSample:
    found, _ = evidence(view, matcher, question)
    rows, cols = np.nonzero(view.is_content)
    n = len(rows)
    overlap, is_target, offsets = np.zeros(n), np.zeros(n, np.bool_), np.zeros((n, 2))
    middles = np.column_stack((cols, rows)) + 0.5
    for index in targets:
        x1, y1, x2, y2 = (side / view.grid.cell_width_px for side in screen.elements[index].bbox)
        across = np.clip(np.minimum(cols + 1, x2) - np.maximum(cols, x1), 0, 1)
        down = np.clip(np.minimum(rows + 1, y2) - np.maximum(rows, y1), 0, 1)
        overlap = np.maximum(overlap, across * down)
        middle = np.array([(x1 + x2) / 2, (y1 + y2) / 2])
        is_inside = _is_inside(middles, (x1, y1, x2, y2))
        if not is_inside.any():
            is_inside = (np.abs(middles - middle) <= 0.5).all(axis=1)
        offsets[is_inside] = np.clip(middle - middles[is_inside], -1, 1)
        is_target |= is_inside
    return PointerSample(
        question=question.summary.astype(np.float16),
        words=question.words.astype(np.float16),
        evidence=found[rows, cols].astype(np.float16),
        overlap=overlap.astype(np.float16),
        is_target=is_target,
        offsets=offsets.astype(np.float16),
    )


def _is_inside(points: NDArray[np.floating], box: Box) -> NDArray[np.bool_]:
    x, y = points.T
    return np.asarray((x >= box[0]) & (x < box[2]) & (y >= box[1]) & (y < box[3]))
