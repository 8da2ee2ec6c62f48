"""Grounding by the names of the elements in a ``FakeDesktop``."""

from collections.abc import Callable
from difflib import SequenceMatcher

import numpy as np

from agent.types import Screenshot
from model.grounder import Candidate, Element, Grounding, Look, ModelInfo, PatchScores, Timings
from model.patches import PatchGrid
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_desktop import FakeDesktop, SceneElement

_FIND_S = 0.05


class SceneGrounding:
    """Implements ``GroundingService``. Answers for the picture that was looked at, however old it is.

    ``on_find`` is called while the "model" is busy: what happens there happens between looking and acting.
    """

    def __init__(self, desktop: FakeDesktop, clock: FakeClock) -> None:
        self._desktop = desktop
        self._clock = clock
        self._looks: dict[str, tuple[Screenshot, tuple[SceneElement, ...]]] = {}
        self.on_find: Callable[[str], None] | None = None
        self.found: list[str] = []
        self.info = ModelInfo(name="scene", device="cpu", digest="0" * 64)

    def look(self, screenshot: Screenshot) -> Look:
        is_cached = True
        look_id = next((key for key, (known, _) in self._looks.items() if known.pixels is screenshot.pixels), None)
        if look_id is None:
            is_cached, look_id = False, str(len(self._looks))
            self._looks[look_id] = (screenshot, self._desktop.scene_of(screenshot))
        return Look(look_id=look_id, grid=_grid(screenshot), encode_ms=1.0, is_cached=is_cached)

    def score(self, look: Look, instruction: str) -> PatchScores:
        shape = look.grid.shape
        return PatchScores(grid=look.grid, scores=np.zeros(shape, np.float32), keep_mask=np.ones(shape, np.bool_))

    def find(self, look: Look, instruction: str, *, keep_fraction: float | None = None) -> Grounding:
        self.found.append(instruction)
        screenshot, scene = self._looks[look.look_id]
        self._clock.sleep(_FIND_S)
        if self.on_find is not None:
            self.on_find(instruction)
        candidates = sorted(
            (_candidate(element, instruction) for element in scene), key=lambda candidate: -candidate.score
        )
        is_rejected = not candidates or candidates[0].score < 0.9
        best = None if is_rejected else (candidates[0].x, candidates[0].y)
        return Grounding(
            instruction=instruction,
            model=self.info,
            is_rejected=is_rejected,
            point=best,
            score=candidates[0].score if candidates else 0.0,
            candidates=tuple(candidates[:3] if is_rejected else candidates[:9]),
            scored=self.score(look, instruction),
            pointer_probs=np.zeros(look.grid.shape, np.float32),
            timings=Timings(capture=screenshot.capture_ms),
        )

    def read(self, look: Look) -> tuple[Element, ...]:
        return tuple(
            Element(
                bbox=element.box,
                kind=element.kind,
                text="" if element.is_secret else (element.text or element.name),
                score=1.0,
                is_checked=element.is_checked,
            )
            for element in self._looks[look.look_id][1]
        )

    def close(self) -> None:
        self._looks.clear()


def _grid(screenshot: Screenshot) -> PatchGrid:
    transform = screenshot.transform
    return PatchGrid.of_squares(width_px=transform.width_px, height_px=transform.height_px, cell_px=32.0)


def _candidate(element: SceneElement, instruction: str) -> Candidate:
    name, wanted = element.name.casefold(), instruction.casefold().removesuffix(" field")
    score = 1.0 if name == wanted else 0.8 * SequenceMatcher(None, name, wanted).ratio()
    x1, y1, x2, y2 = element.box
    return Candidate(x=(x1 + x2) / 2, y=(y1 + y2) / 2, score=score, bbox=element.box, label=element.name)
