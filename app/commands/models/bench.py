"""``foveal models bench``: how long FocusUI takes on this machine, and the ways that compete."""

import argparse
import json
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands._errors import UsageError
from app.commands._extras import require_extra
from app.exit_status import ExitStatus

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SHAPES = ("tiny", "2b", "3b", "4b", "7b")
_DTYPES = ("bfloat16", "float16", "float32")
_SIZES = "1920x1080,2560x1440,3840x2160"


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "bench",
        help="measure FocusUI stage by stage on this machine",
        description="Builds a model of the true shape with random weights (or loads one) and measures, in turns: ours "
        "per keep fraction, the whole picture kept in the decoder, and a run in the authors' style. Times are medians "
        "in milliseconds.",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--shape", choices=_SHAPES, help="shape of the model (default: 2b, without a GPU tiny)")
    what.add_argument("--model", type=Path, metavar="DIR", help="a checkpoint instead")
    parser.add_argument("--keep", default="1.0,0.5,0.3", metavar="F,F", help="keep fractions (default: %(default)s)")
    parser.add_argument(
        "--size", default=_SIZES, metavar="WxH,WxH", help="sizes of drawn screens (default: %(default)s)"
    )
    parser.add_argument(
        "--screen", type=Path, action="append", metavar="PNG", help="a picture instead; may be repeated"
    )
    parser.add_argument("--device", help="cpu, cuda:0 … (default: the GPU if there is one)")
    parser.add_argument("--dtype", choices=_DTYPES, help="of the weights (default: bfloat16 on a GPU, else float32)")
    parser.add_argument("--repeats", type=int, default=7, metavar="N", help="rounds that count (default: %(default)s)")
    parser.add_argument("--compile", action="store_true", help="run our layers through torch.compile")
    parser.add_argument("--skip-flat", action="store_true", help="also leave flat parts out of the vision tower")
    parser.add_argument(
        "--flat-cells", type=int, default=64, metavar="N", help="a part of so many cells is flat (default: %(default)s)"
    )
    parser.add_argument("--remember", action="store_true", help="use the faster way from now on, per keep fraction")
    parser.add_argument("--json", type=Path, metavar="OUT", help="also write the rows as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure and print a block per size."""
    require_extra("focusui")
    keep_fractions = _fractions(arguments.keep)
    if arguments.repeats < 1:
        raise UsageError("There must be at least one round.")
    if arguments.flat_cells < 2:
        raise UsageError("A flat part has at least two cells.")
    pictures = _pictures(arguments)
    from model.focusui.bench.report import to_json
    from model.focusui.bench.run import BenchOptions, run_bench
    from model.focusui.flat_skip import FlatSkip

    options = BenchOptions(
        shape=arguments.shape,
        folder=arguments.model,
        pictures=pictures,
        keep_fractions=keep_fractions,
        device=arguments.device,
        dtype=arguments.dtype,
        n_repeats=arguments.repeats,
        is_compiled=arguments.compile,
        flat_skip=FlatSkip(min_cells=arguments.flat_cells) if arguments.skip_flat else None,
        is_remembered=arguments.remember,
    )
    result = run_bench(options, partial(print, flush=True))
    if result.flat_skip_shift_cells is not None:
        print(f"without flat parts the point moves by {result.flat_skip_shift_cells:.2f} cells on average")
    if all(row.peak_bytes is None for row in result.rows):
        print("memory: not measured on a CPU")
    if arguments.json is not None:
        arguments.json.write_text(
            json.dumps({"model": result.model, "key": result.key, "rows": to_json(result.rows)}, indent=1),
            encoding="utf-8",
        )
    return ExitStatus.DONE


def _fractions(text: str) -> tuple[float, ...]:
    try:
        fractions = tuple(float(part) for part in text.split(","))
    except ValueError as exc:
        raise UsageError(f'"{text}" is no list of keep fractions.', hint="Write for instance --keep 1.0,0.3") from exc
    if not all(0.0 < fraction <= 1.0 for fraction in fractions):
        raise UsageError("A keep fraction is above 0 and at most 1.")
    return fractions


def _pictures(arguments: argparse.Namespace) -> "list[NDArray[np.uint8]]":
    from model.focusui.bench.screens import draw_screen
    from model.pictures import load_picture

    if arguments.screen:
        return [load_picture(path) for path in arguments.screen]
    sizes = []
    for part in arguments.size.split(","):
        match = re.fullmatch(r"([1-9]\d{1,4})x([1-9]\d{1,4})", part.strip())
        if match is None:
            raise UsageError(f'"{part}" is no size of a picture.', hint="Write for instance --size 1920x1080")
        sizes.append((int(match[1]), int(match[2])))
    return [draw_screen(width_px, height_px) for width_px, height_px in sizes]
