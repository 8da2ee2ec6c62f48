"""Foveal Nano as a grounder: encode once, then score, select and point for each instruction."""

import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.calibration import load_calibration
from model.digest import files_digest
from model.errors import InputError
from model.grounder import Element, Grounding, Look, ModelInfo, PatchScores, Timings
from model.instruction import MAX_CHARACTERS, check_instruction
from model.look_cache import LookCache, fingerprint
from model.nano.asks import AskMap
from model.nano.candidates import Pointed, candidates_of
from model.nano.cells import N_EVIDENCE, CellView, evidence, view_cells
from model.nano.encoding import NanoSession
from model.nano.files import ALL, ASKS, ASSETS_DIR, POINTER, SCORER, VERDICT
from model.nano.memory import RememberingSenses
from model.nano.packing import pack_cells
from model.nano.page import read_page
from model.nano.question import Question, understand
from model.nano.renewal import RenewingEncoder
from model.nano.runtime import Graph
from model.nano.signs import only_at, targets_of_sign, towards_middles
from model.nano.skipping import SkippingEncoder
from model.nano.true_ends import Outlines, true_outlines
from model.nano.verdict import SIGNS, plain_verdict, signs_of
from model.ocr.match import Matcher
from model.ocr.meaning import ASSETS_DIR as TEXT_ENCODER_DIR
from model.ocr.meaning import TextEncoder
from model.ocr.scene import build_scene
from model.packing import Packing
from model.pictures import check_image
from model.selection import select_patches
from model.timing import ms_since

