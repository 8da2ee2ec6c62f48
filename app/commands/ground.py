"""``foveal ground``: where on a picture or on the screen is what an instruction means? Nothing is clicked."""

import argparse
import json
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands._errors import UsageError
from app.commands._target import add_target_options, load_model, load_target
from app.exit_status import ExitStatus

if TYPE_CHECKING:
    from model.grounder import Candidate, Grounding

_USAGE_HINT = 'Write `foveal ground IMAGE "instruction"`, or `screen` as IMAGE; `foveal ground --help` tells more.'


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "ground",
        help="find what an instruction means, without clicking",
        description="Finds what an instruction means on a picture or on the screen. Nothing is clicked. "
        "Exit status 3 if it is not there. "
        'With --batch, a line that cannot be answered gets an "error" and the rest goes on; the exit status is 0 '
        "once every line has its answer or its error.",
    )
    parser.add_argument("image", nargs="?", metavar="IMAGE", help="a picture file, or `screen`")
    parser.add_argument("instruction", nargs="?", metavar="INSTRUCTION", help='for instance "Save"')
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--heatmap", type=Path, metavar="OUT.png", help="write the picture with the heatmap over it")
    parser.add_argument(
        "--keep", type=_keep_fraction, metavar="FRACTION", help="share of patches to keep, above 0 and at most 1"
    )
    parser.add_argument(
        "--batch", type=Path, metavar="IN.jsonl", help='answer many: lines {"id", "image", "instruction"}'
    )
    parser.add_argument(
        "--out", type=Path, metavar="OUT.jsonl", help="with --batch: where the answers go; run again to go on"
    )
    add_target_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Ground one instruction, or a file of them."""
    if arguments.batch is not None or arguments.out is not None:
        return _run_batch(arguments)
    if arguments.image is None or arguments.instruction is None:
        missing = "picture" if arguments.image is None else "instruction"
        raise UsageError(f"The {missing} is missing.", hint=_USAGE_HINT)
    if arguments.heatmap is not None and not arguments.heatmap.parent.is_dir():
        raise UsageError(f"There is no folder {arguments.heatmap.parent} for the heatmap.", hint="Create it first.")
    grounding = _ground(arguments)
    print(json.dumps(grounding.to_json()) if arguments.json else _in_words(grounding, arguments.heatmap))
    return ExitStatus.NOT_FOUND if grounding.is_rejected else ExitStatus.DONE


def _ground(arguments: argparse.Namespace) -> "Grounding":
    from model.instruction import check_instruction

    instruction = check_instruction(arguments.instruction)
    target = load_target(arguments.image, arguments.monitor)
    with closing(load_model(arguments.model)) as grounder:
        grounding = grounder.find(grounder.look(target.pixels), instruction, keep_fraction=arguments.keep)
    grounding = replace(grounding, timings=replace(grounding.timings, capture=target.capture_ms))
    if grounding.note:
        print(grounding.note, file=sys.stderr)
    if arguments.heatmap is not None:
        from app.heatmap import save_heatmap

        try:
            save_heatmap(arguments.heatmap, target.pixels, grounding)
        except OSError as exc:
            raise UsageError(
                f"The heatmap could not be written to {arguments.heatmap}: {exc.strerror or exc}.",
                hint="Name a file in a folder that you may write to.",
            ) from exc
    return grounding


def _in_words(grounding: "Grounding", heatmap: Path | None) -> str:
    """One or two lines for a person."""
    if grounding.point is None:
        nearest = "; ".join(_named(candidate) for candidate in grounding.candidates)
        lines = [f'Not found: "{grounding.instruction}".', f"Nearest: {nearest}." if nearest else ""]
    else:
        label = grounding.candidates[0].label if grounding.candidates else None
        x, y = grounding.point
        lines = [
            f"Found {_quoted(label)}at {x:.0f}, {y:.0f} ({grounding.score:.0%} sure).",
            f"Looked closely at {grounding.n_kept / grounding.grid.n_cells:.0%} of the picture, "
            f"in {grounding.timings.total:.0f} ms.",
        ]
    if heatmap is not None:
        lines[-1] += f" Heatmap: {heatmap}"
    return "\n".join(line.strip() for line in lines if line)


def _named(candidate: "Candidate") -> str:
    return f"{_quoted(candidate.label)}at {candidate.x:.0f}, {candidate.y:.0f}"


def _quoted(label: str | None) -> str:
    return f'"{label}" ' if label else ""


def _run_batch(arguments: argparse.Namespace) -> int:
    if arguments.batch is None or arguments.out is None:
        raise UsageError(
            "--batch and --out belong together.", hint="Write `foveal ground --batch in.jsonl --out out.jsonl`."
        )
    single = {"IMAGE": arguments.image, "--json": arguments.json, "--heatmap": arguments.heatmap}
    single |= {"--monitor": arguments.monitor}
    if clashing := [name for name, value in single.items() if value is not None and value is not False]:
        raise UsageError(f"{', '.join(clashing)} cannot be combined with --batch.", hint="The lines name the pictures.")

    from app.commands._batch import run_batch

    summary = run_batch(
        arguments.batch,
        arguments.out,
        open_grounder=lambda: load_model(arguments.model),
        keep_fraction=arguments.keep,
        on_progress=_show_progress if sys.stderr.isatty() else None,
    )
    print(
        f"{summary.n_answered} answered, {summary.n_failed} with an error, {summary.n_skipped} already there.",
        file=sys.stderr,
    )
    return ExitStatus.DONE


def _show_progress(n_done: int, n_total: int) -> None:
    print(f"\r{n_done} of {n_total}", end="\n" if n_done == n_total else "", file=sys.stderr, flush=True)


def _keep_fraction(text: str) -> float:
    """A share of the patches; for argparse, which turns the errors into wrong usage."""
    try:
        value = float(text)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(f"{text} is not a number") from exc
    if not 0.0 < value <= 1.0:
        raise argparse.ArgumentTypeError(f"{text} is not above 0 and at most 1")
    return value
