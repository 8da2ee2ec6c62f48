"""``foveal ground``: where on a picture or on the screen is what an instruction means? Nothing is clicked."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands._errors import UsageError
from app.commands._target import add_target_options, load_model, load_target
from app.commands._values import keep_fraction
from app.exit_status import ExitStatus

if TYPE_CHECKING:
    from model.grounder import Candidate, Grounder, Grounding, WordScore
    from model.patches import PatchGrid
    from model.refine.explain import PointExplanation

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
        "--words",
        type=Path,
        metavar="OUT.png",
        help="write the picture with a small heatmap for each word of the instruction (models with a patch scorer)",
    )
    parser.add_argument(
        "--keep", type=keep_fraction, metavar="FRACTION", help="share of patches to keep, above 0 and at most 1"
    )
    parser.add_argument(
        "--refine", action="store_true", help="look again where the answer is doubtful: closer, at more, in other words"
    )
    parser.add_argument("--why", type=_point, metavar="X,Y", help="tell why the answer is, or is not, at this point")
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
    _check_folder(arguments.heatmap, "heatmap")
    _check_folder(arguments.words, "picture of the words")
    grounding, words = _ground(arguments)
    why = _explained(grounding, arguments.why)
    if arguments.json:
        by_word = {} if arguments.words is None else {"words": [_word_json(word, grounding.grid) for word in words]}
        print(json.dumps(grounding.to_json() | by_word | ({} if why is None else {"why": why.to_json()})))
    else:
        said = _in_words(grounding, heatmap=arguments.heatmap, words=arguments.words)
        print("\n".join([said, *([] if why is None else [why.sentence])]))
    return ExitStatus.NOT_FOUND if grounding.is_rejected else ExitStatus.DONE


def _ground(arguments: argparse.Namespace) -> "tuple[Grounding, tuple[WordScore, ...]]":
    """The answer and, if they are wanted, the words."""
    from model.grounder import score_words
    from model.instruction import check_instruction

    instruction = check_instruction(arguments.instruction)
    target = load_target(arguments.image, arguments.monitor)
    if arguments.why is not None:
        from model.refine.explain import check_point

        height_px, width_px, _ = target.pixels.shape
        check_point(*arguments.why, width_px=width_px, height_px=height_px)
    with closing(_load(arguments)) as grounder:
        look = grounder.look(target.pixels)
        words = () if arguments.words is None else score_words(grounder, look, instruction)
        grounding = grounder.find(look, instruction, keep_fraction=arguments.keep)
    grounding = replace(grounding, timings=replace(grounding.timings, capture=target.capture_ms))
    if grounding.note:
        print(grounding.note, file=sys.stderr)
    if arguments.heatmap is not None:
        from app.heatmap import save_heatmap

        with _told_if_not_written(arguments.heatmap, "heatmap"):
            save_heatmap(arguments.heatmap, target.pixels, grounding)
    if arguments.words is not None:
        from app.word_panels import save_word_panels

        with _told_if_not_written(arguments.words, "picture of the words"):
            save_word_panels(arguments.words, target.pixels, grounding, words)
    return grounding, words


def _load(arguments: argparse.Namespace) -> "Grounder":
    grounder = load_model(arguments.model)
    if not arguments.refine:
        return grounder
    from model.refine.grounder import refined

    return refined(grounder)


def _explained(grounding: "Grounding", point: tuple[float, float] | None) -> "PointExplanation | None":
    if point is None:
        return None
    from model.refine.explain import explain_point

    return explain_point(grounding, *point)


def _check_folder(path: Path | None, name: str) -> None:
    if path is not None and not path.parent.is_dir():
        raise UsageError(f"There is no folder {path.parent} for the {name}.", hint="Create it first.")


@contextmanager
def _told_if_not_written(path: Path, name: str) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise UsageError(
            f"The {name} could not be written to {path}: {exc.strerror or exc}.",
            hint="Name a file in a folder that you may write to.",
        ) from exc


def _word_json(word: "WordScore", grid: "PatchGrid") -> dict[str, Any]:
    """A word, its weight, and the middle of the cell that it lights most."""
    row, col = grid.cell_of(int(word.scores.argmax()))
    x, y = grid.center_px(row, col)
    return {"word": word.word, "share": word.share, "x": x, "y": y, "score": float(word.scores[row, col])}


def _in_words(grounding: "Grounding", *, heatmap: Path | None, words: Path | None) -> str:
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
    if grounding.refinement is not None:
        looks = grounding.refinement.lines()
        lines += [f"Looked again, {look}." for look in looks] or ["There was no reason to look again."]
    if heatmap is not None:
        lines[-1] += f" Heatmap: {heatmap}"
    if words is not None:
        lines[-1] += f" Words: {words}"
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
    single |= {"--words": arguments.words, "--monitor": arguments.monitor, "--why": arguments.why}
    if clashing := [name for name, value in single.items() if value is not None and value is not False]:
        raise UsageError(f"{', '.join(clashing)} cannot be combined with --batch.", hint="The lines name the pictures.")

    from app.commands._batch import run_batch

    summary = run_batch(
        arguments.batch,
        arguments.out,
        open_grounder=lambda: _load(arguments),
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


def _point(text: str) -> tuple[float, float]:
    """Two numbers; for argparse, which turns the errors into wrong usage."""
    try:
        x_px, y_px = map(float, text.split(","))
    except ValueError as exc:
        raise argparse.ArgumentTypeError(f"{text} is not a point; write it as 120,45") from exc
    return x_px, y_px
