"""``foveal doctor``: what this machine can and cannot do."""

import argparse
import json
import sys
import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.control._base import DesktopControl
    from agent.doctor import CheckResult, DoctorParts

_SCHEMA_VERSION = 1
_NAME_WIDTH = 20
_TEXT_WIDTH = 90
_MARKS = {"ok": ("✓", "32"), "warn": ("!", "33"), "fail": ("✗", "31")}


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand to the command line."""
    parser = subparsers.add_parser(
        "doctor",
        help="check what this machine can and cannot do",
        description="Check what this machine can and cannot do, with a hint for each gap. "
        "A real click and a real key are sent to a window of Foveal's own.",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--no-input", action="store_true", help="send no click and no key")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the checks; exit status 0 if nothing failed, else 1."""
    return run_with(_parts(is_sending=not args.no_input), is_json=args.json)


def run_with(parts: "DoctorParts", *, is_json: bool) -> int:
    """Run the checks on given parts and print what they find."""
    from agent.doctor import CheckStatus, run_checks

    results = run_checks(parts) if is_json else run_checks(parts, on_result=_print_row)
    has_failed = any(result.status is CheckStatus.FAIL for result in results)
    if is_json:
        print(json.dumps(_to_json(results, has_failed=has_failed), ensure_ascii=False))
    else:
        n_warnings = sum(result.status is CheckStatus.WARN for result in results)
        n_failures = sum(result.status is CheckStatus.FAIL for result in results)
        print(f"\n{len(results)} checks, {n_failures} failed, {n_warnings} with a warning.")
    return 1 if has_failed else 0


def _parts(*, is_sending: bool) -> "DoctorParts":
    from agent.capture import open_capture
    from agent.doctor import DoctorParts
    from app.commands._target import open_model
    from app.settings import load_settings, settings_path
    from model.registry import find_card

    model = load_settings(settings_path()).settings.model
    return DoctorParts(
        open_capture=open_capture,
        load_grounder=lambda: open_model(find_card(model)),
        check_models=lambda: _check_models(model),
        open_control=_open_control if is_sending else None,
        listen_hotkeys=_listen_hotkeys,
    )


def _check_models(name: str) -> "CheckResult":
    from app.commands._models_check import check_models
    from model.registry import find_card
    from model.store.folder import models_folder
    from model.store.machine import read_machine

    return check_models(find_card(name), read_machine(models_folder()))


def _open_control() -> "DesktopControl":
    from multiprocessing import get_context

    from agent.cancel import StopSwitch
    from agent.control import open_control

    return open_control(StopSwitch(get_context("spawn")))


def _listen_hotkeys() -> tuple[str, ...]:
    from multiprocessing import get_context

    from agent.cancel import StopSwitch
    from agent.guard.defaults import DEFAULT_HOTKEYS
    from agent.guard.guard import Guard
    from agent.guard.messages import GuardMessage, HotkeyTaken

    messages: list[GuardMessage] = []
    guard = Guard(StopSwitch(get_context("spawn")), DEFAULT_HOTKEYS, messages.append)
    guard.start()
    guard.close()  # all that was told before has been passed on then
    return tuple(message.combination for message in messages if isinstance(message, HotkeyTaken))


def _print_row(result: "CheckResult") -> None:
    mark, colour = _MARKS[result.status]
    if sys.stdout.isatty():
        mark = f"\x1b[{colour}m{mark}\x1b[0m"
    # Names of later monitors may be longer than the column; the text then starts further right.
    print(f"{mark} {result.name:<{_NAME_WIDTH}}", end=" ")
    measured = ", ".join(f"{m.name} {m.value:.4g}{' ' if m.unit else ''}{m.unit}" for m in result.measures)
    paragraphs = [result.detail, measured, result.hint and f"→ {result.hint}"]
    lines = [line for paragraph in paragraphs for line in textwrap.wrap(paragraph, _TEXT_WIDTH)]
    print(f"\n{'':<{_NAME_WIDTH + 3}}".join(lines), flush=True)


def _to_json(results: "tuple[CheckResult, ...]", *, has_failed: bool) -> dict[str, Any]:
    return {
        "schema": _SCHEMA_VERSION,
        "ok": not has_failed,
        "checks": [
            {
                "name": result.name,
                "status": result.status.value,
                "detail": result.detail,
                "hint": result.hint,
                "measures": {m.name: {"value": m.value, "unit": m.unit} for m in result.measures},
            }
            for result in results
        ],
    }
