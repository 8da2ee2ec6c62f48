"""``foveal do "command"``: does what is said, on this desktop, in the terminal's sight."""

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from app.commands._errors import UsageError
from app.exit_status import ExitStatus

if TYPE_CHECKING:
    from agent.types import RunResult


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "do",
        help="do what a command says",
        description='Does what the command says, for instance: foveal do "click File, then Save As…". '
        "Asks before every step unless --yes is given.",
    )
    parser.add_argument("command", help='what to do, in words: "click File then press Enter"')
    parser.add_argument("--yes", action="store_true", help="act without asking")
    parser.add_argument("--dry-run", action="store_true", help="look and plan, touch nothing")
    parser.add_argument("--monitor", type=int, metavar="N", help="monitor to look at (default: under the pointer)")
    parser.add_argument("--record-text", action="store_true", help="keep typed text in the run log (default: masked)")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command; print each step as it ends."""
    if not arguments.command.strip():
        raise UsageError("The command is empty.", hint='Say what to do: foveal do "click File".')
    from agent.planner.rules import RulesPlanner

    RulesPlanner().plan(arguments.command)  # what nobody can understand needs neither screen nor model
    if not (arguments.yes or arguments.dry_run or sys.stdin.isatty()):
        raise UsageError("There is no terminal to ask for confirmation.", hint="Add --yes to act without asking.")

    from agent.loop_config import LoopConfig
    from app.settings import load_settings, settings_path
    from app.terminal_run import run_in_terminal

    settings = load_settings(settings_path()).settings
    result = run_in_terminal(
        arguments.command,
        settings=settings,
        config=LoopConfig(
            is_confirming=not (arguments.yes or arguments.dry_run),
            countdown_s=None,
            is_dry=arguments.dry_run,
            max_actions_per_minute=settings.max_actions_per_minute,
            keep_fraction=settings.keep_fraction,
            monitor_idx=settings.monitor if arguments.monitor is None else arguments.monitor,
        ),
        is_text_recorded=arguments.record_text or settings.is_text_recorded,
        out=sys.stderr if arguments.json else sys.stdout,
    )
    if arguments.json:
        print(json.dumps(_to_json(result), ensure_ascii=False))
    return exit_status_of(result)


def exit_status_of(result: "RunResult") -> ExitStatus:
    """The exit status that says how a run ended."""
    from agent.types import RunStatus

    return {
        RunStatus.DONE: ExitStatus.DONE,
        RunStatus.FAILED: ExitStatus.FAILED,
        RunStatus.NOT_FOUND: ExitStatus.NOT_FOUND,
        RunStatus.STOPPED: ExitStatus.STOPPED,
        RunStatus.NOT_UNDERSTOOD: ExitStatus.USAGE,
    }[result.status]


def _to_json(result: "RunResult") -> dict[str, Any]:
    return {
        "schema": 1,
        "run_id": result.run_id,
        "status": str(result.status),
        "message": result.message,
        "hint": result.hint,
        "steps": [{"said": r.step.said, "outcome": str(r.outcome), "detail": r.detail} for r in result.steps],
    }
