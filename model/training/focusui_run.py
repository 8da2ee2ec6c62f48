"""A run that trains FocusUI: opened, gone on with, measured, told, and written in the published layout."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from model.data.label_cache import LabelCache
from model.data.sources.source import RecordSource
from model.data.sources.stream import RecordStream
from model.focusui.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from model.focusui.digest import checkpoint_digest
from model.training.board import Board
from model.training.checks import Checked, HeldOut
from model.training.feed import Feed, TableFeed
from model.training.folders import begin_folder, finish_folder, part_of, settle_folder
from model.training.learner import Learner, set_learning
from model.training.lora import merge_lora, save_adapters
from model.training.new_heads import add_what_is_missing
from model.training.objectives.registry import build_objective
from model.training.recipe import Learns, Precision, Recipe
from model.training.report.page import write_report
from model.training.revision import code_revision
from model.training.run_order import RunOrder, check_order
from model.training.run_state import Best, RunFiles, RunState
from model.training.sample import SampleBuilder
from model.training.sequence import SequenceWriter
from model.training.stream_feed import StreamFeed
from model.training.team.team import Team
from model.training.trainer import StepReport, Trainer

LAST, BEST, ADAPTERS, REPORT = "model", "best", "adapters", "report.html"
_NETWORK, _EXTRA = "network.", "extra."


@dataclass(frozen=True, slots=True, kw_only=True)
class RunListener:
    """Who is told how a run goes.

    Attributes:
        on_step: of every step.
        on_told: of whatever else happens, in words.
        is_stopped: asked after every step; True ends the run so that it can be gone on with.
    """

    on_step: Callable[[StepReport], None] = lambda _: None
    on_told: Callable[[str], None] = lambda _: None
    is_stopped: Callable[[], bool] = lambda: False


class FocusUIRun:
    """A run; ``train`` goes on with it to its end.

    Args:
        order: what is wanted.
        data: to learn from: records, or a stream of them.
        held_out: to measure on; None measures nothing.
        team: of processes.
        listener: told how it goes.

    Raises:
        InputError: the folder holds a run and should not, or another one.
        ModelLoadError: the checkpoint cannot be loaded.
    """

    def __init__(
        self,
        order: RunOrder,
        *,
        data: RecordSource | RecordStream,
        held_out: RecordSource | None,
        team: Team,
        listener: RunListener,
    ) -> None:
        recipe = order.recipe
        if team.rank == 0:
            for name in (BEST, LAST):
                settle_folder(order.out / name)
        team.wait()
        check_order(order, data, team)
        self._order = order
        self._team = team
        self._listener = listener
        self._checkpoint = self._load()
        builder = _builder(self._checkpoint, recipe, order.labels)
        feed = _feed(data, order, builder, team)
        objective = build_objective(recipe.objective, recipe.objective_options, self._checkpoint.network)
        set_learning(self._checkpoint.network, recipe)
        self._learner = Learner(self._checkpoint.network, objective.extra).to(self._first_device)
        self._trainer = Trainer(recipe=recipe, learner=self._learner, objective=objective, feed=feed, team=team)
        self._held_out = (
            None
            if held_out is None
            else HeldOut(
                source=held_out, keep_fraction=recipe.check_keep_fraction, by_scorer=recipe.learns is Learns.SCORER
            )
        )
        self._provenance = {
            "recipe": recipe.to_json(),
            "revision": code_revision(),
            **feed.about,
            "model": checkpoint_digest(order.model),
        }
        self._files = RunFiles(order.out, team, self._provenance)
        self._state = self._files.load()
        self._last_check: Checked | None = None

    @property
    def n_steps(self) -> int:
        """Of the whole recipe."""
        return self._trainer.n_steps

    @property
    def team(self) -> Team:
        """Who learns."""
        return self._team

    @property
    def learner(self) -> Learner:
        """What learns."""
        return self._learner

    @property
    def state(self) -> RunState:
        """How far it is."""
        return self._state

    def train(self) -> RunState:
        """Go on to the last step, or until somebody stops it.

        Raises:
            TrainingError: it cannot go on.
        """
        team, recipe = self._team, self._order.recipe
        with Board(self._order.out, is_writing=team.rank == 0, first_step=self._state.n_steps) as board:
            if self._state.n_steps == 0 and self._held_out is not None:
                self._check(board)
            for state, report in self._trainer.run(self._state):
                n_bad = len(state.unusable) - len(self._state.unusable)
                self._state = state
                if n_bad:
                    self._listener.on_told(f"{n_bad} records were left out: {state.unusable[-1].reason}")
                self._files.log(report.to_json())
                board.write(report.n_steps, report.to_json())
                self._listener.on_step(report)
                is_done = state.n_steps == self.n_steps
                if self._held_out is not None and (is_done or state.n_steps % recipe.checked_every == 0):
                    self._check(board)
                is_stopped = team.add_up([float(self._listener.is_stopped())])[0] > 0
                if is_done or is_stopped or state.n_steps % recipe.saved_every == 0:
                    self._files.save(self._state)
                if is_stopped:
                    break
        if self._state.n_steps == self.n_steps:
            self._export(LAST)
        self._report()
        return self._state

    def _check(self, board: Board) -> None:
        """Measure, and remember the checkpoint if it is the best so far."""
        assert self._held_out is not None  # noqa: S101 - whoever calls has looked
        if self._team.is_sharded:
            return  # no process has all weights; the saved checkpoint can be measured afterwards
        network = self._checkpoint.network
        network.eval()
        checked = self._held_out.check(
            self._checkpoint, self._order.model, self._team, autocast=self._trainer.autocast()
        )
        network.train()
        self._last_check = checked
        found = checked.scored if self._held_out.by_scorer else checked.pointed
        n_steps = self._state.n_steps
        row = {"step": n_steps, "held_out_pointed": checked.pointed, "held_out_scored": checked.scored}
        self._files.log(row)
        board.write(n_steps, row)
        self._listener.on_told(
            f"after {n_steps} steps, of {checked.n} held out: {checked.pointed:.1%} pointed at, "
            f"{checked.scored:.1%} scored highest" + (f", {checked.n_unusable} unusable" * bool(checked.n_unusable))
        )
        if n_steps and (self._state.best is None or found > self._state.best.found):
            self._state = replace(self._state, best=Best(n_steps=n_steps, found=found))
            self._export(BEST)
        self._report()

    def _export(self, name: str) -> None:
        """Write a checkpoint in the published layout, with what was added merged in."""
        folder, recipe = self._order.out / name, self._order.recipe
        state = self._team.whole_state()
        if state is None:
            self._team.wait()
            return
        network = {key.removeprefix(_NETWORK): value for key, value in state.items() if key.startswith(_NETWORK)}
        begin_folder(folder)
        if recipe.lora is not None:
            save_adapters(network, part_of(folder) / ADAPTERS, shape=recipe.lora, base=str(self._order.model))
            network = merge_lora(network, recipe.lora)
        if recipe.precision is Precision.BF16:
            network = {key: value.to(torch.bfloat16) for key, value in network.items()}
        save_checkpoint(self._checkpoint, part_of(folder), source=self._order.model, state=network)
        _save_extra(state, part_of(folder))
        finish_folder(folder)
        self._team.wait()

    def _report(self) -> None:
        if self._team.rank == 0:
            write_report(
                self._order.out / REPORT,
                recipe=self._order.recipe,
                provenance=self._provenance,
                state=self._state,
                rows=self._files.logged(),
                n_steps=self.n_steps,
                left_out=self._order.left_out,
                shown=() if self._last_check is None else self._last_check.shown,
            )

    @property
    def _first_device(self) -> torch.device:
        """Where the network is before the team takes it over: shared out, a whole one need not fit on any GPU."""
        return torch.device("cpu") if self._team.is_sharded else self._team.device

    def _load(self) -> Checkpoint:
        recipe = self._order.recipe
        # On its device from the start: an objective may keep a copy of the network as it is now.
        checkpoint = load_checkpoint(self._order.model, dtype=torch.float32, device=self._first_device)
        for added in add_what_is_missing(checkpoint, seed=recipe.seed):
            self._listener.on_told(f"added to {self._order.model}: {added}")
        return replace(checkpoint, image_spec=checkpoint.image_spec.limited(recipe.max_pixels))


def _feed(data: RecordSource | RecordStream, order: RunOrder, builder: SampleBuilder, team: Team) -> Feed:
    if isinstance(data, RecordStream):
        return StreamFeed(data, recipe=order.recipe, builder=builder, team=team, n_workers=order.n_workers)
    return TableFeed(data, recipe=order.recipe, builder=builder, team=team, n_workers=order.n_workers)


def _builder(checkpoint: Checkpoint, recipe: Recipe, labels: Path | None) -> SampleBuilder:
    writer = SequenceWriter(
        checkpoint.tokenizer,
        system=checkpoint.network.prompt_style.wording.system,
        max_tokens=recipe.max_tokens,
    )
    cache = None if labels is None else LabelCache(labels)
    return SampleBuilder(writer, checkpoint.image_spec, label_cache=cache)


def _save_extra(state: Mapping[str, Tensor], folder: Path) -> None:
    """What an objective taught beside the network."""
    from safetensors.torch import save_file

    extra = {
        key.removeprefix(_EXTRA): value.cpu().contiguous() for key, value in state.items() if key.startswith(_EXTRA)
    }
    if extra:
        save_file(extra, folder / "extra.safetensors", metadata={"format": "pt"})
