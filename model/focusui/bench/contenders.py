"""The ways that compete, each as one pass that can be timed: a screen and an instruction, then another instruction.

Legend: ``n_visual`` visual tokens of a picture, ``n_kept`` of those that reach the decoder.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.focusui.bench.stopwatch import Stopwatch
from model.focusui.bench.subject import Screen, Subject
from model.focusui.flat_skip import FlatSkip
from model.focusui.network import VisualFeatures
from model.focusui.prefix_cache import cache_prefix, hidden_behind_prefix
from model.focusui.prompt import Prompt
from model.focusui.scoring import compare, drop_unseen, least_where_unseen, scorer_side
from model.focusui.selection import select_visual_tokens
from model.selection import pack_pospad


class Way(StrEnum):
    """How an answer is reached."""

    OURS = "ours"
    FLAT_SKIP = "flat parts skipped"
    CACHED = "picture cached"
    AUTHORS = "authors' style"


class Stage(StrEnum):
    """Parts of a pass; of the cached picture, ``PREFIX`` may run before the instruction is known."""

    ENCODER = "encoder"
    PREFIX = "prefix"
    SCORER = "scorer"
    DECODER = "decoder"
    POINTER = "pointer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What one pass took.

    Attributes:
        first_ms: by stage, from a new screen to a point.
        second_ms: by stage, for another instruction on the same screen.
        n_kept: visual tokens in the decoder.
        n_packed: tokens in the decoder.
    """

    first_ms: dict[str, float]
    second_ms: dict[str, float]
    n_kept: int
    n_packed: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contender:
    """One row of the table.

    Attributes:
        way: how.
        keep_fraction: share of visual tokens that stay.
        seen: [n_rows, n_cols], what the vision tower is shown; None: everything.
        run: one pass.
    """

    way: Way
    keep_fraction: float
    seen: NDArray[np.bool_] | None
    run: Callable[[Stopwatch], Pass]


def contenders(
    subject: Subject, screen: Screen, keep_fractions: tuple[float, ...], flat_skip: FlatSkip | None
) -> tuple[Contender, ...]:
    """All that compete on one screen; flat parts are left out only if something says which."""
    ways = [
        Contender(way=Way.OURS, keep_fraction=share, seen=None, run=_Pruned(subject, screen, share))
        for share in keep_fractions
    ]
    if flat_skip is not None:
        seen = flat_skip.seen_mask(screen.graph, subject.network.vision_planner.window_cells)
        ways += [
            Contender(way=Way.FLAT_SKIP, keep_fraction=share, seen=seen, run=_Pruned(subject, screen, share, seen))
            for share in keep_fractions
        ]
    ways.append(Contender(way=Way.CACHED, keep_fraction=1.0, seen=None, run=_Cached(subject, screen)))
    ways += [
        Contender(way=Way.AUTHORS, keep_fraction=share, seen=None, run=_AuthorsStyle(subject, screen, share))
        for share in keep_fractions
    ]
    return tuple(ways)


class _Pruned:
    """Ours: look once, then score, drop and point per instruction."""

    def __init__(
        self, subject: Subject, screen: Screen, keep_fraction: float, seen: NDArray[np.bool_] | None = None
    ) -> None:
        self._subject, self._screen, self._keep_fraction, self._seen = subject, screen, keep_fraction, seen

    @torch.inference_mode()
    def __call__(self, watch: Stopwatch) -> Pass:
        watch.start()
        visual, side = _look(self._subject, self._screen, self._seen, watch)
        n_kept, n_packed = self._find(0, visual, side, watch)
        first_ms = watch.stop()
        watch.start()
        self._find(1, visual, side, watch)
        return Pass(first_ms=first_ms, second_ms=watch.stop(), n_kept=n_kept, n_packed=n_packed)

    def _find(self, which: int, visual: VisualFeatures, side: Tensor, watch: Stopwatch) -> tuple[int, int]:
        network = self._subject.network
        prompt = self._subject.write(which, self._screen.n_visual)
        scores = _to_select_by(self._screen, compare(network, side, prompt.instruction_ids))
        keep_mask = select_visual_tokens(least_where_unseen(scores, visual), self._keep_fraction, prompt.input_ids)
        keep_mask = drop_unseen(keep_mask, visual)
        watch.lap(Stage.SCORER)
        packed = network.pack(prompt.input_ids, [visual], keep_mask)
        hidden = network.pointer_hidden(packed)
        watch.lap(Stage.DECODER)
        logits = network.multi_patch_pointer_head(packed.embeds[network.visual_rows(packed)], hidden)
        logits[0].float().softmax(-1).cpu()
        watch.lap(Stage.POINTER)
        return int(keep_mask.sum()), len(packed.input_ids)


