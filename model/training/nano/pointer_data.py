"""Makes what the pointer learns from: screens as the encoder sees them, with instructions and right answers."""

import hashlib
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.data.instructions.absent import pool_of
from model.data.instructions.intent_index import IntentIndex
from model.data.instructions.make import make_instructions
from model.data.intents import load_intents
from model.data.screens import SCREENS_FILE, LabelledScreen, screen_pixels
from model.data.split import Part
from model.digest import files_digest
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
from model.training.nano import encoder_run
from model.training.nano.pointer_samples import PointerSample, PointerScreen, read_asked, write_asked
from model.training.nano.screens import training_screens
from model.training.nano.trained import export_trained_sight
from model.uigraph import ui_graph

_GRAPHS = "graphs"
_TOLD_EVERY = 10


def ask_about(
    screens: Iterable[tuple[Path, LabelledScreen]],
    session: NanoSession,
    encoder: TextEncoder,
    asks: AskMap,
    intents: IntentIndex,
    *,
    pool: Sequence[str],
    n_each: int,
    seed: int,
) -> Iterator[PointerScreen]:
    """Look at screens and ask about each.

    Args:
        screens: with their folders; of the training part.
        session: the trained encoder.
        encoder: of texts.
        asks: knows how people ask.
        intents: the lexicon.
        pool: names of what other screens show.
        n_each: instructions per screen.
        seed: of the instructions.
    """
    eyes = SkippingEncoder(session)
    for folder, screen in screens:
        rng = random.Random(f"{seed} {screen.picture}")  # noqa: S311 - instructions, not secrets
        instructions = make_instructions(screen, rng, intents=intents, n=n_each, part=Part.TRAINING, pool=pool)
        if instructions:
            understood = [(made.targets, understand(made.text, encoder, asks)) for made in instructions]
            pixels = screen_pixels(folder, screen)
            encoded = eyes.encode(pixels)
            page = read_page(encoded, session, width_px=screen.width_px, height_px=screen.height_px)
            yield _asked_screen(view_cells(pixels, encoded, build_scene(page)), pixels, screen, understood, encoder)


def _asked_screen(
    view: CellView,
    image: NDArray[np.uint8],
    screen: LabelledScreen,
    questions: Sequence[tuple[tuple[int, ...], Question]],
    encoder: TextEncoder,
) -> PointerScreen:
    matcher = Matcher(view.scene, encoder)
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


def prepare_screens(
    run: Path, folders: tuple[Path, ...], *, n_each: int, seed: int, on_progress: Callable[[str], None]
) -> list[PointerScreen]:
    """All training screens of some folders, as the encoder of a run sees them; kept in the run's folder for next time.

    Args:
        run: folder of the run, with what it knows of asks; its encoder is exported beside the checkpoint.
        folders: of collected screens.
        n_each: instructions per screen.
        seed: of the instructions.
        on_progress: is told how many are done.
    """
    export_trained_sight(run, run / _GRAPHS)
    session, encoder, asks = NanoSession(run / _GRAPHS), TextEncoder(), AskMap.load(run / ASKS)
    intents = IntentIndex(load_intents())
    screens = training_screens(folders)
    pool = pool_of([screen for _, screen in screens])
    cache = run / f"asked-{_digest_of(run, folders, n_each, seed)}"
    cache.mkdir(exist_ok=True)
    prepared: list[PointerScreen] = []
    for index, screen in enumerate(screens):
        file = cache / f"{index}.npz"
        if not file.is_file():
            about = ask_about([screen], session, encoder, asks, intents, pool=pool, n_each=n_each, seed=seed)
            write_asked(file, list(about))
        prepared += read_asked(file)
        if (index + 1) % _TOLD_EVERY == 0:
            on_progress(f"{index + 1} of {len(screens)} screens")
    return prepared


def _digest_of(run: Path, folders: tuple[Path, ...], n_each: int, seed: int) -> str:
    """Of all that decides what the screens are and how they are seen."""
    files = [run / encoder_run.CHECKPOINT, run / ASKS, *(folder / SCREENS_FILE for folder in folders)]
    made = hashlib.sha256(f"{n_each} {seed} {files_digest(files)}".encode())
    return made.hexdigest()[:12]
