"""What second looks did, as it travels with a grounding: which ran, why, and what came of them.

``model.grounder`` imports this file, so nothing of the model is imported here.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class SecondLookKind(StrEnum):
    """The ways to look again."""

    MORE_CELLS = "more cells"
    PHRASINGS = "phrasings"
    ZOOM = "zoom"
    VERIFIER = "verifier"


class DropSign(StrEnum):
    """What suggests that the cell that is meant was dropped before the pointer could choose it."""

    FLAT = "flat scores"
    NEAR_CUT = "dropped cells score nearly as high as the best"
    CUT_REGION = "the region is cut off by dropped cells"
    BESIDE_BEST = "the best cell lies beside dropped ones that score alike"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLookRecord:
    """One second look.

    Attributes:
        kind: which.
        reason: why it ran, in words.
        outcome: what came of it, in words.
        is_changed: whether the answer (the point or its absence) is another one because of it.
        agreement: in [0, 1], how far it confirms the answer before it; None if it cannot tell.
        n_finds: how often the grounder was asked.
        cost_ms: how long it took.
    """

    kind: SecondLookKind
    reason: str
    outcome: str
    is_changed: bool
    agreement: float | None
    n_finds: int
    cost_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What says how much an answer can be trusted; None where no second look has told.

    Attributes:
        score: the grounder's own, in [0, 1].
        entropy: of the pointer, 0 for one cell and 1 for all kept cells alike (GUI-AIMA's measure of spread).
        margin: by how much the best candidate outscores the second, as a share of the best; 1 if there is no second.
        top_patch_score: highest patch score within the best candidate.
        keep_agreement: 1 if another keep fraction points at the same place, 0 if elsewhere.
        crop_agreement: the same for the crop and the whole picture.
        phrasing_agreement: share of the wordings that point at the same place.
        verifier_score: what the verifier gives the best candidate.
    """

    score: float
    entropy: float
    margin: float
    top_patch_score: float
    keep_agreement: float | None = None
    crop_agreement: float | None = None
    phrasing_agreement: float | None = None
    verifier_score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refinement:
    """All that was done after the first look.

    Attributes:
        looks: the second looks in the order in which they ran; empty if the first one was enough.
        signals: of the answer that was given in the end.
        first_point: where the first look pointed, None if it rejected.
        drop_signs: what suggested, after the first look, that the target was dropped.
        probability: calibrated probability that the best candidate is right; None without a calibration.
        skipped: second looks that had a reason but no time left.
    """

    looks: tuple[SecondLookRecord, ...]
    signals: Signals
    first_point: tuple[float, float] | None
    drop_signs: tuple[DropSign, ...] = ()
    probability: float | None = None
    skipped: tuple[SecondLookKind, ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether the answer is another one than after the first look."""
        return any(look.is_changed for look in self.looks)

    @property
    def n_looked_again_for_drops(self) -> int:
        """How often the grounder was asked again with more cells."""
        return sum(look.n_finds for look in self.looks if look.kind is SecondLookKind.MORE_CELLS)

    def lines(self) -> tuple[str, ...]:
        """One line per second look, for people."""
        ran = [f"{look.kind}: {look.reason} -> {look.outcome} ({look.cost_ms:.0f} ms)" for look in self.looks]
        return (*ran, *(f"{kind}: no time left" for kind in self.skipped))

    def to_json(self) -> dict[str, Any]:
        """For ``--json`` and logs."""
        return {
            "looks": [asdict(look) for look in self.looks],
            "signals": asdict(self.signals),
            "first_point": None if self.first_point is None else dict(zip("xy", self.first_point, strict=True)),
            "drop_signs": [str(sign) for sign in self.drop_signs],
            "probability": self.probability,
            "skipped": [str(kind) for kind in self.skipped],
        }
