"""Words of the interface that several windows share."""

import html
import re

from agent.types import Outcome, RunResult, RunStatus

_EMPHASIS = re.compile(r"\*(.+?)\*")

LOADING_WORDS = ("Loading the model …", "It comes from the disk; the first time may take minutes.")
"""Message and hint while gigabytes are on their way."""

_OUTCOME_WORDS = {
    Outcome.DELIVERED: "done",
    Outcome.NO_VISIBLE_EFFECT: "nothing changed",
    Outcome.REFUSED: "not done",
    Outcome.UNVERIFIABLE: "done, but nothing tells whether it worked",
}


def plain(title: str) -> str:
    """A title without its emphasis marks: Click *File* becomes Click File."""
    return _EMPHASIS.sub(r"\1", title)


def rich(title: str) -> str:
    """A title as HTML with its emphasis in bold; safe for any text."""
    return _EMPHASIS.sub(r"<b>\1</b>", html.escape(title))


def outcome_words(outcome: Outcome) -> str:
    """What came of a step."""
    return _OUTCOME_WORDS[outcome]


def result_words(result: RunResult) -> str:
    """What came of a run, in one sentence."""
    match result.status:
        case RunStatus.DONE:
            doubtful = sum(step.outcome is not Outcome.DELIVERED for step in result.steps)
            if doubtful:
                return f"Done. For {doubtful} of {len(result.steps)} steps nothing tells whether it worked."
            return "Done."
        case RunStatus.STOPPED:
            return result.message or "Stopped."
        case RunStatus.NOT_FOUND:
            return result.message or "That is not on the screen."
        case RunStatus.NOT_UNDERSTOOD:
            return result.message or "That is no command."
        case RunStatus.FAILED:
            return result.message or "That did not work."


def keys_words(combination: str) -> str:
    """A key combination as it is written on keys: "ctrl+alt+space" becomes Ctrl+Alt+Space."""
    names = {"esc": "Esc", "pageup": "PgUp", "pagedown": "PgDn", "printscreen": "Print"}
    return "+".join(names.get(key, key.capitalize()) for key in combination.split("+"))
