"""What the exit status of ``foveal`` means."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """Design, section 5."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    STOPPED = 4
