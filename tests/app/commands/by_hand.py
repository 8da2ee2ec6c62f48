"""What guessing scores on the miniatures of the benchmarks, counted by hand."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Expected:
    """Counted by hand from ``miniatures``: the middle of a screen is green, and the blue element is near.

    Attributes:
        n, hits, n_there, overlaps: items, those that guessing hits, those that are on the screen, those it nearly hits.
        groups: of some groups, (hits, n) of guessing.
        bad: rows left out, by reason.
        mean: what the paper's average makes of guessing.
    """

    n: int
    hits: int
    n_there: int
    overlaps: int
    groups: dict[str, dict[str, tuple[int, int]]]
    bad: dict[str, int] = field(default_factory=dict)
    mean: float | None = None


_SCREENSPOT = Expected(
    n=9,
    hits=4,
    n_there=9,
    overlaps=6,
    groups={
        "platform": {"mobile": (2, 3), "desktop": (0, 3), "web": (2, 3)},
        "type": {"text": (1, 4), "icon": (3, 5)},
        "platform and type": {
            "mobile text": (1, 2),
            "mobile icon": (1, 1),
            "desktop text": (0, 1),
            "desktop icon": (0, 2),
            "web text": (0, 1),
            "web icon": (2, 2),
        },
    },
    bad={"The picture is missing.": 1, '"bbox" is not 4 numbers.': 1, '"instruction" is missing, or no text.': 1},
    mean=(1 / 2 + 1 + 0 + 0 + 0 + 1) / 6,
)
_OSWORLD_G = Expected(
    n=8,
    hits=2,
    n_there=6,
    overlaps=3,
    groups={
        "ability": {"text_matching": (1, 2), "element_recognition": (1, 3), "refusal": (0, 2)},
        "target": {"bbox": (2, 4), "polygon": (0, 2), "refusal": (0, 2)},
        "element": {"Label": (1, 2), "Button": (0, 2), "Icon": (1, 2), "Toolbar": (0, 1)},
    },
    bad={
        '"box_type" is none of bbox, polygon, refusal.': 1,
        "The polygon has fewer than three corners, or half a corner.": 1,
        "Another row has the same id.": 1,
    },
)
EXPECTED = {
    "screenspot": _SCREENSPOT,
    "screenspot-v2": _SCREENSPOT,
    "screenspot-pro": Expected(
        n=5,
        hits=2,
        n_there=5,
        overlaps=3,
        groups={
            "group": {"CAD": (1, 3), "Office": (1, 2)},
            "type": {"text": (1, 3), "icon": (1, 2)},
            "group and type": {"CAD text": (0, 1), "CAD icon": (1, 2), "Office text": (1, 2)},
        },
        bad={'"ui_type" is missing, or no text.': 1, '"ui_type" is none of text, icon.': 1},
    ),
    "osworld-g": _OSWORLD_G,
    "osworld-g-refined": Expected(n=8, hits=2, n_there=6, overlaps=3, groups={"ability": _OSWORLD_G.groups["ability"]}),
    "ui-vision": Expected(
        n=8,
        hits=3,
        n_there=8,
        overlaps=5,
        groups={
            "setting": {"basic": (2, 3), "functional": (1, 2), "spatial": (0, 3)},
            "category": {"Creativity": (2, 4), "Education": (1, 4)},
        },
        bad={'"bbox" is no list of numbers.': 1},
        mean=(2 / 3 + 1 / 2 + 0) / 3,
    ),
    "venusbench-gd": Expected(
        n=7,
        hits=2,
        n_there=5,
        overlaps=3,
        groups={
            "task": {"element_grounding": (1, 3), "functional_grounding": (1, 2), "refusal_grounding": (0, 2)},
            "platform": {"web": (1, 3), "mobile": (1, 4)},
        },
        bad={'"bbox" is no list of numbers.': 1},
    ),
    "mmbench-gui-l2": Expected(
        n=6,
        hits=3,
        n_there=6,
        overlaps=4,
        groups={
            "level": {"basic": (2, 4), "advanced": (1, 2)},
            "platform": {"os_windows": (2, 3), "os_ios": (1, 3)},
        },
        bad={"The box is empty.": 1, '"grounding_type" is none of basic, advanced.': 1},
        mean=(2 / 4 + 1 / 2) / 2,
    ),
    "ui-i2e": Expected(
        n=5,
        hits=2,
        n_there=5,
        overlaps=4,
        groups={
            "source": {"web": (1, 2), "android": (1, 2), "unknown": (0, 1)},
            "element": {"button": (2, 5)},
            "instruction": {"implicit": (2, 2), "explicit": (0, 2), "unknown": (0, 1)},
        },
        bad={"The line is not JSON.": 1, '"bounding_box" is not 4 numbers.': 1},
    ),
    "jsonl": Expected(
        n=4,
        hits=1,
        n_there=3,
        overlaps=1,
        groups={"kind": {"box": (0, 1), "nothing": (0, 1)}},
        bad={"The row needs exactly one of bbox, bboxes, polygon.": 1, "Another row has the same id.": 1},
    ),
}
