"""Asks a grounder: one look at each screen, then every question in every setting."""

import time
from collections.abc import Iterator, Sequence, Set

from model.evaluation.asking import find
from model.evaluation.development.answers import Answer
from model.evaluation.development.questions import AskedScreen, Question
from model.evaluation.settings import Setting
from model.grounder import Grounder, Grounding
from model.pictures import load_picture


def measure(
    grounder: Grounder, settings: Sequence[Setting], asked: AskedScreen, known: Set[tuple[Setting, str, str]]
) -> Iterator[Answer]:
    """Ask about one screen what is not known yet; nothing is looked at if all is.

    Args:
        grounder: who is asked.
        settings: in which ways; all of this grounder.
        asked: the screen and the questions.
        known: keys of the answers that there are.

    Raises:
        InputError: the picture cannot be read, or the grounder has no such packing.
    """
    open_ones = [(s, q) for s in settings for q in asked.questions if (s, asked.name, q.text) not in known]
    if not open_ones:
        return
    pixels = load_picture(asked.path)
    start_s = time.perf_counter()
    look = grounder.look(pixels)
    look_ms = (time.perf_counter() - start_s) * 1e3
    for setting, question in open_ones:
        start_s = time.perf_counter()
        grounding = find(grounder, look, question.text, setting)
        find_ms = (time.perf_counter() - start_s) * 1e3
        yield _answer(setting, asked, question, grounding, look_ms=look_ms, find_ms=find_ms)


def is_about(answer: Answer, asked: AskedScreen) -> bool:
    """Whether an answer is about a question as it is now: the screen may have been collected or labelled anew."""
    screen = asked.screen
    return any(
        (answer.instruction, answer.source, answer.kind, answer.boxes)
        == (question.text, str(question.source), question.kind, question.boxes)
        for question in asked.questions
    ) and (answer.width_px, answer.height_px) == (screen.width_px, screen.height_px)


def _answer(
    setting: Setting, asked: AskedScreen, question: Question, grounding: Grounding, *, look_ms: float, find_ms: float
) -> Answer:
    best = grounding.point
    if best is None and grounding.candidates:
        best = (grounding.candidates[0].x, grounding.candidates[0].y)
    return Answer(
        setting=setting,
        picture=asked.name,
        instruction=question.text,
        source=str(question.source),
        kind=question.kind,
        origin=asked.origin,
        program=asked.screen.program,
        width_px=asked.screen.width_px,
        height_px=asked.screen.height_px,
        boxes=question.boxes,
        is_there=bool(question.boxes),
        is_hit=question.is_hit(grounding.point),
        is_pointed=question.is_hit(best),
        is_rejected=grounding.is_rejected,
        score=grounding.score,
        look_ms=look_ms,
        find_ms=find_ms,
        digest=grounding.model.digest,
    )
