"""``foveal demo``: shows the whole chain on a virtual screen, for machines without a display."""

import argparse
from pathlib import Path

from app.commands._errors import UsageError
from app.exit_status import ExitStatus


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "demo",
        help="show the whole chain on a virtual screen",
        description="Brings up a virtual screen, opens a text editor, types a task into the command bar and leaves a "
        "picture of every step, the run log and the file that the editor saved.",
    )
    parser.add_argument("--out", type=Path, default=Path("out/demo"), metavar="DIR", help="default: out/demo")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run it; fails if the editor did not save the file."""
    from app.demo import run_demo

    try:
        arguments.out.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise UsageError(
            f"{arguments.out} cannot be made: {exc.strerror}.", hint="Name a folder that you may write to after --out."
        ) from exc
    report = run_demo(arguments.out)
    print(f"On a virtual screen, Foveal was asked: {report.command}")
    for line in report.lines:
        print(f"  {line}")
    print(f"Pictures, run log and the saved file: {arguments.out}/")
    if report.saved is None:
        print("The editor did not save the file.")
        return ExitStatus.FAILED
    print(f'The editor saved {report.saved.name}: "{report.saved.read_text().strip()}"')
    return ExitStatus.DONE
