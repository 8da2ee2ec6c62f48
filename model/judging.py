"""An answer in the light of how likely it is right."""

from dataclasses import replace

from model.grounder import Candidate, Grounding

_N_NEAREST = 3


def judged(answer: Grounding, probability: float, threshold: float) -> Grounding:
    """The answer with calibrated scores, accepted or refused.

    The candidates' scores keep their ratios. An answer without candidates stays as it is.

    Args:
        answer: as the grounder gives it.
        probability: that its best candidate is right, in [0, 1].
        threshold: below it the answer is refused.
    """
    if not answer.candidates:
        return answer
    best = answer.candidates[0]
    candidates = tuple(_scaled(candidate, probability, best.score) for candidate in answer.candidates)
    if probability < threshold:
        return replace(answer, is_rejected=True, point=None, score=probability, candidates=candidates[:_N_NEAREST])
    return replace(answer, is_rejected=False, point=(best.x, best.y), score=probability, candidates=candidates)


def _scaled(candidate: Candidate, probability: float, best_score: float) -> Candidate:
    share = candidate.score / best_score if best_score > 0 else 1.0
    return replace(candidate, score=min(1.0, probability * share))
