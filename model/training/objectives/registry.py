"""The objectives that a recipe can name, beside the grounding that FocusUI was trained with."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from model.errors import ObjectiveError
from model.focusui.network import FocusUI
from model.training.objectives.alignment import Alignment
from model.training.objectives.objective import Objective
from model.training.objectives.parsing import Parsing
from model.training.objectives.perspectives import Perspectives
from model.training.objectives.reinforcement import Reinforcement
from model.training.objectives.sub_cell import SubCellPointing

ObjectiveBuilder = Callable[[FocusUI, Mapping[str, object]], Objective]
"""Makes an objective for a network, on its device; weights of extra modules come from torch's own generator."""

OBJECTIVES: Mapping[str, ObjectiveBuilder] = MappingProxyType(
    {
        "parsing": Parsing.build,
        "perspectives": Perspectives.build,
        "reinforcement": Reinforcement.build,
        "sub_cell": SubCellPointing.build,
        "alignment": Alignment.build,
    }
)


def build_objective(name: str, network: FocusUI, options: Mapping[str, object]) -> Objective:
    """The objective of a name.

    Raises:
        ObjectiveError: there is none, or it cannot be had with these options.
    """
    if name not in OBJECTIVES:
        raise ObjectiveError(f"There is no objective {name!r}.", hint=f"There are {', '.join(OBJECTIVES)}.")
    return OBJECTIVES[name](network, options)
