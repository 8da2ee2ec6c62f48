"""When second looks are taken, and how much they may cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RefineConfig:
    """Switches, reasons and limits; shares are fractions in [0, 1].

    Attributes:
        budget_ms: no second look begins later than this after the first one began; one that runs is not cut off.
        has_more_cells, has_phrasings, has_zoom, has_verifier: which second looks there are.
        near_share: a dropped cell is in question if it scores this share of the way from the lowest to the highest.
        flat_range: scores that all lie within this are flat: they tell nothing.
        n_doublings: how often the keep fraction is doubled at most.
        unsure_score: below this score other wordings are tried.
        close_margin: candidates nearer to each other than this (``Signals.margin``) are a toss-up.
        n_phrasings: other wordings tried at most.
        small_cells: a target of at most so many cells is small.
        spread_entropy: a pointer is spread from this entropy on (``Signals.entropy``).
        zoom: how much larger the crop is shown, at most.
        context_cells: how many cells around the target belong to the crop at least.
        max_crop_px: pixels of the enlarged crop, at most; less than two million keep a crop cheaper than a screen.
        disagree_margin: by how much another place must score better to be taken.
        n_verified: candidates shown to the verifier at most.
        verifier_share: weight of the verifier against the grounder's own score.
        is_thorough: every second look that is possible runs, with or without a reason; to fit a calibration by.
    """

    budget_ms: float = 4000.0
    has_more_cells: bool = True
    has_phrasings: bool = True
    has_zoom: bool = True
    has_verifier: bool = True
    near_share: float = 0.85
    flat_range: float = 0.02
    n_doublings: int = 2
    unsure_score: float = 0.75
    close_margin: float = 0.05
    n_phrasings: int = 4
    small_cells: float = 2.0
    spread_entropy: float = 0.5
    zoom: float = 3.0
    context_cells: float = 6.0
    max_crop_px: int = 1_500_000
    disagree_margin: float = 0.1
    n_verified: int = 3
    verifier_share: float = 0.5
    is_thorough: bool = False

    def __post_init__(self) -> None:
        if self.zoom < 1.0:
            raise ValueError(f"a zoom enlarges, so it is at least 1, not {self.zoom}")
        if self.max_crop_px < 1 or self.budget_ms < 0:
            raise ValueError("limits must not be negative")
