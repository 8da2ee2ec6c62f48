"""``foveal train export``: writes what the program loads."""

import argparse
from pathlib import Path

from app.exit_status import ExitStatus


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "export",
        help="write the graphs of a trained run",
        description="Writes encoder, heads, scorer and pointer of a run as ONNX graphs, the encoder in 8 bits if "
        "screens are named to calibrate it with.",
    )
    parser.add_argument("run_folder", metavar="RUN", type=Path, help="folder of a run")
    parser.add_argument("out", metavar="OUT", type=Path, help="folder of the graphs")
    parser.add_argument("--calibrate", metavar="FOLDER", type=Path, nargs="+", default=[], help="collected screens")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Export what the run has."""
    from model.training.nano.exporting import export_run

    files = export_run(arguments.run_folder, arguments.out, calibration=tuple(arguments.calibrate))
    for file in files:
        print(f"{file.stat().st_size / 1e6:7.2f} MB  {file}")
    return ExitStatus.DONE
