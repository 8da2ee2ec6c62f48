"""``foveal train verdict``: fits how sure the embedded model's answers are, and what it refuses."""

import argparse
import sys
from pathlib import Path

from app.commands._errors import UsageError
from app.exit_status import ExitStatus


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "verdict",
        help="fit how sure its answers are",
        description="Asks an exported model about screens that are kept for development, fits the chance that an "
        "answer is right and the chance below which it is refused on half of the programs, writes both beside the "
        "graphs, and says how they do on the other half.",
    )
    parser.add_argument("out", metavar="OUT", type=Path, help="folder of the graphs: train export")
    parser.add_argument("--data", metavar="FOLDER", type=Path, nargs="+", required=True, help="collected screens")
    parser.add_argument("--n-screens", metavar="N", type=int, help="how many screens at most (default: all)")
    parser.add_argument("--limit", metavar="N", type=int, default=16, help="instructions about each screen (16)")
    parser.add_argument(
        "--false-refusals", metavar="F", type=float, default=0.05, help="share of right answers to refuse (0.05)"
    )
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="of screens and instructions (0)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Fit, write, and say how it does."""
    if not 0 <= arguments.false_refusals < 1:
        raise UsageError("The share of right answers to refuse is at least 0 and below 1.")
    from model.errors import InputError
    from model.evaluation.development.questions import draw_development_set
    from model.nano.files import VERDICT
    from model.training.nano.verdict_fit import answers_by_half, fit_verdict, report_on

    development = draw_development_set(
        arguments.data, seed=arguments.seed, n_screens=arguments.n_screens, n_each=arguments.limit
    )
    known, other = answers_by_half(arguments.out, development, on_progress=lambda told: print(told, file=sys.stderr))
    try:
        verdict = fit_verdict(known, false_refusal_rate=arguments.false_refusals)
    except ValueError as exc:
        raise InputError(
            "There are not both right and wrong answers on the half to fit on.", hint="Name more screens."
        ) from exc
    verdict.save(arguments.out / VERDICT)
    for name, answers in (("fitted on", known), ("held out", other)):
        told = report_on(verdict, answers)
        print(
            f"{name:9} {told.n:5} answers: found {told.right:.1%} of what is there (the pointer alone: "
            f"{told.right_before:.1%}), refused {told.absent_refused:.1%} of what is absent, "
            f"{told.right_refused:.1%} of right and {told.wrong_refused:.1%} of wrong answers; "
            f"calibration error {told.calibration_error:.3f}"
        )
    return ExitStatus.DONE