NAME = "nano"
DEFAULT_KEEP_FRACTION = 0.04
MOST_KEPT = 4096
"""Cells that the pointer reads at most: what it holds grows with their square, to half a gigabyte here."""
_N_LOOKS = 8
_N_NEAREST = 3
_SCORE_RANGE = 10.0
"""Between the logit of what is surely meant and of what surely is not: twice the sharpness of training's labels."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Seen:
    look: Look
    view: CellView
    outlines: Outlines
    matcher: Matcher


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Scored:
    """What the scorer says of the content cells: their inputs [n, N_INPUTS], logits [n], and the whole as scores."""

    inputs: NDArray[np.float32]
    logits: NDArray[np.float32]
    patches: PatchScores


class NanoGrounder:
    """The embedded model. Not thread-safe: one thread calls it.

    Args:
        folder: holds the exported graphs.
        encoder: embeds texts; None loads the one that comes with the program.
        name: what it is called.

    Raises:
        model.errors.ModelLoadError: a file is missing or broken.
    """

    def __init__(self, folder: Path = ASSETS_DIR, encoder: TextEncoder | None = None, *, name: str = NAME) -> None:
        self._folder = folder
        self._name = name
        session = NanoSession(folder)
        self._eyes = RenewingEncoder(SkippingEncoder(session))
        self._senses = RememberingSenses(session)
        self._scorer, self._pointer = Graph(folder / SCORER), Graph(folder / POINTER)
        self._encoder = encoder or TextEncoder()
        self._asks = AskMap.load(folder / ASKS)
        verdict = folder / VERDICT
        self._verdict = load_calibration(verdict, SIGNS) if verdict.is_file() else plain_verdict(name)
        self._seen = LookCache[_Seen](_N_LOOKS)
        self._info: ModelInfo | None = None

    @property
    def info(self) -> ModelInfo:
        """Name, device, and a digest over the networks and the text encoder."""
        if self._info is None:
            files = [self._folder / name for name in ALL]
            files += [file for file in (self._folder / VERDICT,) if file.is_file()]
            files += [TEXT_ENCODER_DIR / "model.onnx", TEXT_ENCODER_DIR / "tokenizer.json"]
            self._info = ModelInfo(name=self._name, device="cpu", digest=files_digest(files))
        return self._info

    def look(self, image: NDArray[np.uint8]) -> Look:
        """Encode a screen, unless the very same picture was seen lately.

        Raises:
            model.errors.InputError: this is no picture that could be a screen.
        """
        check_image(image)
        started = time.perf_counter()
        look_id = fingerprint(image)
        if (known := self._seen.get(look_id)) is not None:
            grid = known.view.grid
            return Look(look_id=look_id, grid=grid, encode_ms=ms_since(started), is_cached=True)
        encoded = self._eyes.encode(image)
        page = read_page(image, encoded, self._senses)
        view = view_cells(image, encoded, build_scene(page))
        outlines = true_outlines(image, [(target.bbox, target.kind) for target in view.scene.targets])
        matcher = Matcher(view.scene, self._encoder)
        look = Look(look_id=look_id, grid=view.grid, encode_ms=ms_since(started), is_cached=False)
        self._seen.put(look_id, _Seen(look=look, view=view, outlines=outlines, matcher=matcher))
        return look

    def score(self, look: Look, instruction: str) -> PatchScores:
        """Patch scores for an instruction that may still be being typed; "" scores zero everywhere.

        Raises:
            model.errors.LookExpiredError: the look is no longer cached.
        """
        seen = self._seen.of(look)
        typed = instruction.strip()[:MAX_CHARACTERS]
        if not typed:
            zeros = np.zeros(look.grid.shape, np.float32)
            return PatchScores(grid=look.grid, scores=zeros, keep_mask=_kept(seen.view, zeros, DEFAULT_KEEP_FRACTION))
        return self._score(seen, understand(typed, self._encoder, self._asks), DEFAULT_KEEP_FRACTION).patches

    def find(self, look: Look, instruction: str, *, keep_fraction: float | None = None) -> Grounding:
        """Find what is meant; see ``model.grounder.Grounder.find``."""
        return self.find_packed(look, instruction, keep_fraction=keep_fraction, packing=Packing.POSPAD)

    def find_packed(
        self, look: Look, instruction: str, *, keep_fraction: float | None = None, packing: Packing
    ) -> Grounding:
        """As ``find``, with another way of leaving out patches."""
        answer, signs = self.answer(look, instruction, keep_fraction=keep_fraction, packing=packing)
        if not answer.candidates:
            return answer
        chances = self._verdict.probabilities(signs)
        best_first = np.argsort(-chances, kind="stable")
        candidates = tuple(replace(answer.candidates[i], score=float(chances[i])) for i in best_first)
        best = candidates[0]
        if best.score < self._verdict.threshold:
            candidates = candidates[:_N_NEAREST]
            return replace(answer, is_rejected=True, point=None, score=best.score, candidates=candidates)
        return replace(answer, point=(best.x, best.y), score=best.score, candidates=candidates)

    def answer(
        self, look: Look, instruction: str, *, keep_fraction: float | None = None, packing: Packing = Packing.POSPAD
    ) -> tuple[Grounding, NDArray[np.float64]]:
        """What the pointer says, before the verdict.

        Returns:
            As ``find``, with shares of the pointer as scores; and [n_candidates, len(SIGNS)] of ``verdict.signs_of``.
        """
        check_instruction(instruction)
        if keep_fraction is not None and not 0.0 < keep_fraction <= 1.0:
            raise InputError(f"The keep fraction must be above 0 and at most 1, not {keep_fraction}.")
        seen = self._seen.of(look)
        started = time.perf_counter()
        question = understand(instruction, self._encoder, self._asks)
        scored = self._score(seen, question, DEFAULT_KEEP_FRACTION if keep_fraction is None else keep_fraction)
        score_ms = ms_since(started)
        started = time.perf_counter()
        pointed = _literally(self._point(seen.view, scored, question, packing), seen.view, question)
        candidates, cells = candidates_of(seen.view, seen.outlines, pointed, name=question.main.name)
        total = float(pointed.shares.sum())
        answer = Grounding(
            instruction=instruction,
            model=self.info,
            is_rejected=not candidates,
            point=(candidates[0].x, candidates[0].y) if candidates else None,
            score=candidates[0].score if candidates else 0.0,
            candidates=tuple(candidates),
            scored=scored.patches,
            pointer_probs=pointed.shares / total if total > 0 else pointed.shares,
            timings=Timings(encode=0.0 if look.is_cached else look.encode_ms, score=score_ms, point=ms_since(started)),
        )
        place_of = np.cumsum(seen.view.is_content).reshape(look.grid.shape) - 1
        at = [int(place_of[cell]) for cell in cells]
        shares = [candidate.score for candidate in candidates]
        return answer, signs_of(shares, pointed.absent, scored.inputs[:, -N_EVIDENCE:], at)

    def read(self, look: Look) -> tuple[Element, ...]:
        """Every control and every text outside of controls, in reading order.

        Raises:
            model.errors.LookExpiredError: the look is no longer cached.
        """
        seen = self._seen.of(look)
        scene, outlines = seen.view.scene, seen.outlines
        elements = [
            Element(bbox=outlines.boxes[i], kind=t.kind, text=t.label, score=t.score, is_checked=t.is_checked)
            for i, t in enumerate(scene.targets)
            if outlines.first_of[i] == i
        ]
        return tuple(sorted(elements, key=lambda e: (round((e.bbox[1] + e.bbox[3]) / 2 / scene.unit_px), e.bbox[0])))

    def close(self) -> None:
        """Forget all looks."""
        self._seen.clear()
        self._eyes.forget()
        self._senses.forget()

    def _score(self, seen: _Seen, question: Question, keep_fraction: float) -> _Scored:
        view = seen.view
        found, _ = evidence(view, seen.matcher, question)
        content = view.is_content
        inputs = np.concatenate((view.views[content], found[content]), axis=-1)
        scores = np.zeros(view.grid.shape, np.float32)
        logits = np.zeros(len(inputs), np.float32)
        if len(inputs):
            (logits,) = self._scorer({"cells": inputs, "whole": question.summary})
            # What is not meant is most of a screen.
            scores[content] = np.clip((logits - np.median(logits)) / _SCORE_RANGE, 0, 1)
        patches = PatchScores(grid=view.grid, scores=scores, keep_mask=_kept(view, scores, keep_fraction))
        return _Scored(inputs=inputs, logits=logits, patches=patches)

    def _point(self, view: CellView, scored: _Scored, question: Question, packing: Packing) -> Pointed:
        shares = np.zeros(view.grid.shape, np.float32)
        offsets = np.zeros((*view.grid.shape, 2), np.float32)
        rows, cols = np.nonzero(view.is_content)
        is_kept = scored.patches.keep_mask[rows, cols]
        if not is_kept.any():
            return Pointed(shares=shares, absent=1.0, offsets=offsets)
        packed = pack_cells(np.column_stack((rows, cols)), view.grid.shape, is_kept, packing=packing)
        cells = np.concatenate((scored.inputs, scored.logits[:, None]), axis=1)[np.maximum(packed.index, 0)]
        logits, nothing, found = self._pointer(
            {
                "cells": cells,
                "is_marker": packed.is_marker,
                "places": packed.places,
                "whole": question.summary,
                "words": question.words,
            }
        )
        raised = np.exp(logits - max(float(logits.max()), float(nothing[0])))
        absent = float(np.exp(nothing[0] - max(float(logits.max()), float(nothing[0]))))
        total = float(raised.sum()) + absent
        at = packed.index[~packed.is_marker]
        shares[rows[at], cols[at]] = raised[~packed.is_marker] / total
        offsets[rows[at], cols[at]] = found[~packed.is_marker]
        return Pointed(shares=shares, absent=absent / total, offsets=offsets)


def _literally(pointed: Pointed, view: CellView, question: Question) -> Pointed:
    """A single sign is found only where it is written, if it is."""
    targets = targets_of_sign(view.scene, question.main.name)
    if not np.isin(view.element_of, list(targets)).any():
        return pointed
    shares = only_at(pointed.shares, view.element_of, targets)
    offsets = towards_middles(pointed.offsets, view, list(targets))
    return replace(pointed, shares=shares, absent=0.0, offsets=offsets)


def _kept(view: CellView, scores: NDArray[np.float32], keep_fraction: float) -> NDArray[np.bool_]:
    """The best cells, at most ``MOST_KEPT``; flat ones are never among them, however many are asked for."""
    share = min(keep_fraction, MOST_KEPT / scores.size)
    return select_patches(np.where(view.is_content, scores, -1.0), share) & view.is_content
