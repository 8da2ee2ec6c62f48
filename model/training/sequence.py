"""From a training record to token ids and what the language model should say.

Every turn is tokenised alone. What the assistant says is supervised together with its header, as the published weights
learned it; only ``<|pointer_end|>`` is not, because it follows by itself.

Legend: ``n_seq`` tokens of the sequence, ``n_visual`` visual tokens, ``n_text`` tokens of the instruction alone.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from model.data.records import Role, TrainingRecord, Turn
from model.errors import RecordError
from model.focusui.prompt import IMAGE_PAD, POINTER_PAD
from model.training.losses import IGNORED

_POINTER_END = "<|pointer_end|>"
_THOUGHT_RECIPIENT = "all"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrainingSequence:
    """A tokenised record, on the CPU.

    Attributes:
        input_ids: [n_seq] int64, one image token per visual token.
        labels: [n_seq] int64, ``IGNORED`` where nothing is learned.
        instruction_ids: [n_text] int64, the stripped instruction alone, for the patch scorer.
        answer_start: position at which the turn with the first point begins.
    """

    input_ids: Tensor
    labels: Tensor
    instruction_ids: Tensor
    answer_start: int


class SequenceWriter:
    """Turns records into sequences.

    Args:
        tokenizer: of the checkpoint.
        system: the system message of records that bring none.
        max_tokens: longest sequence that is accepted.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase, *, system: str, max_tokens: int) -> None:
        self._tokenizer = tokenizer
        self._system = system
        self._max_tokens = max_tokens
        self._image_id: int = tokenizer.convert_tokens_to_ids(IMAGE_PAD)
        self._pointer_id: int = tokenizer.convert_tokens_to_ids(POINTER_PAD)
        self._pointer_end_id: int = tokenizer.convert_tokens_to_ids(_POINTER_END)

    def write(self, record: TrainingRecord, n_visual: int) -> TrainingSequence:
        """The sequence of a record about a picture of so many visual tokens.

        Raises:
            RecordError: it is too long, or its text brings pointer tokens of its own.
        """
        system = self._system if record.system is None else record.system
        ids = [*self._encode("<|im_start|>system\n"), *self._encode_plain(system), *self._encode("<|im_end|>\n")]
        labels = [IGNORED] * len(ids)
        answer_starts: list[int] = []
        for turn_idx, turn in enumerate(record.turns):
            if turn.points_norm:
                answer_starts.append(len(ids))
            said = self._encode_turn(turn, n_visual if turn_idx == 0 else 0)
            ids += said
            labels += said if turn.role is Role.ASSISTANT else [IGNORED] * len(said)
        self._check(record, ids)
        input_ids, targets = torch.tensor(ids), torch.tensor(labels)
        return TrainingSequence(
            input_ids=input_ids,
            labels=targets.masked_fill(targets == self._pointer_end_id, IGNORED),
            instruction_ids=torch.tensor(self._encode_plain(record.instruction)),
            answer_start=answer_starts[0],
        )

    def write_thought(self, text: str) -> Tensor:
        """What the assistant says to itself before it answers, [n] int64: a turn for nobody's hands."""
        turn = Turn(role=Role.ASSISTANT, text=text, recipient=_THOUGHT_RECIPIENT, is_end_turn=False)
        return torch.tensor(self._encode_turn(turn, 0))

    def _encode_turn(self, turn: Turn, n_visual: int) -> list[int]:
        if turn.role is Role.ASSISTANT:
            end = "<|diff_marker|>" if turn.is_end_turn else "<|im_end|>"
            return self._encode(f"<|im_start|>assistant<|recipient|>{turn.recipient}\n{turn.text}{end}\n")
        picture = [self._image_id] * n_visual
        if picture:
            picture = [*self._encode("<|vision_start|>"), *picture, *self._encode("<|vision_end|>")]
        # The leading space that "<image> text" leaves belongs to the text: the published weights learned it so.
        said = self._encode_plain(turn.text)
        return [*self._encode("<|im_start|>user\n"), *picture, *said, *self._encode("<|im_end|>\n")]

    def _check(self, record: TrainingRecord, ids: list[int]) -> None:
        if len(ids) > self._max_tokens:
            raise RecordError(
                f"{record.name}: {len(ids)} tokens are too many; at most {self._max_tokens} can be learned from.",
                hint="Shrink the picture or shorten the text.",
            )
        n_points = sum(len(turn.points_norm) for turn in record.turns)
        if ids.count(self._pointer_id) != n_points:
            raise RecordError(
                f"{record.name}: {ids.count(self._pointer_id)} pointer tokens for {n_points} points.",
                hint="Write points as numbers; the tokens are put in for you.",
            )

    def _encode(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False)
        return ids

    def _encode_plain(self, text: str) -> list[int]:
        """Like ``_encode``, but what looks like a special token is only text: a page may show anything."""
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False, split_special_tokens=True)
        return ids
