"""A whole benchmark: a model, pictures, and everything that competes on them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from model.errors import InputError
from model.focusui.bench.contenders import contenders
from model.focusui.bench.harm import flat_skip_shift
from model.focusui.bench.measure import Row, find_times, measure
from model.focusui.bench.report import table
from model.focusui.bench.subject import Subject, prepare_screen, subject_of_checkpoint, subject_of_shape
from model.focusui.flat_skip import FlatSkip
from model.focusui.kernels import compiled_kernels
from model.focusui.runtime import speed_key
from model.focusui.shapes import Shape
from model.focusui.strategy import FindTimesFile


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BenchOptions:
    """What to measure.

    Attributes:
        shape: of a model of random weights; not read if there is a folder. None: 2b on a GPU, tiny on a CPU, where true
            shapes take minutes per pass.
        folder: a checkpoint; None for random weights.
        pictures: [height, width, 3] uint8 each.
        keep_fractions: shares of visual tokens.
        device: "cpu", "cuda:0" …; None takes the GPU if there is one.
        dtype: of the weights; None takes bfloat16 on a GPU and float32 on a CPU.
        n_repeats: rounds that count.
        is_compiled: run our layers through ``torch.compile``.
        flat_skip: what to leave out of the vision tower, in rows of their own; None leaves those rows away.
        is_remembered: whether the faster way is taken from now on.
    """

    shape: str | None
    folder: Path | None
    pictures: Sequence[NDArray[np.uint8]]
    keep_fractions: tuple[float, ...]
    device: str | None
    dtype: str | None
    n_repeats: int
    is_compiled: bool
    flat_skip: FlatSkip | None
    is_remembered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchResult:
    """What was measured.

    Attributes:
        model: what it was measured with.
        key: shape, dtype and device.
        rows: all contenders on all pictures.
        flat_skip_shift_cells: how far points move without flat parts; None for random weights, or if nothing was left
            out.
    """

    model: str
    key: str
    rows: tuple[Row, ...]
    flat_skip_shift_cells: float | None


def run_bench(options: BenchOptions, show: Callable[[str], None]) -> BenchResult:
    """Measure and show the table of each picture as soon as it is there.

    Raises:
        InputError: there is no such device, or the checkpoint lacks a head.
        ModelLoadError: the checkpoint cannot be loaded.
    """
    subject = _subject(options)
    if options.is_compiled:
        subject.network.kernels = compiled_kernels()
    key = speed_key(subject.network)
    show(f"{subject.name}: {key}; {options.n_repeats} rounds{', compiled' if options.is_compiled else ''}")
    rows: list[Row] = []
    for picture in options.pictures:
        screen = prepare_screen(subject, picture)
        ways = contenders(subject, screen, options.keep_fractions, options.flat_skip)
        measured = measure(subject, screen, ways, n_repeats=options.n_repeats)
        show("\n".join(table(measured)))
        rows += measured
        times = find_times(measured)
        if options.is_remembered and times is not None:
            FindTimesFile().write(key, times)
    shift = None
    if options.flat_skip is not None and subject.checkpoint is not None:
        shift = flat_skip_shift(subject, options.flat_skip, options.pictures)
    return BenchResult(model=subject.name, key=key, rows=tuple(rows), flat_skip_shift_cells=shift)


def _subject(options: BenchOptions) -> Subject:
    device = _device(options.device)
    dtype = getattr(torch, options.dtype or ("bfloat16" if device.type == "cuda" else "float32"))
    if options.folder is None:
        usual = Shape.B2 if device.type == "cuda" else Shape.TINY
        shape = usual if options.shape is None else Shape(options.shape)
        return subject_of_shape(shape, device=device, dtype=dtype)
    subject = subject_of_checkpoint(options.folder, device=device, dtype=dtype)
    if not (subject.network.options.has_patch_scorer and subject.network.options.has_pointer_head):
        raise InputError(
            f"{options.folder} has not both a patch scorer and a pointer head.",
            hint="--shape measures the speed of any FocusUI model without its weights.",
        )
    return subject


def _device(name: str | None) -> torch.device:
    try:
        device = torch.device(name or ("cuda:0" if torch.cuda.is_available() else "cpu"))
    except RuntimeError as exc:
        raise InputError(f'There is no device "{name}".', hint="Write cpu or cuda:0.") from exc
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise InputError(f'There is no device "{name}" here.', hint="cpu always works.")
    return device