class _Cached:
    """The rival: nothing is dropped, the picture is in the decoder before the instruction is known."""

    def __init__(self, subject: Subject, screen: Screen) -> None:
        self._subject, self._screen = subject, screen

    @torch.inference_mode()
    def __call__(self, watch: Stopwatch) -> Pass:
        network, n_visual = self._subject.network, self._screen.n_visual
        watch.start()
        visual, side = _look(self._subject, self._screen, None, watch)
        prompt = self._subject.write(0, n_visual)
        cache = cache_prefix(network, prompt, visual)
        watch.lap(Stage.PREFIX)

        def find(prompt: Prompt) -> None:
            compare(network, side, prompt.instruction_ids)  # the heat map is shown all the same
            watch.lap(Stage.SCORER)
            hidden = hidden_behind_prefix(network, cache, prompt, visual)
            watch.lap(Stage.DECODER)
            network.multi_patch_pointer_head.point(cache.pointer_visual, hidden)[0].float().softmax(-1).cpu()
            watch.lap(Stage.POINTER)

        find(prompt)
        first_ms = watch.stop()
        watch.start()
        find(self._subject.write(1, n_visual))
        return Pass(first_ms=first_ms, second_ms=watch.stop(), n_kept=n_visual, n_packed=len(prompt.input_ids))


class _AuthorsStyle:
    """As the authors' code works.

    transformers loops over the windows, the states of all layers and the logits of all tokens are kept, selection is
    computed twice, and nothing is remembered between instructions.
    """

    def __init__(self, subject: Subject, screen: Screen, keep_fraction: float) -> None:
        self._subject, self._screen, self._keep_fraction = subject, screen, keep_fraction

    @torch.inference_mode()
    def __call__(self, watch: Stopwatch) -> Pass:
        n_kept, n_packed = self._run(0, watch)
        first_ms = watch.stop()
        self._run(1, watch)
        return Pass(first_ms=first_ms, second_ms=watch.stop(), n_kept=n_kept, n_packed=n_packed)

    def _run(self, which: int, watch: Stopwatch) -> tuple[int, int]:
        network, inputs = self._subject.network, self._screen.inputs
        watch.start()
        grid_thw = inputs.grid_thw.to(network.device)
        encoded = network.model.get_image_features(inputs.pixel_values, grid_thw, return_dict=True)
        n_rows, n_cols = self._screen.graph.labels.shape
        levels = getattr(encoded, "deepstack_features", None) or ()
        visual = VisualFeatures(
            embeds=encoded.pooler_output[0],
            deepstack=tuple(level[0] for level in levels),
            n_rows=n_rows,
            n_cols=n_cols,
        )
        watch.lap(Stage.ENCODER)
        prompt = self._subject.write(which, self._screen.n_visual)
        scores = _to_select_by(self._screen, network.score_patches(visual, prompt.instruction_ids))
        keep_mask = select_visual_tokens(scores, self._keep_fraction, prompt.input_ids)
        watch.lap(Stage.SCORER)
        packed = network.pack(prompt.input_ids, [visual], keep_mask)
        extra = {}
        if packed.deepstack:
            extra = {
                "visual_pos_masks": packed.visual_mask[None],
                "deepstack_visual_embeds": list(packed.deepstack),
            }
        output = network.model.language_model(
            inputs_embeds=packed.embeds[None],
            position_ids=packed.position_ids[:, None],
            use_cache=True,
            output_hidden_states=True,
            **extra,
        )
        logits = network.lm_head(output.last_hidden_state)
        logits[0, -1].argmax().cpu()
        watch.lap(Stage.DECODER)
        again = select_visual_tokens(scores, self._keep_fraction, prompt.input_ids)
        kept_in_prompt = ~prompt.image_mask
        kept_in_prompt[prompt.image_mask] = again
        pack_pospad(kept_in_prompt.numpy(), prompt.image_mask.numpy())
        watch.lap(Stage.SCORER)
        is_pointer = (packed.input_ids == network.config.pointer_pad_token_id).to(network.device)
        keys = output.hidden_states[0][0][packed.visual_mask]
        attention = network.multi_patch_pointer_head(keys, output.hidden_states[-1][0][is_pointer])
        attention.float().softmax(-1).cpu()
        watch.lap(Stage.POINTER)
        return int(keep_mask.sum()), len(packed.input_ids)


def _look(
    subject: Subject, screen: Screen, seen: NDArray[np.bool_] | None, watch: Stopwatch
) -> tuple[VisualFeatures, Tensor]:
    n_rows, n_cols = screen.graph.labels.shape
    visual = subject.network.encode_image(screen.inputs.pixel_values, n_rows, n_cols, seen)
    watch.lap(Stage.ENCODER)
    side = scorer_side(subject.network, visual)
    watch.lap(Stage.SCORER)
    return visual, side


def _to_select_by(screen: Screen, scores: Tensor) -> Tensor:
    """[n_visual] on the CPU; see ``Screen.stand_in_scores``. The real ones are waited for in any case."""
    on_cpu = scores.cpu()
    return on_cpu if screen.stand_in_scores is None else screen.stand_in_scores
