"""Asks a grounder in a setting: what it can do by itself, another packing, another selector."""

from typing import Protocol, runtime_checkable

from model.errors import InputError
from model.evaluation.settings import Setting
from model.grounder import Grounder, Grounding, Look
from model.packing import Packing


class NoSuchWayError(InputError):
    """A grounder cannot be asked in a setting, whatever it is asked about."""


@runtime_checkable
class PackingGrounder(Protocol):
    """A grounder that can leave out patches in other ways than with PosPad, to compare them."""

    def find_packed(
        self, look: Look, instruction: str, *, keep_fraction: float | None = None, packing: Packing
    ) -> Grounding:
        """As ``Grounder.find``, with another packing."""
        ...


@runtime_checkable
class SelectingGrounder(Protocol):
    """A grounder whose patches can be chosen by other selectors than its own, to compare them."""

    def find_selected(
        self, look: Look, instruction: str, *, keep_fraction: float, packing: Packing, selector: str
    ) -> Grounding:
        """As ``Grounder.find``, with a selector of ``model.selectors.catalog`` and a packing."""
        ...


def find(grounder: Grounder, look: Look, instruction: str, setting: Setting) -> Grounding:
    """Find what is meant, in the way that the setting says.

    Raises:
        NoSuchWayError: the grounder cannot be asked so.
        InputError: the instruction cannot be used.
    """
    if setting.selector:
        if not isinstance(grounder, SelectingGrounder):
            raise NoSuchWayError(
                f"The patches of {setting.model} are chosen by itself alone.",
                hint="Leave --selector out, or name a FocusUI or GUI-Actor model.",
            )
        return grounder.find_selected(
            look,
            instruction,
            keep_fraction=setting.keep_fraction,
            packing=setting.packing,
            selector=setting.selector,
        )
    if setting.packing is Packing.POSPAD:
        return grounder.find(look, instruction, keep_fraction=setting.keep_fraction)
    if not isinstance(grounder, PackingGrounder):
        raise NoSuchWayError(
            f"{setting.model} cannot leave out patches by {setting.packing}.",
            hint="Leave --packing out; FocusUI and GUI-Actor models need a selector for it.",
        )
    return grounder.find_packed(look, instruction, keep_fraction=setting.keep_fraction, packing=setting.packing)
