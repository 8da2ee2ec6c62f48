"""Selectors, packings and keep fractions side by side on one model: the experiment behind FocusUI's central table.

Source of the experiment: arXiv 2601.03928, figure 1c and section 4 (pruning methods with and without PosPad).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
import torch
from numpy.typing import NDArray

from model.data.boxes import BoxNorm
from model.data.labels import pointer_label
from model.decode import find_regions
from model.errors import InputError, ModelError
from model.evaluation.intervals import wilson_interval
from model.focusui.checkpoint import Checkpoint
from model.focusui.network import FocusUI, VisualFeatures
from model.focusui.prompt import Prompt, PromptWriter
from model.packing import Packing
from model.pictures import load_picture
from model.selectors.base import Selector, Signal
from model.selectors.catalog import SELECTORS
from model.selectors.rows import Row
from model.selectors.signals import EncodedScreen, Stopwatch, encode_screen, gather_signals


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One row of the table."""

    selector: str
    packing: Packing
    keep_fraction: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One grounding.

    Attributes:
        setting: how visual tokens were dropped.
        line: of the row in its file.
        point_norm: (x, y) of the best region, as fractions of the screenshot.
        is_hit: whether it lies in the target's box, edges included.
        is_target_kept: whether a cell that the box touches was kept: what is dropped cannot be pointed at.
        latency_ms: preparing the picture, vision encoder, signals, selection, decoder, pointer head and regions.
    """

    setting: Setting
    line: int
    point_norm: tuple[float, float]
    is_hit: bool
    is_target_kept: bool
    latency_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What the trials of a setting say.

    Attributes:
        setting: how visual tokens were dropped.
        n: number of trials.
        hit_rate: share of hits (hit@1).
        hit_interval: Wilson's 95 % interval of it, (low, high).
        target_kept_rate: share of trials that kept a cell of the target.
        latency_ms: median.
    """

    setting: Setting
    n: int
    hit_rate: float
    hit_interval: tuple[float, float]
    target_kept_rate: float
    latency_ms: float


