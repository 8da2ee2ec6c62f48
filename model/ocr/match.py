"""From the readings of an instruction to ranked targets: name, role, relations, place and ordinal in one score."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from model.grounder import Box, ElementKind
from model.ocr.counting import counted_line
from model.ocr.meaning import TextEncoder
from model.ocr.naming import Hit, NameMatcher
from model.ocr.query import Constraint, Ordinal, Place, Query, Relation
from model.ocr.rects import area, center, holds, is_same
from model.ocr.regions import region_boxes
from model.ocr.relations import between_fit, place_fit, relation_fit
from model.ocr.roles import alone_fit, role_fit
from model.ocr.scene import Scene, Target
from model.ocr.spelling import normalise
from model.ocr.synonyms import load_synonyms
from model.ocr.tab_row import tab_row
from model.ocr.title_bars import title_bar_buttons
from model.ocr.words import Role

ACCEPT_SCORE = 0.6
"""What is meant is on the screen if the best match scores at least this; measured in README.md."""

_ALONE_SCORE = 0.8  # for what is asked for by role or place only
_BY_PLACE_SCORE = 0.78  # for title-bar buttons, which show no name
_OF_WINDOW_SCORE = 0.93  # for those beside a title, where a window is what is to be closed
_UNRELATED = 0.55  # what is left of a score where a stated relation does not hold at all
_MISPLACED = 0.75
_NOT_THE_ONE = 0.6  # of a score for the others where an ordinal picks one
_SAME_NAME = 0.93  # scores within this share of the best count as equally named
_ANCHOR_SCORE = 0.6
_SURE = 0.9
_NEAR_LABEL = 0.8
_SURE_KIND = 0.97
_SHOW_NAMES = frozenset({Role.MENU, Role.MENU_ITEM, Role.TAB})
_PART_OF_TITLE = 0.75  # a word of a window's title is hardly what one clicks
_N_ANCHORS = 3
_LABEL_FACTOR = 0.96  # a label gives way to the control that it names
_INTERACTIVE = frozenset({ElementKind.BUTTON, ElementKind.FIELD, ElementKind.TAB, ElementKind.MENU, ElementKind.LINK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A target with its score in [0, 1], and where exactly to point at it."""

    target: Target
    bbox: Box
    point: tuple[float, float]
    score: float


