"""How the effect of a command is checked: by what the program did, never by what the run says about itself.

A check is asked again and again until it is true or time is up, so it must not change what it looks at;
``RunningProgram.document_text`` and ``copied_with`` do (they select and copy), which these programs can bear.
"""

from collections.abc import Callable

from tests.e2e._programs import RunningProgram

Check = Callable[[RunningProgram], bool]


def has_file(name: str, text: str) -> Check:
    """A file in the home folder holds exactly this text, but for a line break at its end."""

    def is_there(program: RunningProgram) -> bool:
        found = program.file_text(name)
        return found is not None and found.rstrip("\n") == text

    return is_there


def is_file(name: str) -> Check:
    """A file or folder is in the home folder."""
    return lambda program: (program.home / name).exists()


def is_document(text: str) -> Check:
    """The editor's document holds this text."""
    return lambda program: program.document_text() == text


def has_title(part: str) -> Check:
    """The main window's title contains something."""
    return lambda program: part in program.title


def has_window(part: str) -> Check:
    """Some window's title contains something."""
    return lambda program: any(part in title for title in program.titles)


def is_closed(program: RunningProgram) -> bool:
    """The main window has gone, and nothing else is in its place."""
    return not program.titles


def speedcrunch_shows(result: str) -> Check:
    """Its last result, by Edit > Copy Last Result."""
    return lambda program: program.copied_with("ctrl+r") == result


def qalculate_shows(result: str) -> Check:
    """Its result, by Edit > Copy Result."""
    return lambda program: program.copied_with("ctrl+alt+c") == result


def page_has(**state: object) -> Check:
    """What the page told the server of its fields and of what happened."""
    return lambda program: all(program.page_state.get(name) == value for name, value in state.items())


def has_note(text: str) -> Check:
    """A note that holds this text is on the disk (gnote saves by itself, after a few seconds)."""
    return lambda program: any(
        text in path.read_text(encoding="utf-8") for path in (program.home / ".local/share/gnote").glob("*.note")
    )


def both(*checks: Check) -> Check:
    """All of them."""
    return lambda program: all(check(program) for check in checks)


def is_gone(name: str) -> Check:
    """No such file or folder is in the home folder any more."""
    return lambda program: not (program.home / name).exists()
