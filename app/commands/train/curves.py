"""``foveal train curves``: draws how the losses of a run fell."""

import argparse
from pathlib import Path

from app.exit_status import ExitStatus


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser("curves", help="draw the losses of a run")
    parser.add_argument("run_folder", metavar="RUN", type=Path, help="folder of a run")
    parser.add_argument("picture", metavar="PICTURE", type=Path, help="file to write, .png")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Draw them."""
    from model.training.nano.curves import draw_curves

    n_panels = draw_curves(arguments.run_folder, arguments.picture)
    print(f"{n_panels} losses on {arguments.picture}")
    return ExitStatus.DONE
