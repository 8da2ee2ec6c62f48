"""How often a network that is learning finds what it has not learned from, asked as the product asks it."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.data.records import TrainingRecord
from model.data.sources.source import RecordSource
from model.errors import ModelError
from model.focusui.checkpoint import Checkpoint
from model.focusui.grounder import FocusUIGrounder
from model.grounder import Grounding
from model.pictures import to_rgb
from model.training.team.team import Team

_N_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shown:
    """A record that the report shows.

    Attributes:
        record: what is asked.
        pixels: [height, width, 3] uint8 of its screenshot.
        heat: [n_rows, n_cols] what the pointer says of each cell, or the scorer where no pointer learns.
        point_norm: where it points, or the middle of the best-scored cell where no pointer learns; None if nowhere.
        is_found: is that inside the box?
    """

    record: TrainingRecord
    pixels: NDArray[np.uint8]
    heat: NDArray[np.float32]
    point_norm: tuple[float, float] | None
    is_found: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Checked:
    """What a measurement found.

    Attributes:
        n: records that were asked about.
        n_pointed: of them those whose point is in the box.
        n_scored: those where the middle of the best-scored cell is in the box.
        n_unusable: records that could not be asked about.
        shown: some of them.
    """

    n: int
    n_pointed: int
    n_scored: int
    n_unusable: int
    shown: tuple[Shown, ...]

    @property
    def pointed(self) -> float:
        """Share that is pointed at."""
        return self.n_pointed / max(1, self.n)

    @property
    def scored(self) -> float:
        """Share whose best-scored cell is right."""
        return self.n_scored / max(1, self.n)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeldOut:
    """Records to measure on.

    Attributes:
        source: of them.
        keep_fraction: share of visual tokens kept.
        by_scorer: the scorer alone learns, so what it says is shown and judged.
    """

    source: RecordSource
    keep_fraction: float
    by_scorer: bool

    def check(
        self, checkpoint: Checkpoint, folder: Path, team: Team, *, autocast: AbstractContextManager[None]
    ) -> Checked:
        """Ask about every record; each process about its share of them.

        Args:
            checkpoint: in evaluation mode.
            folder: that it was loaded from.
            team: of processes.
            autocast: to ask in.
        """
        grounder = FocusUIGrounder(checkpoint, name="learning", folder=folder)
        answers: list[tuple[bool, bool]] = []
        shown: list[Shown] = []
        n_unusable = 0
        with autocast:
            for index in range(team.rank, len(self.source), team.n_processes):
                try:
                    record, picture = self.source.record(index), self.source.picture(index)
                    pixels = np.asarray(to_rgb(picture))
                    found = grounder.find(grounder.look(pixels), record.instruction, keep_fraction=self.keep_fraction)
                except ModelError:
                    n_unusable += 1
                    continue
                pointed_norm, scored_norm = _pointed_norm(found, pixels), _scored_norm(found)
                answers.append((_is_in(record, pointed_norm), _is_in(record, scored_norm)))
                if len(shown) < _N_SHOWN:
                    point_norm = scored_norm if self.by_scorer else pointed_norm
                    shown.append(
                        Shown(
                            record=record,
                            pixels=pixels,
                            heat=found.scored.scores if self.by_scorer else found.pointer_probs,
                            point_norm=point_norm,
                            is_found=_is_in(record, point_norm),
                        )
                    )
        pointed, scored = (sum(column) for column in zip(*answers, strict=True)) if answers else (0, 0)
        n, n_pointed, n_scored, n_bad = map(int, team.add_up([len(answers), pointed, scored, n_unusable]))
        return Checked(n=n, n_pointed=n_pointed, n_scored=n_scored, n_unusable=n_bad, shown=tuple(shown))


def _pointed_norm(found: Grounding, pixels: NDArray[np.uint8]) -> tuple[float, float] | None:
    height_px, width_px, _ = pixels.shape
    return None if found.point is None else (found.point[0] / width_px, found.point[1] / height_px)


def _scored_norm(found: Grounding) -> tuple[float, float]:
    """The middle of the best-scored cell."""
    scores = found.scored.scores
    row, col = np.unravel_index(int(scores.argmax()), scores.shape)
    return (float(col) + 0.5) / scores.shape[1], (float(row) + 0.5) / scores.shape[0]


def _is_in(record: TrainingRecord, point_norm: tuple[float, float] | None) -> bool:
    return point_norm is not None and record.box.contains(*point_norm)
