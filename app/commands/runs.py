"""``foveal runs``: the logs of earlier runs, and whether they are what was written."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.exit_status import ExitStatus

if TYPE_CHECKING:
    from agent.run_log.reader import RecordedRun
    from agent.run_log.record import Record
    from agent.run_log.verify import VerifyReport


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "runs",
        help="show and check the logs of earlier runs",
        description="Shows and checks the logs of earlier runs: what was seen, decided and done.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="all runs, newest first")
    listing.set_defaults(run=run_list)
    show = actions.add_parser("show", help="what happened in a run")
    show.add_argument("run_name", metavar="RUN", help="name of a run, or its beginning or end; or a folder")
    show.set_defaults(run=run_show)
    verify = actions.add_parser("verify", help="check that logs and pictures are what was written")
    verify.add_argument("run_name", metavar="RUN", nargs="?", help="one run or its folder; without it, all are checked")
    verify.set_defaults(run=run_verify)
    for action in (listing, show, verify):
        action.add_argument("--folder", type=Path, help="where the runs are kept, if not in the usual place")
        action.add_argument("--json", action="store_true", help="print JSON")


def run_list(arguments: argparse.Namespace) -> int:
    """One line per run."""
    from agent.run_log.reader import list_runs

    runs = list_runs(_folder(arguments))
    if arguments.json:
        print(json.dumps([_summary(run) for run in runs], ensure_ascii=False))
        return ExitStatus.DONE
    if not runs:
        print(f"No runs in {_folder(arguments)} yet.", file=sys.stderr)
    for run in runs:
        print(f"{run.run_id}  {run.status:<10}  {run.command}")
    return ExitStatus.DONE


def run_show(arguments: argparse.Namespace) -> int:
    """All records of a run."""
    from agent.run_log.reader import read_run

    run = read_run(_find(arguments))
    if arguments.json:
        print(json.dumps(_summary(run) | {"records": [_fields(record) for record in run.records]}, ensure_ascii=False))
        return ExitStatus.DONE
    print(f"{run.folder}\n{run.status}: {run.command}")
    for record in run.records:
        print(f"{record.t_s:8.2f} s  {record.event:<14} {_brief(record)}")
    return ExitStatus.DONE


def run_verify(arguments: argparse.Namespace) -> int:
    """Check one run or all; fails if anything was changed."""
    from agent.run_log.reader import list_runs
    from agent.run_log.verify import verify_run

    if arguments.run_name is None:
        folders = [run.folder for run in list_runs(_folder(arguments))]
        if not folders:
            print(f"No runs in {_folder(arguments)} yet.", file=sys.stderr)
    else:
        folders = [_find(arguments)]
    reports = [verify_run(folder) for folder in folders]
    if arguments.json:
        print(json.dumps([_report(report) for report in reports], ensure_ascii=False))
    else:
        for report in reports:
            print("\n".join(_lines(report)))
    return ExitStatus.DONE if all(report.is_intact for report in reports) else ExitStatus.FAILED


def _folder(arguments: argparse.Namespace) -> Path:
    from agent.run_log import default_folder

    return Path(arguments.folder or default_folder())


def _find(arguments: argparse.Namespace) -> Path:
    from agent.run_log.reader import find_run

    return find_run(_folder(arguments), arguments.run_name)


def _summary(run: "RecordedRun") -> dict[str, Any]:
    return {"run_id": run.run_id, "folder": str(run.folder), "command": run.command, "status": run.status}


def _fields(record: "Record") -> dict[str, Any]:
    return {"seq": record.seq, "t_s": record.t_s, "event": record.event, "data": record.data}


def _brief(record: "Record") -> str:
    """The plain values of a record; the rest is for ``--json``."""
    data = dict(record.data)
    for name in ("step", "action"):
        if isinstance(data.get(name), dict):
            data[name] = data[name].get("kind", "")
    shown = (f"{name}={value}" for name, value in data.items() if isinstance(value, str | int | float) and value != "")
    return " ".join(shown)


def _report(report: "VerifyReport") -> dict[str, Any]:
    return {
        "run_id": report.run_id,
        "is_intact": report.is_intact,
        "n_records": report.n_records,
        "n_frames": report.n_frames,
        "problems": list(report.problems),
        "notes": list(report.notes),
    }


def _lines(report: "VerifyReport") -> list[str]:
    verdict = "intact" if report.is_intact else "CHANGED"
    head = f"{report.run_id}  {verdict}  {report.n_records} records, {report.n_frames} pictures"
    return [head, *(f"  problem: {text}" for text in report.problems), *(f"  note: {text}" for text in report.notes)]
