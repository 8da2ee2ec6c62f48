"""What leaving out flat parts does to the answers of a loaded checkpoint."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.focusui.bench.subject import INSTRUCTIONS, Subject
from model.focusui.flat_skip import FlatSkip, mean_shift_cells
from model.focusui.grounder import FocusUIGrounder
from model.focusui.runtime import Runtime


def flat_skip_shift(subject: Subject, flat_skip: FlatSkip, pictures: Sequence[NDArray[np.uint8]]) -> float:
    """How far points move on average, in cells, over all pictures and the instructions of the benchmark.

    Args:
        subject: with a checkpoint.
        flat_skip: what is left out.
        pictures: [height, width, 3] uint8 each.
    """
    if subject.checkpoint is None or subject.folder is None:
        raise ValueError("random weights have no answers that could be harmed")
    whole, skipping = (
        FocusUIGrounder(subject.checkpoint, name=subject.name, folder=subject.folder, runtime=runtime)
        for runtime in (Runtime(), Runtime(flat_skip=flat_skip))
    )
    questions = [(picture, instruction) for picture in pictures for instruction in INSTRUCTIONS]
    return mean_shift_cells(whole, skipping, questions)
