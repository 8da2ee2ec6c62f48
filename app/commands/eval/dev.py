"""``foveal eval dev``: grounding on screens of programs that training never sees."""

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands._errors import UsageError
from app.commands.eval._kept import still_true
from app.commands.eval._options import add_models
from app.commands.eval._reports import check_folders
from app.exit_status import ExitStatus

if TYPE_CHECKING:
    from model.evaluation.development.answers import Answer
    from model.evaluation.development.questions import DevelopmentSet
    from model.evaluation.settings import Setting


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "dev",
        help="on the development set: screens of programs that training never sees",
        description="Makes instructions about collected screens of programs that are kept for development, asks each "
        "model, and prints how often it points into a right element, by kind of element, source of the instruction, "
        "origin and size of the screen; and how often it refuses what is not there. Screens for training are left "
        "alone. Ctrl-C prints what there is so far.",
    )
    parser.add_argument(
        "--data", type=Path, nargs="+", required=True, metavar="FOLDER", help="folders that `foveal collect` filled"
    )
    add_models(parser)
    parser.add_argument("--n-screens", type=int, metavar="N", help="how many screens at most (default: all)")
    parser.add_argument(
        "--limit", type=int, default=16, metavar="N", help="instructions about each screen at most (default: 16)"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of screens and instructions (default: 0)")
    parser.add_argument(
        "--answers", type=Path, metavar="FILE.jsonl", help="keep every answer there; run the same again to go on"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the table as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure and print the table."""
    if arguments.limit < 1 or (arguments.n_screens is not None and arguments.n_screens < 1):
        raise UsageError("There must be at least one screen and one instruction.")
    check_folders(arguments.answers, arguments.json)
    from app.commands._packings import known_packings
    from app.commands._target import known_model
    from model.evaluation.development.questions import draw_development_set
    from model.evaluation.development.report import text_table, to_json
    from model.evaluation.development.summary import summarise
    from model.evaluation.settings import settings_of

    packings = known_packings(arguments.packing)
    names = dict.fromkeys(known_model(name).name for name in arguments.model)
    development = draw_development_set(
        arguments.data, seed=arguments.seed, n_screens=arguments.n_screens, n_each=arguments.limit
    )
    _tell(development)
    answers: list[Answer] = []
    status = ExitStatus.DONE
    try:
        for name in names:
            settings = settings_of(name, packings=packings, keep_fractions=arguments.keep)
            _measure(name, settings, development, arguments.answers, answers)
    except KeyboardInterrupt:
        status = ExitStatus.STOPPED
        print("\nStopped; this is what there is so far.", file=sys.stderr)
    summaries = summarise(answers)
    if summaries:
        print(text_table(summaries))
    if arguments.json is not None:
        told = to_json(summaries) | {"seed": arguments.seed, "n_screens": len({answer.picture for answer in answers})}
        arguments.json.write_text(json.dumps(told, indent=1), encoding="utf-8")
    return status


def _tell(development: "DevelopmentSet") -> None:
    n_questions = sum(len(asked.questions) for asked in development.screens)
    programs = {asked.screen.program for asked in development.screens}
    print(
        f"{n_questions} instructions about {len(development.screens)} screens of {len(programs)} programs and pages; "
        f"{development.n_training} screens for training are left alone.",
        file=sys.stderr,
    )


def _measure(
    name: str, settings: "Sequence[Setting]", development: "DevelopmentSet", path: Path | None, answers: "list[Answer]"
) -> None:
    """Add a model's answers to those that there are; what the file holds already is not asked again."""
    from app.commands._target import load_model
    from model.evaluation.development.answers import append_answer, read_answers
    from model.evaluation.development.measure import is_about, measure

    screen_of = {
        (setting, asked.name, question.text): asked
        for setting in settings
        for asked in development.screens
        for question in asked.questions
    }
    kept = [] if path is None or not path.is_file() else [a for a in read_answers(path) if a.key in screen_of]
    with closing(load_model(name)) as grounder:
        true = still_true(kept, is_about=lambda a: is_about(a, screen_of[a.key]), digest=grounder.info.digest)
        answers += true
        known = {answer.key for answer in true}
        if screen_of.keys() <= known:
            return
        for n_done, asked in enumerate(development.screens, start=1):
            for answer in measure(grounder, settings, asked, known):
                answers.append(answer)
                if path is not None:
                    append_answer(path, answer)
            print(f"{name}: {n_done} of {len(development.screens)} screens", file=sys.stderr, flush=True)