class SelectorBench:
    """Grounds rows with every combination of selector, packing and keep fraction.

    Args:
        checkpoint: a model with a pointer head.
        selectors: which ones.
        packings: which ones.
        keep_fractions: each in (0, 1].
        seed: of all that is left to chance; every setting draws the same numbers for a row.

    Raises:
        ModelError: the model cannot do one of them.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        *,
        selectors: Sequence[Selector],
        packings: Sequence[Packing],
        keep_fractions: Sequence[float],
        seed: int = 0,
    ) -> None:
        check_usable(checkpoint, selectors, packings)
        self._checkpoint = checkpoint
        self._selectors = tuple(selectors)
        self._packings = tuple(packings)
        self._keep_fractions = tuple(keep_fractions)
        self._seed = seed
        self._writer = PromptWriter(checkpoint.tokenizer, checkpoint.network.prompt_style.wording)
        self._needs = frozenset[Signal]().union(*(selector.needs for selector in selectors))

    @torch.inference_mode()
    def ground(self, row: Row) -> list[Trial]:
        """Ground one row in every setting.

        Raises:
            InputError: the picture, the instruction or the box cannot be used.
        """
        image = load_picture(row.image)
        height_px, width_px, _ = image.shape
        try:
            box = BoxNorm.from_pixels(*row.bbox_px, width_px=width_px, height_px=height_px)
        except ValueError as exc:
            raise InputError(f"{list(row.bbox_px)} is no box on a picture of {width_px}x{height_px} pixels.") from exc
        screen = encode_screen(self._checkpoint, image, self._needs)
        return [trial for selector in self._selectors for trial in self._trials(selector, row, screen, box)]

    def _trials(self, selector: Selector, row: Row, screen: EncodedScreen, box: BoxNorm) -> Iterator[Trial]:
        """All packings and keep fractions of one selector, which sees its signals once."""
        network = self._checkpoint.network
        stopwatch = Stopwatch(network.device)
        prompt = self._writer.write(row.instruction, screen.grid.n_visual)
        context = gather_signals(self._checkpoint, screen, prompt, box, selector.needs)
        is_attended = Signal.VISION_ATTENTION in selector.needs
        seen_ms = stopwatch.lap_ms() + (screen.attended_ms if is_attended else screen.encode_ms)
        for keep_fraction in self._keep_fractions:
            stopwatch.lap_ms()
            keep_mask = selector.select(context, keep_fraction, np.random.default_rng([self._seed, row.line]))
            selected_ms = stopwatch.lap_ms()
            for packing in self._packings:
                stopwatch.lap_ms()
                probs = point_selected(network, prompt, screen.visual, keep_mask, packing)
                point_norm = find_regions(probs)[0].center_norm
                yield Trial(
                    setting=Setting(selector=selector.name, packing=packing, keep_fraction=keep_fraction),
                    line=row.line,
                    point_norm=point_norm,
                    is_hit=box.contains(*point_norm),
                    is_target_kept=_is_kept(box, screen, keep_mask),
                    latency_ms=seen_ms + selected_ms + stopwatch.lap_ms(),
                )


def point_selected(
    network: FocusUI, prompt: Prompt, visual: VisualFeatures, keep_mask: NDArray[np.bool_], packing: Packing
) -> NDArray[np.float32]:
    """Pointer attention with only the chosen visual tokens in the decoder.

    Args:
        network: with a pointer head.
        prompt: the instruction.
        visual: the picture.
        keep_mask: [n_visual], True for the chosen.
        packing: what becomes of the places of the others.

    Returns:
        [n_rows, n_cols] float32, 0 at dropped patches.
    """
    packed = network.pack(prompt.input_ids, [visual], torch.from_numpy(keep_mask), packing)
    probs = np.zeros(keep_mask.shape, np.float32)
    probs[keep_mask] = network.point(packed).cpu().numpy()
    return probs.reshape(visual.n_rows, visual.n_cols)


def check_usable(checkpoint: Checkpoint, selectors: Sequence[Selector], packings: Sequence[Packing]) -> None:
    """Make sure that a model can do all of them.

    Raises:
        ModelError: it cannot.
    """
    if not checkpoint.network.options.has_pointer_head:
        raise ModelError(
            "This model has no pointer head, so its points cannot be compared.", hint="Take FocusUI or GUI-Actor."
        )
    impossible = [selector.name for selector in selectors if selector not in usable_selectors(checkpoint)]
    impossible += [packing for packing in packings if packing not in usable_packings(checkpoint)]
    if impossible:
        raise ModelError(
            f"This model cannot do {', '.join(impossible)}: it has no patch scorer and no drop marker.",
            hint="Leave that out, or take a FocusUI model.",
        )


def usable_selectors(checkpoint: Checkpoint) -> tuple[Selector, ...]:
    """The selectors whose signals a model can give."""
    has_scorer = checkpoint.network.options.has_patch_scorer
    return tuple(selector for selector in SELECTORS if has_scorer or Signal.SCORES not in selector.needs)


def usable_packings(checkpoint: Checkpoint) -> tuple[Packing, ...]:
    """The packings whose tokens a model knows: only FocusUI has learned the drop marker."""
    has_marker = checkpoint.network.options.has_patch_scorer
    return tuple(packing for packing in Packing if has_marker or packing is not Packing.POSPAD)


def summarise(trials: Iterable[Trial]) -> list[Summary]:
    """One summary per setting, in the order in which settings first appear."""
    by_setting: dict[Setting, list[Trial]] = {}
    for trial in trials:
        by_setting.setdefault(trial.setting, []).append(trial)
    return [_summary(setting, of_setting) for setting, of_setting in by_setting.items()]


def _summary(setting: Setting, trials: Sequence[Trial]) -> Summary:
    n, n_hits = len(trials), sum(trial.is_hit for trial in trials)
    return Summary(
        setting=setting,
        n=n,
        hit_rate=n_hits / n,
        hit_interval=wilson_interval(n_hits, n),
        target_kept_rate=sum(trial.is_target_kept for trial in trials) / n,
        latency_ms=median(trial.latency_ms for trial in trials),
    )


def _is_kept(box: BoxNorm, screen: EncodedScreen, keep_mask: NDArray[np.bool_]) -> bool:
    return bool((pointer_label(box, screen.grid)[keep_mask] > 0).any())
