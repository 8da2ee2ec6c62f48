"""How well the targets of a scene answer to a name: by spelling, as part of a longer text, by synonym, by meaning."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from model.grounder import Box
from model.ocr.meaning import EMBEDDING_WIDTH, TextEncoder
from model.ocr.names import Name, span_box
from model.ocr.scene import Scene
from model.ocr.spelling import NEAR, fold, normalise, similarity
from model.ocr.synonyms import load_synonyms

SYNONYM = 0.86
"""What a target scores that the synonym table calls the same."""

_EXACT = 0.97
_SPAN_BASE, _SPAN_COVER = 0.58, 0.32  # part of a text: more the more of the text it is
_PROSE_BASE = 0.5  # a single word of a sentence is seldom what is asked for
_REVERSE_BASE, _REVERSE_COVER = 0.42, 0.42  # a text that is part of what was asked for
_LETTER_AS_SIGN = 0.97  # "x" may be the sign of multiplication, but "×" is it
_IN_SIGNS = 0.95  # "(x)" and "x!" are not quite "x"
_ICON_READ = 0.96  # of a text that begins with an icon that was read as a letter
_MIN_PARTIAL_RATIO = 72.0  # below it no run of words can be near enough
# Cosine of the sentence embeddings -> score; in between linear. Chosen on the development set, see README.md.
_COSINES = (0.3, 0.45, 0.55, 0.7, 0.9)
_MEANINGS = (0.2, 0.45, 0.58, 0.72, 0.8)
# The same of the vector that an icon means; these lie nearer to everything.
_ICON_COSINES = (0.25, 0.4, 0.5, 0.65, 0.8)
_ICON_MEANINGS = (0.2, 0.5, 0.65, 0.85, 0.93)
_MEANING_OF_OTHERS = 0.55  # the most that a text scores by meaning that the table says means something else
_SAME_DEED = 0.64  # what a phrase of two words begins with is what the target does
_STOP_WORDS = frozenset(
    [
        "the",
        "a",
        "an",
        "to",
        "of",
        "in",
        "on",
        "at",
        "for",
        "and",
        "or",
        "with",
        "this",
        "that",
        "it",
        "its",
        "is",
        "are",
        "be",
        "my",
        "your",
        "me",
        "i",
        "you",
        "please",
        "button",
        "icon",
        "menu",
        "field",
        "by",
        "from",
        "into",
        "up",
        "out",
        "all",
        "some",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A target that answers to a name.

    Attributes:
        target_idx: index into the scene's targets.
        score: in [0, 1].
        span: the words that match, if they are only a part of the target's text; else None.
        line: the line that matches, if the target shows several; else None.
        is_by_label: the name stands beside the target, not on it.
    """

    target_idx: int
    score: float
    span: Box | None = None
    line: Box | None = None
    is_by_label: bool = False


