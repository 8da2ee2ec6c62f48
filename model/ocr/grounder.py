"""The OCR matcher as a grounder: a look reads the screen, an instruction is matched against what was read."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.digest import files_digest
from model.errors import InputError
from model.grounder import Candidate, Element, Grounding, Look, ModelInfo, PatchScores, Timings
from model.instruction import MAX_CHARACTERS, check_instruction
from model.look_cache import LookCache, fingerprint
from model.ocr.heat import no_scores, patch_scores, pointer_probs
from model.ocr.match import ACCEPT_SCORE, Match, Matcher
from model.ocr.meaning import ASSETS_DIR, TextEncoder
from model.ocr.page import Page
from model.ocr.query import parse_instruction
from model.ocr.scene import Scene, build_scene
from model.patches import PatchGrid
from model.pictures import check_image
from model.timing import ms_since
from model.uigraph import DEFAULT_CELL_PX, ui_graph

NAME = "ocr"
_N_LOOKS = 8
_N_CANDIDATES = 9
_N_NEAREST = 3
_MIN_CANDIDATE_SHARE = 0.6  # of the best score: what is further behind is no alternative


class Reader(Protocol):
    """Reads a screen; see ``model.ocr.reader``."""

    def read(self, image: NDArray[np.uint8]) -> Page:
        """Lines, controls and panes of [height, width, 3] uint8 RGB."""
        ...

    def close(self) -> None:
        """Free the memory."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What is kept of a look."""

    look: Look
    scene: Scene
    matcher: Matcher
    saliency: NDArray[np.float32]


class OcrGrounder:
    """Reads text and controls and matches by spelling, meaning, role and place.

    Args:
        reader: reads screens; None loads the one that comes with the program.
        encoder: embeds texts; None loads the one that comes with the program.

    Raises:
        model.errors.ModelLoadError: a model file is missing or broken.
    """

    def __init__(self, reader: Reader | None = None, encoder: TextEncoder | None = None) -> None:
        self._encoder = encoder or TextEncoder()
        self._reader = reader or _load_reader()
        self._seen = LookCache[_Seen](_N_LOOKS)
        self._info: ModelInfo | None = None

    @property
    def info(self) -> ModelInfo:
        """Name, device, and a digest over the networks, the tokenizer and the synonym table."""
        if self._info is None:
            self._info = ModelInfo(name=NAME, device="cpu", digest=files_digest(_model_files()))
        return self._info

    def look(self, image: NDArray[np.uint8]) -> Look:
        """Read a screen, unless the very same picture was read lately.

        Raises:
            model.errors.InputError: this is no picture that could be a screen.
        """
        check_image(image)
        started = time.perf_counter()
        look_id = fingerprint(image)
        grid = PatchGrid.of_squares(width_px=image.shape[1], height_px=image.shape[0], cell_px=float(DEFAULT_CELL_PX))
        if self._seen.get(look_id) is not None:
            return Look(look_id=look_id, grid=grid, encode_ms=ms_since(started), is_cached=True)
        scene = build_scene(self._reader.read(image))
        matcher = Matcher(scene, self._encoder)
        saliency = ui_graph(image, DEFAULT_CELL_PX).weights
        look = Look(look_id=look_id, grid=grid, encode_ms=ms_since(started), is_cached=False)
        self._seen.put(look_id, _Seen(look=look, scene=scene, matcher=matcher, saliency=saliency))
        return look

    def score(self, look: Look, instruction: str) -> PatchScores:
        """Patch scores for an instruction that may still be being typed; "" scores zero everywhere.

        Raises:
            model.errors.LookExpiredError: the look is no longer cached.
        """
        seen = self._seen.of(look)
        typed = instruction.strip()[:MAX_CHARACTERS]
        if not typed:
            return no_scores(look.grid, seen.saliency)
        readings = parse_instruction(typed)
        matches = seen.matcher.rank(readings) + [m for r in readings for m in seen.matcher.prefix_matches(r.name)]
        return patch_scores(look.grid, seen.saliency, matches, None)

    def find(self, look: Look, instruction: str, *, keep_fraction: float | None = None) -> Grounding:
        """Find what is meant; see ``model.grounder.Grounder.find``."""
        check_instruction(instruction)
        if keep_fraction is not None and not 0.0 < keep_fraction <= 1.0:
            raise InputError(f"The keep fraction must be above 0 and at most 1, not {keep_fraction}.")
        seen = self._seen.of(look)
        started = time.perf_counter()
        ranked = _distinct(seen.matcher.rank(parse_instruction(instruction)))
        scored = patch_scores(look.grid, seen.saliency, ranked, keep_fraction)
        score_ms = ms_since(started)
        started = time.perf_counter()
        best = ranked[0].score if ranked else 0.0
        is_rejected = best < ACCEPT_SCORE
        if is_rejected:
            shown = ranked[:_N_NEAREST]
        else:
            shown = [match for match in ranked if match.score >= _MIN_CANDIDATE_SHARE * best][:_N_CANDIDATES]
        probs = pointer_probs(look.grid, shown)
        return Grounding(
            instruction=instruction,
            model=self.info,
            is_rejected=is_rejected,
            point=None if is_rejected else shown[0].point,
            score=best,
            candidates=tuple(_candidate(match) for match in shown),
            scored=scored,
            pointer_probs=probs,
            timings=Timings(encode=0.0 if look.is_cached else look.encode_ms, score=score_ms, point=ms_since(started)),
        )

    def read(self, look: Look) -> tuple[Element, ...]:
        """Every control and every text outside of controls, in reading order.

        Raises:
            model.errors.LookExpiredError: the look is no longer cached.
        """
        scene = self._seen.of(look).scene
        elements = [
            Element(bbox=t.bbox, kind=t.kind, text=t.label, score=t.score, is_checked=t.is_checked)
            for t in scene.targets
        ]
        return tuple(sorted(elements, key=lambda e: (round((e.bbox[1] + e.bbox[3]) / 2 / scene.unit_px), e.bbox[0])))

    def close(self) -> None:
        """Forget all looks and free the memory."""
        self._seen.clear()
        self._reader.close()


def _load_reader() -> Reader:
    from model.ocr.reader import ScreenReader

    return ScreenReader()


def _distinct(ranked: list[Match]) -> list[Match]:
    """Without second matches at the same place: a box within a better one whose point is in it."""
    kept: list[Match] = []
    for match in ranked:
        x, y = match.point
        if not any(b[0] <= x < b[2] and b[1] <= y < b[3] and _is_within(match, b) for b in (k.bbox for k in kept)):
            kept.append(match)
        if len(kept) > 4 * _N_CANDIDATES:
            break
    return kept


def _is_within(match: Match, box: tuple[float, float, float, float]) -> bool:
    """Whether a better match's box is hardly larger, so that both are the same thing."""
    size = (match.bbox[2] - match.bbox[0]) * (match.bbox[3] - match.bbox[1])
    return size >= 0.1 * (box[2] - box[0]) * (box[3] - box[1])


def _candidate(match: Match) -> Candidate:
    x, y = match.point
    return Candidate(x=x, y=y, score=match.score, bbox=match.bbox, label=match.target.label or None)


def _model_files() -> list[Path]:
    import rapidocr

    networks = sorted((Path(rapidocr.__file__).parent / "models").glob("*.onnx"))
    return [
        *networks,
        ASSETS_DIR / "model.onnx",
        ASSETS_DIR / "tokenizer.json",
        Path(__file__).with_name("synonyms.json"),
    ]
