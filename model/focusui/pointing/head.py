"""Pointing with a pointer head, as FocusUI and GUI-Actor were trained to."""

from dataclasses import dataclass

from model.focusui.network import FocusUI
from model.focusui.pointing.base import Pointed, Question, pointed_by
from model.focusui.prompt import Wording


@dataclass(frozen=True, slots=True, eq=False)
class HeadPointing:
    """The pointer head's attention of the pointer token to the kept visual tokens."""

    network: FocusUI

    @property
    def wording(self) -> Wording:
        """The prompt of the published weights."""
        return self.network.prompt_style.wording

    def point(self, question: Question) -> Pointed:
        """One forward through the decoder."""
        probs = self.network.point(question.pack(self.network))
        return pointed_by(question.spread(probs), question.grid)