class NameMatcher:
    """Matches names against one scene. Answers are remembered, so anchors and readings may ask the same again."""

    def __init__(self, scene: Scene, encoder: TextEncoder) -> None:
        self._scene = scene
        self._encoder = encoder
        self._texts = scene.texts()
        self._row_of = {text: row for row, text in enumerate(self._texts)}
        self._vectors = encoder.embed(self._texts)
        self._synonyms = load_synonyms()
        self._shows_icons = any(target.meaning is not None for target in scene.targets)
        self._answers: dict[tuple[str, bool, bool], tuple[Hit, ...]] = {}

    def hits(self, name: str, *, is_literal: bool = False, is_exact: bool = False) -> tuple[Hit, ...]:
        """The best hit per target, for targets that resemble the name at all.

        Args:
            name: as said.
            is_literal: spelling alone counts.
            is_exact: the whole text must be the name.
        """
        key = (name, is_literal, is_exact)
        if key not in self._answers:
            self._answers[key] = self._match(normalise(name), is_literal=is_literal, is_exact=is_exact)
        return self._answers[key]

    def meanings(self) -> NDArray[np.float32]:
        """What each target means, [n_targets, 384]: its icon, or else its first name; zeros if it has neither."""
        found = np.zeros((len(self._scene.targets), EMBEDDING_WIDTH), np.float32)
        for index, target in enumerate(self._scene.targets):
            name = next((name.text for name in target.names if name.text in self._row_of), None)
            if target.meaning is not None:
                found[index] = target.meaning
            elif name is not None:
                found[index] = self._vectors[self._row_of[name]]
        return found

    def prefix_hits(self, name: str) -> tuple[Hit, ...]:
        """Targets in which some word begins with what has been typed so far, for scores while typing."""
        typed = normalise(name)
        found = []
        if len(typed) < 2:
            return ()
        for index, target in enumerate(self._scene.targets):
            for candidate in target.names:
                start = f" {candidate.text}".find(f" {typed}")
                if start >= 0:
                    share = len(typed) / max(1, len(candidate.text))
                    found.append(Hit(target_idx=index, score=(0.75 if start == 0 else 0.55) + 0.2 * share))
                    break
        return tuple(found)

    def _match(self, wanted: str, *, is_literal: bool, is_exact: bool) -> tuple[Hit, ...]:
        if not wanted:
            return ()
        question = _Question(wanted, self._encoder.is_word, is_literal=is_literal)
        means = not (is_literal or is_exact)
        asked = self._synonyms.asked(wanted) if means else frozenset()
        deed = self._deed(wanted) if means else frozenset()
        cosines = self._cosines(wanted) if means and _has_meaning(wanted) else None
        # Icons show no letters: a name that is quoted may well be meant for one.
        asked_vector = self._encoder.embed([wanted])[0] if self._shows_icons and not is_exact else None
        hits = []
        for index, target in enumerate(self._scene.targets):
            best: Hit | None = None
            for name in target.names:
                score, span = question.compare(name, is_exact=is_exact, is_reverse=means)
                if means and score < _EXACT:
                    known = self._known(name)
                    if asked & known:
                        is_letter = len(name.text) == 1 and name.text.isalpha()
                        score, span = max(score, SYNONYM * (_LETTER_AS_SIGN if is_letter else 1.0)), None
                    elif cosines is not None and name.text in self._row_of and "+" not in name.text:
                        meaning = float(np.interp(cosines[self._row_of[name.text]], _COSINES, _MEANINGS))
                        is_object = all(word in wanted.split()[1:] for word in name.words)
                        meaning = self._by_deed(meaning, deed, known, is_known=bool(asked), is_object=is_object)
                        score = max(score, meaning)  # the very word stays where to point: "View" on "View Help"
                score *= name.weight
                if score > 0.2 and (best is None or score > best.score):
                    line = span_box(name, 0, len(name.words)) if name.is_line and name.words else None
                    best = Hit(target_idx=index, score=score, span=span, line=line, is_by_label=name.is_label)
            if asked_vector is not None and target.meaning is not None:
                shown = float(np.interp(target.meaning @ asked_vector, _ICON_COSINES, _ICON_MEANINGS))
                if shown > 0.2 and (best is None or shown > best.score):
                    best = Hit(target_idx=index, score=shown)
            if best is not None:
                hits.append(best)
        return tuple(hits)

    def _known(self, name: Name) -> frozenset[str]:
        """Meanings of a text; a sign or two must stand alone for that: "x" may multiply, "(x)" does not."""
        is_alone = len(name.text) > 2 or name.shown.casefold().strip() in {name.text, name.text + ":"}
        return self._synonyms.of(name.text) if is_alone or not name.text.isalnum() else frozenset()

    def _deed(self, wanted: str) -> frozenset[str]:
        """What a phrase of several words asks to be done: "create a file" begins with a synonym of "new"."""
        content = [word for word in wanted.split() if word not in _STOP_WORDS]
        return self._synonyms.asked(content[0]) if len(content) == 2 else frozenset()

    @staticmethod
    def _by_deed(
        meaning: float, deed: frozenset[str], seen: frozenset[str], *, is_known: bool, is_object: bool
    ) -> float:
        """Corrects a score by meaning with what the table knows of both sides.

        Args:
            meaning: score by the cosine.
            deed: what is to be done.
            seen: meanings of the target's text.
            is_known: the table knows the whole phrase.
            is_object: the target's text is only what the deed is done to ("file" in "create a file").
        """
        if is_known and seen:
            return min(meaning, _MEANING_OF_OTHERS)
        if deed & seen:
            return max(meaning, _SAME_DEED)
        return min(meaning, _MEANING_OF_OTHERS) if deed and (seen or is_object) else meaning

    def _cosines(self, wanted: str) -> NDArray[np.float32]:
        cosines: NDArray[np.float32] = self._vectors @ self._encoder.embed([wanted])[0]
        return cosines


