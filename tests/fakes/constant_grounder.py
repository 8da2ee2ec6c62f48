"""A grounder that always points at the same place: what guessing is worth."""

from model.grounder import Candidate, Look
from tests.fakes.fake_grounder import FakeGrounder


class ConstantGrounder(FakeGrounder):
    """Points at the middle of every screen, whatever is asked; it never refuses."""

    def _candidates(self, look: Look, instruction: str) -> tuple[Candidate, ...]:
        return (Candidate(x=look.grid.width_px / 2, y=look.grid.height_px / 2, score=0.5),)
