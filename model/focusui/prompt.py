"""The prompt that the published weights were trained on, and its tokens.

Conversation: a system message, a user message of picture and instruction, and an opened assistant message in which the
pointer token stands. Legend: ``n_seq`` tokens of the prompt, ``n_text`` of the instruction alone.
"""

from dataclasses import dataclass
from enum import StrEnum

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from model.errors import InputError
from model.focusui.words import Word, words_of

IMAGE_PAD = "<|image_pad|>"
POINTER_PAD = "<|pointer_pad|>"
POINTER_TOKENS = ("<|recipient|>", "<|diff_marker|>", "<|pointer_start|>", "<|pointer_end|>", POINTER_PAD)
"""Added by GUI-Actor."""
DROP_MARKER = "<|image_drop_end|>"
"""Added by FocusUI: stands for a run of dropped visual tokens."""

MAX_INSTRUCTION_TOKENS = 2048

_POINTER = "<|pointer_start|><|pointer_pad|><|pointer_end|>"
_ACTOR_SYSTEM = (
    "You are a GUI agent. You are given a task and a screenshot of the screen. You need to perform a series of "
    "pyautogui actions to complete the task."
)
_QWEN_2_SYSTEM = (
    "You are a GUI agent. Given a screenshot of the current GUI and a human instruction, your task is to locate the "
    "screen element that corresponds to the instruction. You should output a PyAutoGUI action that performs a click on "
    "the correct position. To indicate the click location, we will use some special tokens, which is used to refer to "
    "a visual patch later. For example, you can output: pyautogui.click(<your_special_token_here>)."
)
_QWEN_3_SYSTEM = (
    "You are a GUI agent. Your task is to locate the screen element that corresponds to the instruction. You should "
    "not call any external tools. Output only the coordinate of one point in your response. Format: (x, y)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The fixed strings of a prompt.

    Attributes:
        system: the system message; "" for none.
        opening: how the assistant's message begins.
        lead_in, lead_out: what surrounds the instruction in the user's message, each on lines of its own.
    """

    system: str
    opening: str
    lead_in: str = ""
    lead_out: str = ""

    @property
    def before_image(self) -> str:
        """All up to the picture's tokens."""
        system = f"<|im_start|>system\n{self.system}<|im_end|>\n" if self.system else ""
        return f"{system}<|im_start|>user\n<|vision_start|>"

    @property
    def before_instruction(self) -> str:
        """All between the picture's tokens and the instruction."""
        return f"<|vision_end|>{self.lead_in}"

    @property
    def after_instruction(self) -> str:
        """All behind the instruction."""
        return f"{self.lead_out}<|im_end|>\n{self.opening}"


class PromptStyle(StrEnum):
    """Whose prompt.

    Attributes:
        QWEN_2_ACTOR: GUI-Actor's on Qwen2-VL. Its checkpoints on Qwen2.5-VL were trained with another system message.
        QWEN_2: that of FocusUI and GUI-Actor on Qwen2.5-VL.
        QWEN_3: FocusUI's on Qwen3-VL.
    """

    QWEN_2_ACTOR = "qwen2_actor"
    QWEN_2 = "qwen2"
    QWEN_3 = "qwen3"

    @property
    def wording(self) -> Wording:
        """Its strings."""
        return _WORDINGS[self]


_CLICK = f"<|im_start|>assistant<|recipient|>os\npyautogui.click({_POINTER})"
_WORDINGS = {
    PromptStyle.QWEN_2_ACTOR: Wording(system=_ACTOR_SYSTEM, opening=_CLICK),
    PromptStyle.QWEN_2: Wording(system=_QWEN_2_SYSTEM, opening=_CLICK),
    PromptStyle.QWEN_3: Wording(system=_QWEN_3_SYSTEM, opening=f"<|im_start|>assistant<|recipient|>os\n({_POINTER})"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prompt:
    """A tokenised prompt about one picture, on the CPU.

    Attributes:
        input_ids: [n_seq] int64, one image token per visual token.
        image_mask: [n_seq] bool, True at image tokens.
        instruction_ids: [n_text] int64, the stripped instruction alone, for the patch scorer.
        n_prefix: number of tokens up to the last image token; they do not depend on the instruction.
        spoken: where in the prompt the instruction stands.
    """

    input_ids: Tensor
    image_mask: Tensor
    instruction_ids: Tensor
    n_prefix: int
    spoken: slice


class PromptWriter:
    """Turns instructions into prompts.

    Args:
        tokenizer: of the checkpoint.
        wording: the fixed strings.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase, wording: Wording) -> None:
        self._tokenizer = tokenizer
        self._image_id = tokenizer.convert_tokens_to_ids(IMAGE_PAD)
        self._before = self._encode(wording.before_image)
        self._between = self._encode(wording.before_instruction)
        self._after = self._encode(wording.after_instruction)

    def write(self, instruction: str, n_visual: int) -> Prompt:
        """The prompt for an instruction about a picture of so many visual tokens.

        Raises:
            InputError: the instruction is empty or too long.
        """
        stripped = self.instruction_ids(instruction)
        # Special tokens cut a text before it is split into words, so its parts may be tokenised one by one. What a
        # person types is never read as a special token.
        spoken = self._encode(instruction, as_plain_text=True)
        n_before = len(self._before)
        ids = [*self._before, *[self._image_id] * n_visual, *self._between, *spoken, *self._after]
        image_mask = torch.zeros(len(ids), dtype=torch.bool)
        image_mask[n_before : n_before + n_visual] = True
        return Prompt(
            input_ids=torch.tensor(ids),
            image_mask=image_mask,
            instruction_ids=stripped,
            n_prefix=n_before + n_visual,
            spoken=slice(len(ids) - len(self._after) - len(spoken), len(ids) - len(self._after)),
        )

    def instruction_ids(self, instruction: str) -> Tensor:
        """[n_text] int64, what the patch scorer reads.

        Raises:
            InputError: the instruction is empty or too long.
        """
        ids = self._encode(instruction.strip(), as_plain_text=True)
        if not ids:
            raise InputError("The instruction is empty.", hint='Say what to look for, for instance "Save".')
        if len(ids) > MAX_INSTRUCTION_TOKENS:
            raise InputError(
                f"The instruction is too long: {len(ids)} tokens.", hint=f"At most {MAX_INSTRUCTION_TOKENS} are read."
            )
        return torch.tensor(ids)

    def instruction_words(self, instruction: str) -> tuple[Word, ...]:
        """Which of the tokens that the patch scorer reads belong to which word."""
        stripped = instruction.strip()
        spans = self._tokenizer(
            stripped, add_special_tokens=False, split_special_tokens=True, return_offsets_mapping=True
        )["offset_mapping"]
        return words_of(stripped, [stop for _, stop in spans])

    def token_texts(self, ids: Tensor) -> list[str]:
        """Each token of an instruction as text."""
        return [self._tokenizer.decode([token]) for token in ids.tolist()]

    def _encode(self, text: str, *, as_plain_text: bool = False) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False, split_special_tokens=as_plain_text)
        return ids