class Matcher:
    """Answers instructions about one scene."""

    def __init__(self, scene: Scene, encoder: TextEncoder) -> None:
        self._scene = scene
        self._names = NameMatcher(scene, encoder)
        self._synonyms = load_synonyms()
        self.meanings = self._names.meanings()
        """What each target means, [n_targets, 384] float32; see ``NameMatcher.meanings``."""

    def rank(self, readings: Sequence[Query]) -> list[Match]:
        """All targets that resemble what was asked for, the best first; of several readings the best counts."""
        best: dict[tuple[int, Box], Match] = {}
        for reading in readings:
            for index, match in self._answer(reading):
                key = (index, match.bbox)
                if key not in best or match.score > best[key].score:
                    best[key] = match
        return sorted(best.values(), key=lambda match: -match.score)

    def named(self, name: str) -> list[tuple[int, float, bool]]:
        """Targets that answer to a name, whatever else was said: index, score, and whether by the label beside it."""
        return [(hit.target_idx, hit.score, hit.is_by_label) for hit in self._names.hits(name)] if name else []

    def anchors(self, query: Query) -> list[tuple[Box, float]]:
        """The most likely boxes of everything that a reading's relations start from, with a score each."""
        return [pair for constraint in query.constraints for end in constraint.anchors for pair in self._anchors(end)]

    def prefix_matches(self, typed: str) -> list[Match]:
        """Targets whose text begins with what has been typed so far."""
        targets = self._scene.targets
        return [_whole(targets[hit.target_idx], hit.score) for hit in self._names.prefix_hits(typed)]

    def _answer(self, query: Query) -> list[tuple[int, Match]]:
        query = self._with_ordinal_in_name(query)
        found = self._named(query) if query.name else self._unnamed(query)
        if not found:
            return []
        for constraint in query.constraints:
            found = self._constrained(found, constraint)
        if query.places:
            found = self._placed(found, query)
        if query.ordinal is not None:
            found = self._picked(found, query, query.ordinal)
        return [(index, replace(match, score=match.score * self._prior(match))) for index, match in found]

    def _with_ordinal_in_name(self, query: Query) -> Query:
        """Takes "last name" as a name where the screen shows that name."""
        if query.ordinal is None or not query.ordinal.word or not query.name:
            return query
        name = f"{query.ordinal.word} {query.name}"
        is_shown = any(hit.score >= _SURE for hit in self._names.hits(name, is_literal=True))
        return replace(query, name=name, ordinal=None) if is_shown else query

    # -------------------------------------------------------------------------------- name and role

    def _named(self, query: Query) -> list[tuple[int, Match]]:
        found = {}
        hits = self._names.hits(query.name, is_literal=query.is_literal, is_exact=query.is_exact)
        if query.role is Role.TEXT:  # a word of a sentence, letter by letter
            hits += self._names.hits(query.name, is_literal=True)
        for hit in sorted(hits, key=lambda hit: hit.score):
            target = self._scene.targets[hit.target_idx]
            score = hit.score * role_fit(query.role, target)
            if target.is_title and hit.span is not None and query.role not in {Role.TITLE, Role.WINDOW, Role.TEXT}:
                score *= _PART_OF_TITLE
            if hit.is_by_label and query.role is Role.ITEM:
                score *= _MISPLACED
            if target.is_label_of_control and query.role is not Role.TEXT:
                score *= _LABEL_FACTOR
            found[hit.target_idx] = _where(target, hit, score)
        if not (query.is_literal or query.is_exact) and query.role in {None, Role.BUTTON, Role.ICON}:
            asked = self._synonyms.asked(normalise(query.name))
            for index, box, is_titled in title_bar_buttons(asked, self._scene):
                score = _OF_WINDOW_SCORE if is_titled and _is_of_window(query) else _BY_PLACE_SCORE
                if index not in found or found[index].score < score:
                    found[index] = Match(target=self._scene.targets[index], bbox=box, point=center(box), score=score)
        return list(found.items())

    def _unnamed(self, query: Query) -> list[tuple[int, Match]]:
        is_anywhere = not (query.constraints or query.places)
        if query.role is None and is_anywhere:
            return []
        if query.role in {Role.ITEM, Role.TEXT} and is_anywhere and query.ordinal is None:
            return []  # "Options", "Entries": a name that is not there, for a list has many
        if query.role is None:
            fits = [
                (i, 1.0 if target.kind is not ElementKind.TEXT else 0.8) for i, target in enumerate(self._scene.targets)
            ]
        elif query.role is Role.TAB:
            fits = [(i, 1.0) for i in tab_row(self._scene)]
        else:
            role = query.role
            fits = [(i, alone_fit(role, target, self._scene)) for i, target in enumerate(self._scene.targets)]
        found = [(i, _whole(self._scene.targets[i], _ALONE_SCORE * fit)) for i, fit in fits if fit > 0]
        if query.role is Role.TEXT_AREA and not any(match.score >= ACCEPT_SCORE for _, match in found):
            found += self._largest_pane()
        return found

    def _largest_pane(self) -> list[tuple[int, Match]]:
        """Where a document is when no outline shows it: the lower part of the largest window."""
        if not self._scene.page.panes:
            return []
        pane = max(self._scene.page.panes, key=area)
        x, y = center(pane)
        body = Target(bbox=pane, point=(x, y), kind=ElementKind.OTHER, label="")
        return [(-1, _whole(body, ACCEPT_SCORE + 0.05))]

    # -------------------------------------------------------------------------------- where it is

    def _constrained(self, found: list[tuple[int, Match]], constraint: Constraint) -> list[tuple[int, Match]]:
        if constraint.relation is Relation.INSIDE:
            anchors = region_boxes(constraint.anchors[0], self._scene, self._anchors)
        else:
            anchors = self._anchors(constraint.anchors[0])
        if not anchors and constraint.relation is Relation.INSIDE and not constraint.anchors[0].name:
            return found  # "in the menu", "of the window": says nothing where no outline shows which
        if not anchors:
            return [(i, replace(match, score=match.score * _MISPLACED)) for i, match in found]
        fits = [self._fit(i, match, constraint, anchors) for i, match in found]
        # Scaling by the best fit lets the nearest win, however near it is, if there is one at all.
        best = max((fit * match.score for fit, (_, match) in zip(fits, found, strict=True)), default=0.0)
        scale = (
            max((fit for fit, (_, m) in zip(fits, found, strict=True) if fit * m.score >= 0.5 * best), default=0.0)
            or 1.0
        )
        return [
            (i, replace(match, score=match.score * (_UNRELATED + (1 - _UNRELATED) * min(1.0, fit / scale))))
            for fit, (i, match) in zip(fits, found, strict=True)
        ]

    def _fit(self, index: int, match: Match, constraint: Constraint, anchors: list[tuple[Box, float]]) -> float:
        unit = self._scene.unit_px
        if constraint.relation is Relation.BETWEEN:
            ends = self._anchors(constraint.anchors[1])
            pairs = [(a, b, p * q) for a, p in anchors for b, q in ends if not is_same(a, b)]
            return max((p * between_fit(match.bbox, a, b, unit) for a, b, p in pairs), default=0.0)
        if constraint.relation is not Relation.INSIDE:
            anchors = [(box, p) for box, p in anchors if not is_same(box, match.bbox)]
            if constraint.relation is Relation.NEXT_TO and self._is_labelled(index, constraint.anchors[0]):
                return 1.0
            if constraint.relation is Relation.NEXT_TO:  # a label's own control comes before what is merely near
                return _NEAR_LABEL * max(
                    (p * relation_fit(Relation.NEXT_TO, match.bbox, b, unit) for b, p in anchors), default=0.0
                )
        return max((p * relation_fit(constraint.relation, match.bbox, box, unit) for box, p in anchors), default=0.0)

    def _is_labelled(self, index: int, anchor: Query) -> bool:
        """Whether the anchor is the very label of a target: the field next to "Name"."""
        anchor = self._with_ordinal_in_name(anchor)
        hits = self._names.hits(anchor.name, is_literal=anchor.is_literal) if anchor.name else ()
        return any(hit.target_idx == index and hit.is_by_label and hit.score >= 0.9 for hit in hits)

    def _anchors(self, query: Query) -> list[tuple[Box, float]]:
        """The most likely boxes of an anchor, each with how likely it is."""
        ranked = sorted((match for _, match in self._answer(query)), key=lambda match: -match.score)
        # What an anchor names is the text itself, not the control beside it, unless a role says so.
        if query.role is None:
            by_text = [m for m in ranked if not (m.target.names and all(n.is_label for n in m.target.names))]
            ranked = by_text or ranked
        good = [match for match in ranked if match.score >= _ANCHOR_SCORE][:_N_ANCHORS]
        return [
            (match.bbox, match.score / good[0].score * (1.0 if match.score > 0.9 * good[0].score else 0.7))
            for match in good
        ]

    def _placed(self, found: list[tuple[int, Match]], query: Query) -> list[tuple[int, Match]]:
        page = self._scene.page
        region: Box = (0.0, 0.0, float(page.width_px), float(page.height_px))
        for constraint in query.constraints:
            if constraint.relation is Relation.INSIDE:
                boxes = region_boxes(constraint.anchors[0], self._scene, self._anchors)
                region = boxes[0][0] if boxes else region
        fits = [place_fit(query.places, match.bbox, region) for _, match in found]
        best = max(fits) or 1.0
        return [
            (i, replace(match, score=match.score * (_UNRELATED + (1 - _UNRELATED) * fit / best)))
            for fit, (i, match) in zip(fits, found, strict=True)
        ]

    def _picked(self, found: list[tuple[int, Match]], query: Query, ordinal: Ordinal) -> list[tuple[int, Match]]:
        """Lets the n-th of the equally good win; without an n-th nothing is meant that is there."""
        best = max(match.score for _, match in found)
        equal = [(i, match) for i, match in found if match.score >= _SAME_NAME * best]
        equal.sort(key=lambda pair: self._order(pair[1], ordinal.side))
        if not query.name and ordinal.side is None:
            equal = self._counted(equal, query.role, abs(ordinal.index)) or equal
        position = ordinal.index - 1 if ordinal.index > 0 else len(equal) + ordinal.index
        if not 0 <= position < len(equal):
            return [(i, replace(match, score=match.score * _NOT_THE_ONE)) for i, match in found]
        picked = equal[position]
        rest = [(i, replace(m, score=m.score * _NOT_THE_ONE)) for i, m in found if (i, m) != picked]
        return [(picked[0], replace(picked[1], score=best)), *rest]

    def _counted(self, equal: list[tuple[int, Match]], role: Role | None, least: int) -> list[tuple[int, Match]]:
        """The row or column that an ordinal without a name counts in; [] if there is none."""
        shown = [(i, match) for i, match in equal if match.target.label] if role in _SHOW_NAMES else equal
        best = max((match.score for _, match in shown), default=0.0)
        is_sure = [match.score >= _SURE_KIND * best and match.target.kind is not ElementKind.TEXT for _, match in shown]
        boxes = [match.bbox for _, match in shown]
        return [shown[i] for i in counted_line(boxes, is_sure, role, least=least, unit_px=self._scene.unit_px)]

    def _order(self, match: Match, side: Place | None) -> tuple[float, float]:
        x, y = center(match.bbox)
        row = round(y / (1.2 * self._scene.unit_px))
        orders = {
            None: (row, x),
            Place.LEFT: (x, y),
            Place.RIGHT: (-x, y),
            Place.TOP: (y, x),
            Place.BOTTOM: (-y, x),
            Place.MIDDLE: (row, x),
        }
        return orders[side]

    def _prior(self, match: Match) -> float:
        """Between equals: controls before texts, what is in a dialog before what is behind it, upper before lower."""
        page = self._scene.page
        point = match.point
        around = [area(pane) for pane in page.panes if holds(pane, point)]
        whole = float(page.width_px * page.height_px)
        depth = 1 - min(around, default=whole) / whole
        is_active = 1.0 if match.target.kind in _INTERACTIVE else 0.0
        down = point[1] / max(1, page.height_px)
        return 1 - 0.008 * (1 - is_active) - 0.012 * (1 - depth) - 0.003 * down


def _whole(target: Target, score: float) -> Match:
    return Match(target=target, bbox=target.bbox, point=target.point, score=score)


def _is_of_window(query: Query) -> bool:
    """Whether it is said that something is done to a window: "close the window", "the close button of the window"."""
    owners = (constraint.anchors[0].noun for constraint in query.constraints)
    return query.name.casefold().endswith("window") or any(noun == "window" for noun in owners)


def _where(target: Target, hit: Hit, score: float) -> Match:
    """What is pointed at: words of a text, a line of several on a control (entries read as one), or all of it."""
    span = None if hit.is_by_label else hit.span or hit.line
    if span is None:
        return _whole(target, score)
    if hit.line or target.kind in {ElementKind.TEXT, ElementKind.OTHER}:
        return Match(target=target, bbox=span, point=center(span), score=score)
    return replace(_whole(target, score), point=center(span))
