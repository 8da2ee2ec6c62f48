"""Words that always ask: a local list over what is to be done, never a model's opinion."""

import re

from agent.planner.describe import describe
from agent.types import HoverStep, ScrollStep, Step, TypeStep, WaitForStep, WaitStep

_ENDINGS = {
    # stem: endings that belong to it
    "delet": ("e", "es", "ed", "ing", "ion"),
    "remov": ("e", "es", "ed", "ing", "al"),
    "eras": ("e", "es", "ed", "ing"),
    "wip": ("e", "es", "ed", "ing"),
    "destroy": ("", "s", "ed", "ing"),
    "discard": ("", "s", "ed", "ing"),
    "trash": ("", "es", "ed", "ing"),
    "purg": ("e", "es", "ed", "ing"),
    "shred": ("", "s", "ded", "ding"),
    "overwrit": ("e", "es", "ten", "ing"),
    "format": ("", "s", "ted", "ting"),
    "reset": ("", "s", "ting"),
    "uninstall": ("", "s", "ed", "ing"),
    "install": ("", "s", "ed", "ing"),
    "terminat": ("e", "es", "ed", "ing"),
    "kill": ("", "s", "ed", "ing"),
    "reboot": ("", "s", "ed", "ing"),
    "restart": ("", "s", "ed", "ing"),
    "hibernat": ("e", "es", "ed", "ing"),
    "pay": ("", "s", "ing", "ment", "ments"),
    "paid": ("",),
    "buy": ("", "s", "ing"),
    "bought": ("",),
    "purchas": ("e", "es", "ed", "ing"),
    "order": ("", "s", "ed", "ing"),
    "checkout": ("",),
    "donat": ("e", "es", "ed", "ing", "ion"),
    "transfer": ("", "s", "red", "ring"),
    "subscrib": ("e", "es", "ed", "ing"),
    "unsubscrib": ("e", "es", "ed", "ing"),
    "send": ("", "s", "ing"),
    "sent": ("",),
    "submit": ("", "s", "ted", "ting"),
    "publish": ("", "es", "ed", "ing"),
    "post": ("", "s", "ed", "ing"),
    "shar": ("e", "es", "ed", "ing"),
    "revok": ("e", "es", "ed", "ing"),
    "deactivat": ("e", "es", "ed", "ing"),
}
_PHRASES = (
    r"shut\s*-?\s*down", r"shutting\s+down", r"power\s*-?\s*off", r"turn\s+off\s+(?:the\s+)?(?:computer|machine|pc)",
    r"log\s*-?\s*out",
    r"sign\s*-?\s*out", r"empty\s+(?:the\s+)?(?:trash|bin|recycle\s+bin)", r"factory\s+settings", r"check\s+out",
    r"don[’']t\s+save", r"close\s+without\s+saving", r"move\s+to\s+(?:the\s+)?(?:trash|bin|rubbish)", r"password",
)  # fmt: skip
_WORDS = "|".join(rf"{stem}(?:{'|'.join(endings)})" for stem, endings in _ENDINGS.items())
# A word may be part of an identifier: "delete_all", "Delete…". It is not part of a longer word: "undelete", "payload".
_DANGER = re.compile(rf"(?<![^\W_])(?:{_WORDS}|{'|'.join(_PHRASES)})(?![^\W_])", re.IGNORECASE)


def is_dangerous(step: Step, label: str | None) -> bool:
    """Whether a step may do what cannot be undone, so that the person is asked in any case.

    What only looks or waits never is. Text to type counts by where it goes and whether it is sent off, not by its
    words.

    Args:
        step: what is to be done.
        label: what was read at the place that was found on the screen; None if nothing was.
    """
    if isinstance(step, HoverStep | ScrollStep | WaitStep | WaitForStep):
        return False
    # Without the letters that separate words in names such as DeleteAll.
    words = step.target or "" if isinstance(step, TypeStep) else describe(step)
    return any(_DANGER.search(_spaced(text)) is not None for text in (words, label or ""))


def _spaced(words: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", words)
