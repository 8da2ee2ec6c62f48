"""``foveal models verify``: compares our FocusUI with numbers recorded from the authors' code."""

import argparse
import json
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands._extras import require_extra
from app.exit_status import ExitStatus

if TYPE_CHECKING:
    from model.evaluation.comparison import Comparison


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "verify",
        help="compare FocusUI with recorded numbers",
        description="Runs every case of a folder of recorded numbers and prints the largest error of each quantity. "
        "Exit status 1 if one is beyond its tolerance.",
    )
    parser.add_argument("folder", metavar="DIR", type=Path, help="holds a folder per variant: checkpoint, cases.json …")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print a table per variant."""
    require_extra("focusui")
    from model.evaluation.comparison import worst_of
    from model.evaluation.reference import read_reference
    from model.evaluation.verify import verify_variant
    from model.evaluation.verify_training import verify_training

    rows = [
        row
        for variant in read_reference(arguments.folder)
        for row in worst_of(chain(verify_variant(variant), verify_training(variant)))
    ]
    if arguments.json:
        print(json.dumps([_to_json(row) for row in rows]))
    else:
        _print_tables(rows)
    return ExitStatus.DONE if all(row.is_within for row in rows) else ExitStatus.FAILED


def _print_tables(rows: "list[Comparison]") -> None:
    variant = None
    for row in rows:
        if row.variant != variant:
            variant = row.variant
            print(f"{variant}\n  {'quantity':<44} {'largest error':>13} {'allowed':>8}  in")
        error = "equal" if row.error == 0 else f"{row.error:.1e}"
        allowed = "none" if row.tolerance == 0 else f"{row.tolerance:.0e}"
        print(f"  {row.quantity:<44} {error:>13} {allowed:>8}  {row.case}{'' if row.is_within else '  BEYOND'}")
    n_beyond = sum(not row.is_within for row in rows)
    print(f"{len(rows)} quantities, {n_beyond} beyond their tolerance" if n_beyond else f"{len(rows)} quantities agree")


def _to_json(row: "Comparison") -> dict[str, str | float | bool]:
    return {
        "variant": row.variant,
        "quantity": row.quantity,
        "case": row.case,
        "error": row.error,
        "tolerance": row.tolerance,
        "is_within": row.is_within,
    }
