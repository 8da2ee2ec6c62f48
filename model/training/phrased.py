"""The same request in other words, as token sequences about the same picture.

Legend: ``n_seq`` tokens of a sequence, ``n_text`` of the instruction alone, ``n_thought`` of what is said first.
"""

from dataclasses import dataclass, replace

from torch import Tensor

from model.data.annotations import Perspective
from model.data.records import TrainingRecord
from model.training.sequence import SequenceWriter


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Phrased:
    """One phrasing of a request.

    Attributes:
        perspective: what it describes.
        input_ids: [n_seq] int64, the record with this request in the place of its own.
        labels: [n_seq] int64, likewise.
        instruction_ids: [n_text] int64, the request alone.
        answer_start: position in ``input_ids`` at which the turn with the first point begins.
        thought_ids: [n_thought] int64, the turn in which the assistant says this request to itself.
    """

    perspective: Perspective
    input_ids: Tensor
    labels: Tensor
    instruction_ids: Tensor
    answer_start: int
    thought_ids: Tensor


def phrased(writer: SequenceWriter, record: TrainingRecord, n_visual: int) -> tuple[Phrased, ...]:
    """The phrasings of a record about a picture of so many visual tokens.

    Raises:
        RecordError: one of them is too long.
    """
    made = []
    for phrasing in record.phrasings:
        # What stands around the request, such as the space behind the picture, stays.
        first = replace(record.turns[0], text=record.turns[0].text.replace(record.instruction, phrasing.text, 1))
        sequence = writer.write(replace(record, turns=(first, *record.turns[1:])), n_visual)
        made.append(
            Phrased(
                perspective=phrasing.perspective,
                input_ids=sequence.input_ids,
                labels=sequence.labels,
                instruction_ids=sequence.instruction_ids,
                answer_start=sequence.answer_start,
                thought_ids=writer.write_thought(phrasing.text),
            )
        )
    return tuple(made)
