"""All selectors by name, in the order of the tables."""

from model.errors import InputError
from model.selectors.base import Selector
from model.selectors.divprune import DivPruneSelector
from model.selectors.fastv import FastVSelector
from model.selectors.focusui import FocusUISelector
from model.selectors.guipruner import GuiPrunerSelector
from model.selectors.hiprune import HiPruneSelector
from model.selectors.oracle import OracleSelector
from model.selectors.random import RandomSelector
from model.selectors.uigraph import UiGraphSelector
from model.selectors.visionzip import VisionZipSelector

SELECTORS: tuple[Selector, ...] = (
    FocusUISelector(),
    UiGraphSelector(),
    OracleSelector(),
    RandomSelector(),
    DivPruneSelector(),
    HiPruneSelector(),
    VisionZipSelector(),
    FastVSelector(),
    GuiPrunerSelector(),
)


def find_selector(name: str) -> Selector:
    """The selector of a name.

    Raises:
        InputError: there is none.
    """
    for selector in SELECTORS:
        if selector.name == name:
            return selector
    raise InputError(
        f'There is no selector named "{name}".', hint=f"There is {', '.join(selector.name for selector in SELECTORS)}."
    )
