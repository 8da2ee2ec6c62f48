"""A checkpoint in this process, for commands that look into the model."""

from typing import TYPE_CHECKING

from app.commands._errors import UsageError
from app.commands._target import known_model

if TYPE_CHECKING:
    from model.focusui.grounder import FocusUIGrounder


def open_network(name: str) -> "FocusUIGrounder":
    """Load a FocusUI or GUI-Actor model, without what else stands before it.

    Raises:
        UsageError: there is no such model, or it is another kind.
        model.errors.ModelLoadError: it cannot be loaded.
    """
    from model.focusui.budget import BudgetedGrounder
    from model.focusui.grounder import FocusUIGrounder
    from model.grounder import load_grounder
    from model.reading import ReadingGrounder

    grounder = load_grounder(known_model(name).name)  # here, not in a child: its insides are looked into
    within: object = grounder
    while isinstance(within, ReadingGrounder | BudgetedGrounder):
        within = within.inner
    if isinstance(within, FocusUIGrounder):
        return within
    grounder.close()
    raise UsageError(f"{name} has no visual tokens to leave out.", hint="Name a FocusUI or GUI-Actor model.")
