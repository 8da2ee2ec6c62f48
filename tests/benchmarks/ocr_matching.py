"""How often the OCR matcher finds what is meant, how often it rejects what is absent, and how fast it is.

Make the pictures first, then run it on them::

    python -m tests.model.ocr.collect_screens screens
    python -m tests.benchmarks.ocr_matching screens

``ocr_development.json`` names the instructions per picture, each with the box in which a click is right, or null where
what is asked for is not on the picture.
"""

import argparse
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image

from model.grounder import Grounding
from model.ocr.grounder import OcrGrounder

_CASES = Path(__file__).with_name("ocr_development.json")
_THRESHOLDS = (0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One instruction: whether the best candidate lies where it should, and its score."""

    group: str
    instruction: str
    picture: str
    is_hit: bool
    score: float


def main() -> None:
    """Run all cases and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("screens", type=Path)
    parser.add_argument("--misses", action="store_true", help="list what went wrong")
    arguments = parser.parse_args()
    cases = json.loads(_CASES.read_text(encoding="utf-8"))
    grounder = OcrGrounder()
    results: list[Result] = []
    look_ms: list[float] = []
    find_ms: list[float] = []
    for picture, instructions in cases.items():
        look = grounder.look(np.asarray(Image.open(arguments.screens / f"{picture}.png").convert("RGB")))
        look_ms.append(look.encode_ms)
        for case in instructions:
            found = grounder.find(look, case["instruction"])
            find_ms.append(found.timings.score + found.timings.point)
            is_hit = _is_hit(found, case["box"])
            results.append(
                Result(
                    group=case["group"],
                    instruction=case["instruction"],
                    picture=picture,
                    is_hit=is_hit,
                    score=found.score,
                )
            )
            is_right = found.is_rejected if case["box"] is None else is_hit and not found.is_rejected
            if arguments.misses and not is_right:
                print(f"{picture}: {case['group']}: {case['instruction']!r} scored {found.score:.2f}")
    grounder.close()
    _print_groups(results)
    _print_curve(results)
    print(
        f"median look {median(look_ms):.0f} ms, median find {median(find_ms):.1f} ms, worst find {max(find_ms):.1f} ms"
    )


def _is_hit(found: Grounding, box: list[float] | None) -> bool:
    if box is None or not found.candidates:
        return False
    best = found.candidates[0]
    return box[0] <= best.x < box[2] and box[1] <= best.y < box[3]


def _print_groups(results: list[Result], threshold: float = 0.6) -> None:
    groups: dict[str, list[bool]] = defaultdict(list)
    for result in results:
        is_accepted = result.score >= threshold
        groups[result.group].append(not is_accepted if result.group == "absent" else result.is_hit and is_accepted)
    for group, right in groups.items():
        print(f"{group:10} {sum(right):4} of {len(right):4}  {sum(right) / len(right):.0%}")


def _print_curve(results: list[Result]) -> None:
    print("threshold   found and right   found but wrong   absent accepted")
    present = [result for result in results if result.group != "absent"]
    absent = [result for result in results if result.group == "absent"]
    for threshold in _THRESHOLDS:
        right = sum(r.is_hit and r.score >= threshold for r in present) / len(present)
        wrong = sum(not r.is_hit and r.score >= threshold for r in present) / len(present)
        accepted = sum(r.score >= threshold for r in absent) / len(absent)
        print(f"{threshold:9.2f} {right:17.1%} {wrong:17.1%} {accepted:17.1%}")


if __name__ == "__main__":
    main()
