"""Several processes, several batches, or one large batch: a step learns the same."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from tests.model.training import worker
from tests.model.training.runs import GROUNDING
from tests.model.training.together import run_on_two

_FIXED = {"objective_options": {**GROUNDING, "min_dropped": 0.4, "max_dropped": 0.4}}
_TOLERANCE = 1e-5


def _asked(folder: Path, name: str, **recipe: Any) -> dict[str, Any]:
    return {"out": str(folder / name), "gradients": str(folder / f"{name}.pt"), "recipe": recipe}


def _gradients(folder: Path, name: str) -> dict[str, Tensor | None]:
    """Of the first step, before they were shortened."""
    found: dict[str, Tensor | None] = torch.load(folder / f"{name}.pt", weights_only=True)
    return found


def _largest_difference(some: dict[str, Tensor | None], other: dict[str, Tensor | None]) -> float:
    assert some.keys() == other.keys()
    return max(float((_or_zero(some[name]) - _or_zero(other[name])).abs().max()) for name in some)


def _or_zero(gradient: Tensor | None) -> Tensor:
    """What nothing reached has no gradient, but for processes that exchange it: there it is zero."""
    return torch.zeros(1) if gradient is None else gradient


def test_two_processes_learn_what_one_learns(tmp_path: Path) -> None:
    """GIVEN four screens WHEN two processes share a step THEN its gradients are those of one process.

    Supervised tokens differ in number from sample to sample, so means of means would not do. Dropout is off. Against
    one batch of double size the keep fraction is fixed, for there all samples draw from one generator; where batches
    are alike it is drawn. In the second case there are three batches, so that one process takes part in the last round
    without a batch of its own.
    """
    fixed = {**_FIXED, "batch_size": 2, "accumulation": 2}
    odd = {"batch_size": 1, "accumulation": 3}
    run_on_two([_asked(tmp_path, "two", **fixed), _asked(tmp_path, "shared", **odd)])
    worker.main(_asked(tmp_path, "large", **_FIXED, batch_size=4, accumulation=1))
    worker.main(_asked(tmp_path, "alone", **odd))

    large = _gradients(tmp_path, "large")
    assert max(float(gradient.abs().max()) for gradient in large.values() if gradient is not None) > 0.1
    assert _largest_difference(_gradients(tmp_path, "two"), large) < _TOLERANCE
    assert _largest_difference(_gradients(tmp_path, "shared"), _gradients(tmp_path, "alone")) < _TOLERANCE
