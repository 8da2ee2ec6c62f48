"""How plain Qwen models are asked for a place, and in which form they were trained to name it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from model.focusui.prompt import Wording

_LEAD_IN = "Locate on this screenshot what the following instruction is about:\n"
_OPENING = "<|im_start|>assistant\n"
_HELPFUL = "You are a helpful assistant."
_AS_JSON = (
    "\nReport the coordinates of one point on it in JSON format, like this: "
    '[{"point_2d": [x, y], "label": "what it is"}]. Report [] if it is not there.'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerForm:
    """How one family of models names places.

    Attributes:
        wording: a prompt in its stock chat template.
        answer_start: how an answer begins, up to where the first coordinate follows.
        has_pixels: coordinates are pixels of the resized picture; else thousandths of its sides.
    """

    wording: Wording
    answer_start: str
    has_pixels: bool

    @property
    def wording_up_to_coordinate(self) -> Wording:
        """The same prompt with the answer begun: the last token is the one that would name the first coordinate."""
        return replace(self.wording, opening=self.wording.opening + self.answer_start)


ANSWER_FORMS: Mapping[str, AnswerForm] = {
    "qwen2_vl": AnswerForm(
        wording=Wording(
            system=_HELPFUL, opening=_OPENING, lead_in=_LEAD_IN, lead_out="\nOutput the bounding box of it."
        ),
        answer_start="<|box_start|>(",
        has_pixels=False,
    ),
    "qwen2_5_vl": AnswerForm(
        wording=Wording(system=_HELPFUL, opening=_OPENING, lead_in=_LEAD_IN, lead_out=_AS_JSON),
        answer_start='[{"point_2d": [',
        has_pixels=True,
    ),
    "qwen3_vl": AnswerForm(
        wording=Wording(system="", opening=_OPENING, lead_in=_LEAD_IN, lead_out=_AS_JSON),
        answer_start='[{"point_2d": [',
        has_pixels=False,
    ),
}
"""By the ``model_type`` of ``config.json``.

Sources: Qwen2-VL (arXiv 2409.12191, section 2.2.1) writes boxes between special tokens, in thousandths; Qwen2.5-VL
(arXiv 2502.13923, section 2.2.1) writes JSON, in pixels of the picture that it is shown; Qwen3-VL writes JSON, in
thousandths.
"""
