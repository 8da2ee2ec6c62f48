"""A model as this machine sees it: the card, whether it is there, whether it fits."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.grounder import DEFAULT_GROUNDER
from model.registry import ModelCard
from model.store.fit import Fit, judge_fit
from model.store.folder import partial_bytes, read_installed
from model.store.machine import Machine


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedModel:
    """A model on this machine.

    Attributes:
        card: what is known about it anywhere.
        folder: where its files lie; None if they are not there or come with the program.
        is_here: whether its files are there.
        part_bytes: what has arrived in a download that was not finished.
        fit: whether it fits.
    """

    card: ModelCard
    folder: Path | None
    is_here: bool
    part_bytes: int
    fit: Fit

    @property
    def is_default(self) -> bool:
        """Whether it is taken when none is named."""
        return self.card.name == DEFAULT_GROUNDER

    @property
    def state(self) -> str:
        """In a word or two."""
        if self.is_here:
            return "built in" if self.card.shape is None else "here"
        return f"{self.part_bytes / 1e9:.1f} GB arrived" if self.part_bytes else "not here"

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        card = self.card
        return {
            "name": card.name,
            "is_default": self.is_default,
            "summary": card.summary,
            "source": card.source,
            "licence": card.licence,
            "size_bytes": card.size_bytes,
            "memory_bytes": card.memory_bytes,
            "needs": card.needs,
            "is_available": card.is_available(),
            "is_installed": self.is_here,
            "folder": None if self.folder is None else str(self.folder),
            "fit": {
                "kind": self.fit.kind.name.lower(),
                "weights": self.fit.mode,
                "sentences": list(self.fit.sentences),
            },
            "measured": card.measured,
        }


def describe(card: ModelCard, machine: Machine, folder: Path) -> DescribedModel:
    """Look what is there of a model.

    Args:
        card: which one.
        machine: what there is.
        folder: where downloaded models are kept.
    """
    part_bytes, place = 0, card.folder
    if card.checkpoint is not None and place is None:
        installed = read_installed(folder / card.checkpoint.name)
        place = None if installed is None else installed.folder
        part_bytes = partial_bytes(card.checkpoint.name, folder)
    is_here = place is not None if card.shape is not None else card.is_available()
    fit = judge_fit(card, machine, is_installed=is_here)
    return DescribedModel(card=card, folder=place, is_here=is_here, part_bytes=part_bytes, fit=fit)
