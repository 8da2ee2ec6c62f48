"""Errors of the grounding models.

ModelError
├── InputError          the picture or the instruction cannot be used
├── ModelLoadError      a model or one of its files is missing or broken
├── ExportError         a model cannot be exported, or not there
├── RecordError         a training record cannot be learned from
├── TrainingError       training cannot go on
├── CollectError        screens cannot be collected: something on the machine is missing or broken
└── LookExpiredError    the looked-at screen is no longer cached; look again
"""


class ModelError(Exception):
    """Base of every error that a grounding model raises on purpose.

    Args:
        message: what failed, in the user's words.
        hint: what to do next; empty when nothing helps.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the hint when the error crosses a process boundary."""
        return (_rebuild, (type(self), self.message, self.hint))


def _rebuild(kind: "type[ModelError]", message: str, hint: str) -> ModelError:
    return kind(message, hint=hint)


class InputError(ModelError):
    """The picture or the instruction cannot be used."""


class ModelLoadError(ModelError):
    """A model or one of its files is missing or broken."""


class ExportError(ModelError):
    """A model cannot be exported, or not there."""


class LookExpiredError(ModelError):
    """The looked-at screen is no longer cached; look again."""


class RecordError(ModelError):
    """A training record cannot be learned from; the message names it."""


class TrainingError(ModelError):
    """Training cannot go on."""


class CollectError(ModelError):
    """Screens cannot be collected: something on the machine is missing or broken."""
