"""Asking the matcher about a page made by hand, and what the answer must be."""

from collections.abc import Callable
from functools import cache

from model.ocr.match import ACCEPT_SCORE, Match, Matcher
from model.ocr.meaning import TextEncoder
from model.ocr.page import Page
from model.ocr.query import parse_instruction
from model.ocr.rects import holds
from model.ocr.scene import build_scene

MakePage = Callable[[], Page]


@cache
def _matcher(make: MakePage) -> Matcher:
    return Matcher(build_scene(make()), _encoder())


@cache
def _encoder() -> TextEncoder:
    return TextEncoder()


def rank(make: MakePage, instruction: str) -> list[Match]:
    """What the matcher finds on the page, best first; pages and the encoder are made once."""
    return _matcher(make).rank(parse_instruction(instruction))


def assert_found(make: MakePage, instruction: str, where: tuple[float, float]) -> None:
    """The best answer is accepted, its box holds the place, and it points into its box."""
    ranked = rank(make, instruction)
    assert ranked, "nothing resembles it"
    assert ranked[0].score >= ACCEPT_SCORE, ranked[:3]
    assert holds(ranked[0].bbox, where), ranked[:3]
    assert holds(ranked[0].bbox, ranked[0].point)


def assert_absent(make: MakePage, instruction: str) -> None:
    """Nothing is accepted."""
    ranked = rank(make, instruction)
    assert not ranked or ranked[0].score < ACCEPT_SCORE, [(m.target.label, round(m.score, 2)) for m in ranked[:3]]
