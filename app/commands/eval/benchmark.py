"""``foveal eval NAME``: one of the field's benchmarks, from the files as they were published."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands._errors import UsageError
from app.commands._values import list_of
from app.commands.eval._asking import ask_items, known_answers, tell_left_out
from app.commands.eval._gpus import ask_on_gpus
from app.commands.eval._options import add_models
from app.commands.eval._reports import add_report_options, check_folders, write_reports
from app.exit_status import ExitStatus

if TYPE_CHECKING:
    from model.evaluation.benchmarks.answers import ItemAnswer
    from model.evaluation.benchmarks.items import BadItem, ItemSet
    from model.evaluation.benchmarks.measure import Asking
    from model.evaluation.settings import Setting
    from model.grounder import Grounder
    from model.packing import Packing
    from model.selectors.base import Selector

NAMES = {
    "screenspot": "ScreenSpot: phones, desktops, web pages",
    "screenspot-v2": "the corrected ScreenSpot",
    "screenspot-pro": "professional programs on large screens",
    "osworld-g": "a desktop: boxes, polygons, refusals",
    "osworld-g-refined": "the same with refined instructions",
    "ui-vision": "83 desktop programs: basic, functional, spatial",
    "venusbench-gd": "97 programs on three platforms, with refusals",
    "mmbench-gui-l2": "six systems, basic and advanced",
    "ui-i2e": "explicit and implicit instructions",
    "jsonl": "rows of your own, in a file of JSON lines",
}
"""Names of ``model.evaluation.benchmarks.catalog``, which is imported only when one is asked for."""

_SELECTORS = "see the README of model/selectors; default: the model's own"


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register an action for each benchmark."""
    for name, told in NAMES.items():
        parser = actions.add_parser(
            name,
            help=told,
            description="Asks models about every item of the benchmark and prints hit@1 and its kin with 95 % "
            "intervals, in the groups of its paper. Rows that cannot be used are counted, listed and left out. "
            "Ctrl-C prints what there is so far; with --answers the same again goes on.",
        )
        what = "FILE.jsonl" if name == "jsonl" else "DIR"
        parser.add_argument(
            "--data", type=Path, required=True, metavar=what, help="the benchmark as it was published, unpacked"
        )
        _add_options(parser)
        parser.set_defaults(run=run, benchmark=name)


