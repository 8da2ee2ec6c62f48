"""Ask in several wordings and let the answers vote."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from model.grounder import Grounding
from model.refine.config import RefineConfig
from model.refine.phrasings import phrasings_of
from model.refine.places import best_of, is_same_place, merged
from model.refine.report import SecondLookKind
from model.refine.second_look import THOROUGH, Case, Outcome
from model.refine.signals import margin


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Camp:
    """Answers that point at one place.

    Attributes:
        members: its answers, in the order of the wordings.
        weight: sum of their scores.
    """

    members: tuple[Grounding, ...]
    weight: float


class Phrasings:
    """Asks again in other words where the answer is unsure or nearly tied."""

    kind = SecondLookKind.PHRASINGS

    def __init__(self, config: RefineConfig) -> None:
        self._config = config

    def reason(self, case: Case) -> str | None:
        """How unsure the answer is; None if there is no other wording."""
        found = case.found
        if not phrasings_of(case.instruction, self._config.n_phrasings):
            return None
        if self._config.is_thorough:
            return THOROUGH
        is_close = len(found.candidates) > 1 and margin(found) < self._config.close_margin
        if found.score >= self._config.unsure_score and not found.is_rejected and not is_close:
            return None
        if found.is_rejected:
            return "it was not found"
        return "two places score nearly alike" if is_close else f"the score is low ({found.score:.2f})"

    def look(self, case: Case) -> Outcome:
        """Ask every wording; the heaviest camp wins, and more than half must be in it to turn the answer."""
        wordings = phrasings_of(case.instruction, self._config.n_phrasings)
        answers = [case.ask(wording, case.keep_fraction) for wording in wordings]
        return count(case.found, answers)


def count(found: Grounding, answers: Sequence[Grounding]) -> Outcome:
    """Weigh an answer against those to other wordings.

    The place of the heaviest camp is taken if it is another one and more than half of all wordings, those that found
    nothing included, are in it. A camp's score is the mean of its members', so no wording makes an answer surer than
    those who gave it.
    """
    ballots = (found, *answers)
    camps = camps_of(ballots)
    n = len(ballots)
    own = next((camp for camp in camps if any(member is found for member in camp.members)), None)
    n_own = len(own.members) if own is not None else sum(ballot.is_rejected for ballot in ballots)
    agreement = n_own / n
    top = camps[0] if camps else None
    if top is None or top is own or 2 * len(top.members) <= n:
        return Outcome(found=found, text=f"{n_own} of {n} wordings agree", agreement=agreement, n_finds=len(answers))
    winner = max(top.members, key=lambda member: member.score)
    best = best_of(winner)
    if best is None:
        raise ValueError("an answer with a point has a candidate")
    score = top.weight / len(top.members)
    candidates = merged(replace(best, score=score), (*winner.candidates[1:], *found.candidates), found.grid)
    turned = replace(winner, instruction=found.instruction, score=score, candidates=candidates, timings=found.timings)
    text = f"{len(top.members)} of {n} wordings point elsewhere"
    return Outcome(found=turned, text=text, agreement=agreement, n_finds=len(answers))


def camps_of(answers: Sequence[Grounding]) -> tuple[Camp, ...]:
    """Group answers by place, the heaviest first; rejections and answers without a candidate are in no camp."""
    groups: list[list[Grounding]] = []
    for answer in answers:
        best = best_of(answer)
        if answer.is_rejected or best is None:
            continue
        for group in groups:
            other = best_of(group[0])
            if other is not None and is_same_place(best, other, answer.grid):
                group.append(answer)
                break
        else:
            groups.append([answer])
    camps = [Camp(members=tuple(group), weight=sum(member.score for member in group)) for group in groups]
    return tuple(sorted(camps, key=lambda camp: -camp.weight))
