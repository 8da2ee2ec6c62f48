"""What counts as an instruction."""

from model.errors import InputError

MAX_CHARACTERS = 2000

_EXAMPLE = 'Name one thing on the screen, for instance "Save" or "the field next to Name".'


def check_instruction(instruction: str) -> str:
    """The instruction without white space around it.

    Raises:
        InputError: it is empty or longer than ``MAX_CHARACTERS``.
    """
    stripped = instruction.strip()
    if not stripped:
        raise InputError("The instruction is empty.", hint=_EXAMPLE)
    if len(stripped) > MAX_CHARACTERS:
        raise InputError(
            f"The instruction is too long: {len(stripped):,} characters, at most {MAX_CHARACTERS:,}.", hint=_EXAMPLE
        )
    return stripped
