"""Runs all contenders in turns, so that a busy moment of the machine hits all alike, and sums up."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

import torch

from model.focusui.bench.contenders import Contender, Pass, Stage, Way
from model.focusui.bench.stopwatch import stopwatch_for
from model.focusui.bench.subject import Screen, Subject
from model.focusui.flops import Flops, decoder_flops, encoder_flops, pointer_flops, scorer_flops
from model.focusui.strategy import FindTimes

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one contender took on one screen.

    Attributes:
        size: width and height of the picture.
        way: how.
        keep_fraction: asked for.
        n_kept: visual tokens in the decoder; 0 if it did not fit into memory.
        n_packed: tokens in the decoder, text and drop markers among them.
        n_visual: of the picture.
        n_seen: of those the vision tower was shown.
        stage_ms: medians by stage, of a new screen and an instruction; empty if it did not fit.
        first_ms: median of their sum.
        second_ms: median for another instruction on the same screen.
        peak_bytes: largest memory of the GPU in use, weights included; None on a CPU.
        flops: of the first pass, by calculation; None if it did not fit into memory.
    """

    size: str
    way: Way
    keep_fraction: float
    n_kept: int
    n_packed: int
    n_visual: int
    n_seen: int
    stage_ms: dict[str, float]
    first_ms: float
    second_ms: float
    peak_bytes: int | None
    flops: Flops | None


@dataclass(slots=True, kw_only=True)
class _Tally:
    """What is gathered of one contender while it runs."""

    passes: list[Pass] = field(default_factory=list)
    peak_bytes: int = 0
    is_out_of_memory: bool = False


def measure(
    subject: Subject, screen: Screen, ways: Sequence[Contender], *, n_repeats: int, n_warm_up: int = 1
) -> tuple[Row, ...]:
    """Run every contender ``n_repeats`` times, one after the other in each round.

    What does not fit into memory is marked and left out of later rounds.

    Args:
        subject: the model.
        screen: the picture.
        ways: who competes on it.
        n_repeats: rounds that count.
        n_warm_up: rounds before.
    """
    device = subject.network.device
    watch = stopwatch_for(device)
    tallies = [_Tally() for _ in ways]
    for round_idx in range(n_warm_up + n_repeats):
        for way, tally in zip(ways, tallies, strict=True):
            if tally.is_out_of_memory:
                continue
            if device.type == "cuda":
                torch.cuda.reset_peak_memory_stats(device)
            try:
                one_pass = way.run(watch)
            except torch.OutOfMemoryError as exc:
                _log.debug("%s at %s: %s", way.way, screen.size, exc)
                tally.is_out_of_memory = True
                tally.passes.clear()
                if device.type == "cuda":
                    torch.cuda.empty_cache()
                continue
            if device.type == "cuda":
                tally.peak_bytes = max(tally.peak_bytes, torch.cuda.max_memory_allocated(device))
            if round_idx >= n_warm_up:
                tally.passes.append(one_pass)
    return tuple(_row(subject, screen, way, tally) for way, tally in zip(ways, tallies, strict=True))


def find_times(rows: Sequence[Row]) -> FindTimes | None:
    """What the choice between the ways needs to know of one size; None if one of them did not fit into memory."""
    pruned_ms = {row.keep_fraction: row.second_ms for row in rows if row.way is Way.OURS and row.stage_ms}
    cached = [row for row in rows if row.way is Way.CACHED and row.stage_ms]
    if not pruned_ms or not cached:
        return None
    return FindTimes(n_cells=cached[0].n_visual, pruned_ms=pruned_ms, cached_ms=cached[0].second_ms)


def _row(subject: Subject, screen: Screen, way: Contender, tally: _Tally) -> Row:
    n_seen = screen.n_visual if way.seen is None else int(way.seen.sum())
    passes = tally.passes
    return Row(
        size=screen.size,
        way=way.way,
        keep_fraction=way.keep_fraction,
        n_kept=passes[0].n_kept if passes else 0,
        n_packed=passes[0].n_packed if passes else 0,
        n_visual=screen.n_visual,
        n_seen=n_seen,
        stage_ms={
            stage.value: median(one.first_ms[stage] for one in passes)
            for stage in Stage
            if passes and stage in passes[0].first_ms
        },
        first_ms=median(sum(one.first_ms.values()) for one in passes) if passes else 0.0,
        second_ms=median(sum(one.second_ms.values()) for one in passes) if passes else 0.0,
        peak_bytes=tally.peak_bytes if subject.network.device.type == "cuda" and passes else None,
        flops=_flops(subject, screen, way, passes[0], n_seen) if passes else None,
    )


def _flops(subject: Subject, screen: Screen, way: Contender, one: Pass, n_seen: int) -> Flops:
    """Of the first pass; what the authors' style adds to it (logits, the last layer) is not counted."""
    network = subject.network
    n_rows, n_cols = screen.graph.labels.shape
    plan = network.vision_planner.plan(n_rows, n_cols, network.device, way.seen)
    text = network.config.text_config
    return Flops(
        encoder=encoder_flops(network.config.vision_config, plan.windows),
        scorer=scorer_flops(text.hidden_size, n_seen, len(subject.write(0, screen.n_visual).instruction_ids)),
        decoder=decoder_flops(text, one.n_packed),
        pointer=pointer_flops(text.hidden_size, one.n_kept),
    )
