"""A grounder that looks twice: any other one, with second looks after each answer."""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from model.calibration import Calibration
from model.errors import LookExpiredError
from model.grounder import (
    Candidate,
    Element,
    Grounder,
    Grounding,
    Look,
    ModelInfo,
    PatchScores,
    WordScore,
    score_words,
)
from model.refine.config import RefineConfig
from model.refine.dropped import MoreCells, agreement_of, drop_signs
from model.refine.reading_verifier import ReadingVerifier
from model.refine.report import Refinement, SecondLookKind, SecondLookRecord, Signals
from model.refine.second_look import Case, Outcome, SecondLook
from model.refine.signals import matrix, signals_of
from model.refine.verifier import Verification, Verifier
from model.refine.vote import Phrasings
from model.refine.zoom import ZoomIn

log = logging.getLogger(__name__)

_N_LOOKS = 4
_N_NEAREST = 3
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class DropCounts:
    """How often a target may have been dropped, since the grounder was made.

    Attributes:
        n_finds: instructions answered.
        n_suspected: of them, those whose first scores showed a sign of a dropped target.
        n_looked_again: of them, those asked again with more cells.
        n_changed: of them, those that got another answer from it.
    """

    n_finds: int = 0
    n_suspected: int = 0
    n_looked_again: int = 0
    n_changed: int = 0


@dataclass(slots=True, kw_only=True)
class _Seen:
    """A picture that may be looked at again; ``look`` is the wrapped grounder's handle, renewed when it expires."""

    image: NDArray[np.uint8]
    look: Look


