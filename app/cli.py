"""The command line: ``foveal`` starts the tray program, ``foveal COMMAND`` does one thing and ends.

Results go to stdout, messages to stderr. Exit status (design, section 5): 0 done, 1 failed, 2 wrong usage,
3 not found on screen, 4 stopped by the user.
"""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import NoReturn

from agent.dpi import ensure_dpi_awareness
from agent.errors import AgentError, Cancelled, PlanError
from app.commands._errors import UsageError
from app.exit_status import ExitStatus
from model.errors import InputError, ModelError

_COMMANDS = ("do", "ground", "parse", "runs", "models", "collect", "train", "eval", "doctor", "trigger", "demo")
_MAX_MESSAGE_CHARS = 300
_OS_HINT = "Is there room on the disk, and may you write there? --verbose tells more."

_log = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``foveal`` with the given arguments (None: those of the process); return the exit status."""
    ensure_dpi_awareness()
    arguments = _build_parser().parse_args(argv)
    logging.basicConfig(
        level=logging.DEBUG if arguments.verbose else logging.WARNING,
        format="%(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    try:
        status = int(arguments.run(arguments))
        sys.stdout.flush()  # now, while a reader that has gone can still be answered for
    except (UsageError, InputError, PlanError) as error:
        status = _report(error.message, error.hint, ExitStatus.USAGE)
    except (Cancelled, KeyboardInterrupt):
        status = _report("Stopped.", "", ExitStatus.STOPPED)
    except (AgentError, ModelError) as error:
        status = _report(error.message, error.hint, ExitStatus.FAILED)
    except BrokenPipeError:
        # Whoever read the output has gone (`foveal … | head`); nothing may be written at exit either.
        _drop_output()
        status = ExitStatus.FAILED
    except OSError as error:
        _log.debug("unexpected error", exc_info=True)
        _drop_output()
        where = f" ({error.filename})" if error.filename else ""
        status = _report(f"{error.strerror or error}{where}.", _OS_HINT, ExitStatus.FAILED)
    except Exception as error:
        _log.debug("unexpected error", exc_info=True)
        status = _report(
            f"Something went wrong inside Foveal: {type(error).__name__}: {error}",
            "Run the same with --verbose to see where, and report it with the output of `foveal doctor`.",
            ExitStatus.FAILED,
        )
    return status


class _Parser(argparse.ArgumentParser):
    """Tells wrong usage as every other error is told: what is wrong, and what to do."""

    def error(self, message: str) -> NoReturn:
        text = message[:_MAX_MESSAGE_CHARS]
        self.exit(
            ExitStatus.USAGE, f"foveal: {text[0].upper()}{text[1:]}.\n  `{self.prog} --help` shows what is possible.\n"
        )


def _drop_output() -> None:
    """Nothing more can be written to stdout, and nothing may be tried at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _build_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="foveal",
        description="Does what you type: finds it on the screen, shows where it looked, and clicks. "
        "Without a command: starts the tray program.",
        epilog="Exit status: 0 done, 1 failed, 2 wrong usage (arguments, pictures or commands that cannot be used), "
        "3 not found on screen, 4 stopped by the user. `foveal COMMAND --help` tells more.",
    )
    parser.add_argument("--version", action="version", version=f"foveal {_version()}")
    parser.add_argument("--verbose", action="store_true", help="tell more on stderr")
    parser.add_argument("--bar", action="store_true", help="start the tray program with the command bar open")
    parser.set_defaults(run=_run_tray)
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name in _COMMANDS:
        import_module(f"app.commands.{name}").add_parser(subparsers)
    return parser


def _run_tray(arguments: argparse.Namespace) -> int:
    from app.application import run_tray

    return run_tray(is_bar_open=arguments.bar)


def _report(message: str, hint: str, status: ExitStatus) -> int:
    print(f"foveal: {message}" + (f"\n  {hint}" if hint else ""), file=sys.stderr)
    return status


def _version() -> str:
    try:
        return version("foveal")
    except PackageNotFoundError:  # run from a source tree that was never installed
        return "unknown"


if __name__ == "__main__":
    sys.exit(main())
