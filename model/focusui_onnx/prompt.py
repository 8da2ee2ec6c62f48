"""The prompt without torch and transformers: its tokens, and the M-RoPE position of each.

Legend: ``n_seq`` tokens of the prompt up to the pointer token, which is its last here, ``n_text`` of the instruction.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from model.errors import InputError, ModelLoadError
from model.focusui.words import Word, words_of
from model.focusui_onnx.manifest import TOKENIZER, PromptIds

MAX_INSTRUCTION_TOKENS = 2048


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OnnxPrompt:
    """A tokenised prompt about one picture.

    Attributes:
        input_ids: [n_seq] int64; what stands at visual tokens does not matter.
        image_mask: [n_seq] bool, True at visual tokens.
        position_ids: [3, n_seq] int64, M-RoPE positions (frame, row, column).
    """

    input_ids: NDArray[np.int64]
    image_mask: NDArray[np.bool_]
    position_ids: NDArray[np.int64]


class OnnxPromptWriter:
    """Turns instructions into prompts.

    Args:
        folder: of the exported model.
        ids: the tokens that no instruction changes.

    Raises:
        ModelLoadError: the tokenizer cannot be read.
    """

    def __init__(self, folder: Path, ids: PromptIds) -> None:
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        except Exception as exc:  # what tokenizers raises has no common base of its own
            raise ModelLoadError(f"{folder / TOKENIZER} cannot be read: {exc}") from exc
        # What a person types is never read as a special token.
        self._tokenizer.encode_special_tokens = True
        self._ids = ids

    def write(self, instruction: str, n_rows: int, n_cols: int) -> OnnxPrompt:
        """The prompt for an instruction about a picture of so many rows and columns of visual tokens."""
        n_visual = n_rows * n_cols
        before = self._ids.before_image
        after = [*self._ids.before_instruction, *self._encode(instruction), *self._ids.after_instruction]
        ids = np.array([*before, *[0] * n_visual, *after], np.int64)
        image_mask = np.zeros(len(ids), np.bool_)
        image_mask[len(before) : len(before) + n_visual] = True
        return OnnxPrompt(
            input_ids=ids,
            image_mask=image_mask,
            position_ids=mrope_positions(len(before), n_rows, n_cols, len(after)),
        )

    def instruction_ids(self, instruction: str) -> NDArray[np.int64]:
        """[n_text] int64, the stripped instruction alone, which the patch scorer reads.

        Raises:
            InputError: the instruction is empty or too long.
        """
        ids = self._encode(instruction.strip())
        if not ids:
            raise InputError("The instruction is empty.", hint='Say what to look for, for instance "Save".')
        if len(ids) > MAX_INSTRUCTION_TOKENS:
            raise InputError(
                f"The instruction is too long: {len(ids)} tokens.", hint=f"At most {MAX_INSTRUCTION_TOKENS} are read."
            )
        return np.array(ids, np.int64)

    def instruction_words(self, instruction: str) -> tuple[Word, ...]:
        """Which of the tokens that the patch scorer reads belong to which word."""
        stripped = instruction.strip()
        spans = self._tokenizer.encode(stripped, add_special_tokens=False).offsets
        return words_of(stripped, [stop for _, stop in spans])

    def _encode(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids


def mrope_positions(n_before: int, n_rows: int, n_cols: int, n_after: int) -> NDArray[np.int64]:
    """M-RoPE positions of text, one picture, and text (Qwen2-VL, arXiv 2409.12191, section 2.1).

    Text counts on in all three axes alike. A picture stands at one place in time and spreads from there over rows and
    columns; what follows it goes on behind its longer side.

    Returns:
        [3, n_before + n_rows * n_cols + n_after] int64: frame, row, column.
    """
    rows, cols = np.indices((n_rows, n_cols), np.int64).reshape(2, -1)
    picture = np.stack((np.zeros_like(rows), rows, cols)) + n_before
    text = np.arange(n_before), np.arange(n_after) + n_before + max(n_rows, n_cols)
    before, after = (np.broadcast_to(numbers, (3, len(numbers))) for numbers in text)
    return np.concatenate((before, picture, after), axis=1).astype(np.int64)