def _add_options(parser: argparse.ArgumentParser) -> None:
    add_models(parser)
    parser.add_argument("--selector", type=list_of(str), metavar="NAME,NAME", help=f"what chooses them ({_SELECTORS})")
    parser.add_argument("--limit", type=int, metavar="N", help="items at most, evenly spaced (default: all)")
    parser.add_argument(
        "--shard",
        type=_shard,
        default=(0, 1),
        metavar="I/N",
        help="only the I-th of N parts, for several machines; `foveal eval report` puts them together",
    )
    parser.add_argument(
        "--gpus",
        type=list_of(str),
        metavar="N,N",
        help="ask on several GPUs at once, by their numbers; wants --answers",
    )
    parser.add_argument(
        "--answers", type=Path, metavar="FILE.jsonl", help="keep every answer there; run the same again to go on"
    )
    add_report_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Ask, and report."""
    if arguments.limit is not None and arguments.limit < 1:
        raise UsageError("There must be at least one item.")
    if arguments.gpus and arguments.answers is None:
        raise UsageError("Several GPUs gather their answers in a file.", hint="Name it with --answers.")
    check_folders(arguments.answers, arguments.json, arguments.csv, arguments.html)
    from model.evaluation.benchmarks.catalog import find_benchmark

    ways = _ways(arguments)
    items = find_benchmark(arguments.benchmark).load(arguments.data)
    tell_left_out(items.left_out)
    items = items.limited(arguments.limit).shard(*arguments.shard)
    if not items.items:
        print("There are fewer pictures than parts: nothing is asked in this one.", file=sys.stderr)
    folder = arguments.data if arguments.data.is_dir() else arguments.data.parent
    answers: list[ItemAnswer] = []
    left_out: list[BadItem] = list(items.left_out)
    status = ExitStatus.DONE
    try:
        if arguments.gpus:
            ask_on_gpus(arguments.gpus, items, arguments.answers, partial(_ask_part, arguments, folder))
        _ask(
            ways,
            arguments.benchmark,
            items,
            folder=folder,
            path=arguments.answers,
            retries=not arguments.gpus,
            answers=answers,
            left_out=left_out,
        )
    except KeyboardInterrupt:
        print("\nStopped; this is what there is so far.", file=sys.stderr)
        status = ExitStatus.STOPPED
        if arguments.gpus:
            answers = _gathered(ways, arguments.benchmark, items, folder=folder, path=arguments.answers)
    except Exception:  # whatever it is: hours of answers are not lost with it
        if answers:
            write_reports(arguments, answers, list(dict.fromkeys(left_out)), folder)
        raise
    write_reports(arguments, answers, list(dict.fromkeys(left_out)), folder)
    return status


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ways:
    """How one model is asked: the selectors and packings it needs, and the settings made of them."""

    model: str
    selectors: "Sequence[Selector]"
    packings: "Sequence[Packing]"
    settings: "Sequence[Setting]"


def _ways(arguments: argparse.Namespace) -> list[_Ways]:
    """Those of every model, each once."""
    from app.commands._packings import known_packings
    from app.commands._target import known_model
    from model.evaluation.settings import settings_of

    packings = known_packings(arguments.packing)
    selectors = _known_selectors(arguments.selector)
    chosen_by = [selector.name for selector in selectors] or [""]
    return [
        _Ways(
            model=name,
            selectors=selectors,
            packings=packings,
            settings=settings_of(name, selectors=chosen_by, packings=packings, keep_fractions=arguments.keep),
        )
        for name in dict.fromkeys(known_model(name).name for name in arguments.model)
    ]


def _ask(
    all_ways: Sequence[_Ways],
    benchmark: str,
    items: "ItemSet",
    *,
    folder: Path,
    path: Path | None,
    known_from: Path | None = None,
    retries: bool = True,
    answers: "list[ItemAnswer]",
    left_out: "list[BadItem]",
) -> None:
    """Ask every model in every setting.

    Args:
        all_ways: how, a model at a time.
        benchmark: its name.
        items: what is asked.
        folder: of the benchmark.
        path: of the file with the answers; None keeps none.
        known_from: another file with answers that need not be asked again.
        retries: ask anew what a model failed on.
        answers: where answers are added.
        left_out: where items are added that turn out to be unusable.
    """
    for ways in all_ways:
        asking = _asking(benchmark, folder, ways.settings)
        with closing(_open(ways)) as grounder:
            ask_items(
                grounder,
                asking,
                items.items,
                path=path,
                known_from=known_from,
                retries=retries,
                answers=answers,
                left_out=left_out,
            )


def _gathered(
    all_ways: Sequence[_Ways], benchmark: str, items: "ItemSet", *, folder: Path, path: Path
) -> "list[ItemAnswer]":
    """What several processes had answered when they were stopped. A model is opened to tell its weights from others."""
    answers: list[ItemAnswer] = []
    for ways in all_ways:
        with closing(_open(ways)) as grounder:
            asking = _asking(benchmark, folder, ways.settings)
            answers += known_answers([path], asking, items.items, digest=grounder.info.digest).values()
    return answers


def _ask_part(arguments: argparse.Namespace, folder: Path, items: "ItemSet", part: Path) -> None:
    """What one process of several does."""
    _ask(
        _ways(arguments),
        arguments.benchmark,
        items,
        folder=folder,
        path=part,
        known_from=arguments.answers,
        answers=[],
        left_out=[],
    )


def _open(ways: _Ways) -> "Grounder":
    """Load a model. Here, not in a child: its memory is measured."""
    if ways.selectors:
        from app.commands._network import open_network
        from model.selectors.grounder import SelectedGrounder

        return SelectedGrounder(open_network(ways.model), selectors=ways.selectors, packings=ways.packings)
    from model.grounder import load_grounder

    return load_grounder(ways.model)


def _known_selectors(names: Sequence[str] | None) -> "list[Selector]":
    if not names:
        return []
    from app.commands._extras import require_extra

    require_extra("focusui")
    from model.selectors.catalog import find_selector

    return [find_selector(name) for name in names]


def _asking(benchmark: str, folder: Path, settings: "Sequence[Setting]") -> "Asking":
    """With the patch of the model as the box around a point, as in FocusUI's tables."""
    from model.evaluation.benchmarks.measure import OVERLAP_PX, Asking
    from model.registry import find_card
    from model.shape import Family

    shape = find_card(settings[0].model).shape
    is_larger = shape is not None and shape.family is Family.QWEN3_VL
    return Asking(benchmark=benchmark, folder=folder, settings=settings, overlap_px=16.0 if is_larger else OVERLAP_PX)


def _shard(text: str) -> tuple[int, int]:
    """(index from 0, number of parts)."""
    index, _, n_shards = text.partition("/")
    if not (index.isdecimal() and n_shards.isdecimal() and 1 <= int(index) <= int(n_shards)):
        raise argparse.ArgumentTypeError(f"{text} is not I/N with I from 1 to N")
    return int(index) - 1, int(n_shards)