class RefinedGrounder:
    """Wraps a grounder; ``find`` takes second looks where the answer gives a reason, ``refinement`` tells which.

    ``look``, ``score`` and ``read`` pass through. Crops take looks of the wrapped grounder, so the last four pictures
    are kept here, uncopied, and looked at anew if it forgot one.

    Args:
        grounder: the one that is asked; closed with this.
        config: which second looks there are, and their limits.
        verifier: judges candidates; closed with this. None goes without.
        calibration: turns signals into a probability and refuses below its threshold. None keeps the grounder's own
            scores and rejections.
        clock: seconds, for the time limit.

    Raises:
        ValueError: the calibration was fitted on another grounder.
    """

    def __init__(
        self,
        grounder: Grounder,
        config: RefineConfig | None = None,
        *,
        verifier: Verifier | None = None,
        calibration: Calibration | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        if calibration is not None and calibration.model != grounder.info.name:
            raise ValueError(f"a calibration of {calibration.model} says nothing about {grounder.info.name}")
        self._grounder = grounder
        self._config = config or RefineConfig()
        self._verifier = verifier
        self._calibration = calibration
        self._clock = clock
        self._seen: OrderedDict[str, _Seen] = OrderedDict()
        self._drop_counts = DropCounts()
        self._second_looks = _second_looks(self._config, verifier)

    @property
    def info(self) -> ModelInfo:
        """That of the wrapped grounder."""
        return self._grounder.info

    @property
    def drop_counts(self) -> DropCounts:
        """How often a target may have been dropped so far."""
        return self._drop_counts

    def look(self, image: NDArray[np.uint8]) -> Look:
        """Encode a screen; the picture must not be changed as long as it may be asked about."""
        look = self._grounder.look(image)
        self._seen[look.look_id] = _Seen(image=image, look=look)
        self._seen.move_to_end(look.look_id)
        while len(self._seen) > _N_LOOKS:
            self._seen.popitem(last=False)
        return look

    def score(self, look: Look, instruction: str) -> PatchScores:
        """Patch scores of the first look alone."""
        return self._on(look, lambda inner: self._grounder.score(inner, instruction))

    def score_words(self, look: Look, instruction: str) -> tuple[WordScore, ...]:
        """What each word lights in the first look, if the wrapped grounder can tell."""
        return self._on(look, lambda inner: score_words(self._grounder, inner, instruction))

    def read(self, look: Look) -> tuple[Element, ...]:
        """Everything the wrapped grounder sees."""
        return self._on(look, self._grounder.read)

    def find(self, look: Look, instruction: str, *, keep_fraction: float | None = None) -> Grounding:
        """Find what is meant, and look again where that may help; see ``model.grounder.Grounder.find``.

        ``timings.point`` includes the second looks.
        """
        seen = self._seen.get(look.look_id)
        if seen is None:
            raise LookExpiredError("This screen was looked at too long ago.", hint="Look at it again.")
        start_s = self._clock()

        def ask(wording: str, fraction: float | None) -> Grounding:
            return self._on(look, lambda inner: self._grounder.find(inner, wording, keep_fraction=fraction))

        first = ask(instruction, keep_fraction)
        case = Case(
            image=seen.image,
            instruction=instruction,
            found=first,
            grounder=self._grounder,
            ask=ask,
            keep_fraction=keep_fraction,
        )
        records: list[SecondLookRecord] = []
        skipped: list[SecondLookKind] = []
        verifier_score = None
        for second in self._second_looks:
            reason = second.reason(case)
            if reason is None:
                continue
            if (self._clock() - start_s) * 1e3 >= self._config.budget_ms:
                skipped.append(second.kind)
                continue
            before_s = self._clock()
            outcome = second.look(case)
            records.append(_record(second.kind, reason, case.found, outcome, (self._clock() - before_s) * 1e3))
            verifier_score = outcome.verifier_score if outcome.verifier_score is not None else verifier_score
            case = replace(case, found=outcome.found)
        answer = self._concluded(first, case.found, tuple(records), tuple(skipped), verifier_score)
        self._count(answer)
        return answer

    def close(self) -> None:
        """Forget all pictures and free the memory of grounder and verifier."""
        self._seen.clear()
        if self._verifier is not None:
            self._verifier.close()
        self._grounder.close()

    def _on(self, look: Look, ask: Callable[[Look], _T]) -> _T:
        """Ask about a look; one that the wrapped grounder has forgotten because of crops is taken anew."""
        seen = self._seen.get(look.look_id)
        if seen is None:
            return ask(look)
        self._seen.move_to_end(look.look_id)
        try:
            return ask(seen.look)
        except LookExpiredError:
            seen.look = self._grounder.look(seen.image)
            return ask(seen.look)

    def _concluded(
        self,
        first: Grounding,
        found: Grounding,
        records: tuple[SecondLookRecord, ...],
        skipped: tuple[SecondLookKind, ...],
        verifier_score: float | None,
    ) -> Grounding:
        agreements = {record.kind: record.agreement for record in records}
        signals = replace(
            signals_of(found),
            keep_agreement=agreements.get(SecondLookKind.MORE_CELLS),
            crop_agreement=agreements.get(SecondLookKind.ZOOM),
            phrasing_agreement=agreements.get(SecondLookKind.PHRASINGS),
            verifier_score=verifier_score,
        )
        refinement = Refinement(
            looks=records,
            signals=signals,
            first_point=first.point,
            drop_signs=drop_signs(first, self._config),
            probability=None if self._calibration is None else self._calibration.probability(matrix([signals])[0]),
            skipped=skipped,
        )
        for line in refinement.lines():
            log.debug("%s", line)
        spent_ms = sum(record.cost_ms for record in records)
        timings = replace(first.timings, point=first.timings.point + spent_ms)
        answer = replace(found, refinement=refinement, timings=timings)
        return answer if self._calibration is None else judged(answer, self._calibration, signals)

    def _count(self, answer: Grounding) -> None:
        report, counts = answer.refinement, self._drop_counts
        wider = [] if report is None else [r for r in report.looks if r.kind is SecondLookKind.MORE_CELLS]
        self._drop_counts = DropCounts(
            n_finds=counts.n_finds + 1,
            n_suspected=counts.n_suspected + (report is not None and bool(report.drop_signs)),
            n_looked_again=counts.n_looked_again + bool(wider),
            n_changed=counts.n_changed + any(record.is_changed for record in wider),
        )


def refined(grounder: Grounder, config: RefineConfig | None = None) -> RefinedGrounder:
    """Any grounder with all second looks that need no further model; the OCR matcher verifies."""
    from model.ocr.grounder import OcrGrounder

    is_shared = isinstance(grounder, OcrGrounder)
    verifier = ReadingVerifier((lambda: grounder) if is_shared else OcrGrounder, is_shared=is_shared)
    return RefinedGrounder(grounder, config, verifier=verifier)


def judged(answer: Grounding, calibration: Calibration, signals: Signals) -> Grounding:
    """The answer with calibrated scores, accepted or refused by the calibration's threshold.

    The candidates' scores keep their ratios. An answer without candidates stays as it is.
    """
    if not answer.candidates:
        return answer
    probability = calibration.probability(matrix([signals])[0])
    best = answer.candidates[0]
    candidates = tuple(_scaled(c, probability, best.score) for c in answer.candidates)
    if probability < calibration.threshold:
        return replace(answer, is_rejected=True, point=None, score=probability, candidates=candidates[:_N_NEAREST])
    return replace(answer, is_rejected=False, point=(best.x, best.y), score=probability, candidates=candidates)


def _scaled(candidate: Candidate, probability: float, best_score: float) -> Candidate:
    share = candidate.score / best_score if best_score > 0 else 1.0
    return replace(candidate, score=min(1.0, probability * share))


def _record(kind: SecondLookKind, reason: str, before: Grounding, outcome: Outcome, cost_ms: float) -> SecondLookRecord:
    return SecondLookRecord(
        kind=kind,
        reason=reason,
        outcome=outcome.text,
        is_changed=not agreement_of(before, outcome.found),
        agreement=outcome.agreement,
        n_finds=outcome.n_finds,
        cost_ms=cost_ms,
    )


def _second_looks(config: RefineConfig, verifier: Verifier | None) -> tuple[SecondLook, ...]:
    """From cheap to dear; more cells come first, for what was dropped cannot be voted for or zoomed in on."""
    looks: list[SecondLook] = []
    if config.has_more_cells:
        looks.append(MoreCells(config))
    if config.has_phrasings:
        looks.append(Phrasings(config))
    if config.has_zoom:
        looks.append(ZoomIn(config))
    if config.has_verifier and verifier is not None:
        looks.append(Verification(verifier, config))
    return tuple(looks)