def _has_meaning(wanted: str) -> bool:
    """Names with digits and single letters are looked for as they stand."""
    return len(wanted) > 2 and not any(c.isdigit() for c in wanted) and "." not in wanted


class _Question:
    """A name that is looked for, prepared once for all comparisons."""

    def __init__(self, wanted: str, is_word: Callable[[str], bool], *, is_literal: bool) -> None:
        self._wanted = wanted
        self._is_literal = is_literal
        self._folded = fold(wanted)
        self._n_words = len(wanted.split())
        self._is_word = is_word
        self._content = [word for word in wanted.split() if word not in _STOP_WORDS]

    def compare(self, name: Name, *, is_exact: bool, is_reverse: bool) -> tuple[float, Box | None]:
        """Score, and the box of the words that match if they are only part of the text."""
        whole = similarity(self._wanted, name.text, self._is_word)
        if whole == 1.0 and len(self._wanted) <= 2 and name.shown.casefold().strip(" :.…") != self._wanted:
            whole = _IN_SIGNS
        if is_exact:
            return (whole, None) if whole >= 0.94 else (0.0, None)
        if whole >= 0.9:
            return whole, None
        best, box = max(whole, self._without_icon(name)), None
        if len(name.words) > self._n_words or len(name.words) > 1:
            score, span = self._span(name)
            if score > best:
                best, box = score, span
        if is_reverse:
            reverse = self._reverse(name)
            if reverse > best:
                best, box = reverse, None
        return best, box

    def _without_icon(self, name: Name) -> float:
        """The text without a letter alone at its beginning: an icon that was read as "Q" or "D"."""
        if len(name.words) < 2 or len(name.words[0]) > 1 or name.words[0] in {"a", "i"} or name.words[0].isdigit():
            return 0.0
        return _ICON_READ * similarity(self._wanted, " ".join(name.words[1:]), self._is_word)

    def _span(self, name: Name) -> tuple[float, Box | None]:
        """The best run of words inside a longer text."""
        if fuzz.partial_ratio(self._folded, fold(name.text)) < _MIN_PARTIAL_RATIO:
            return 0.0, None
        total = sum(map(len, name.words))
        best: tuple[float, Box | None] = (0.0, None)
        for n in {self._n_words, self._n_words + 1, max(1, self._n_words - 1)}:
            for start in range(len(name.words) - n + 1):
                if n == len(name.words):
                    continue
                run = " ".join(name.words[start : start + n])
                near = similarity(self._wanted, run, self._is_word)
                if near < NEAR:
                    continue
                is_chance = name.is_prose and n == 1 and name.weight == 1 and not self._is_literal
                base = _PROSE_BASE if is_chance else _SPAN_BASE
                score = near * (base + _SPAN_COVER * len(run) / max(1, total))
                if n > 1:  # several words in a row are no chance
                    score = max(score, near * min(0.82, _SPAN_BASE + 0.07 * n))
                if score > best[0]:
                    best = score, span_box(name, start, start + n)
        return best

    def _reverse(self, name: Name) -> float:
        """How much of what was asked for a short text covers: "New Game" in "start a new game"."""
        if not name.text or name.is_prose or len(self._content) < 2 or not any(c.isalpha() for c in name.text):
            return 0.0
        if f" {name.text} " not in f" {self._wanted} " or all(word in _STOP_WORDS for word in name.words):
            return 0.0
        covered = sum(len(word) for word in name.words if word not in _STOP_WORDS)
        return _REVERSE_BASE + _REVERSE_COVER * covered / max(1, sum(map(len, self._content)))
