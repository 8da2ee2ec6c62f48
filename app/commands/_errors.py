"""What a wrong use of the command line raises."""


class UsageError(Exception):
    """The arguments cannot be used: exit status 2.

    Args:
        message: what is wrong, in the user's words.
        hint: what to write instead; empty when the message says it all.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
