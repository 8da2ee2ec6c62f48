"""From signals to the probability that an answer is right: logistic regression, fitted by Newton's method.

MolmoPoint lets a model say "no more points" and SparkUI-Parser trains a rejection; a calibrated probability gives
refusal to any grounder, and a threshold for it can be chosen by how often a right answer may be refused.

Legend: ``n`` answers, ``n_features`` signals.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.errors import ModelLoadError

_MAX_STEPS = 50
_TOLERANCE = 1e-8
_MIN_CURVATURE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Weights over standardised signals; a signal that is not known counts as average.

    Attributes:
        model: name of the grounder whose answers it was fitted on.
        features: names of the signals.
        bias: log-odds of an average answer.
        weights: one per signal.
        means, scales: of the signals on the answers fitted on; a scale is positive.
        threshold: answers below this probability are refused.
    """

    model: str
    features: tuple[str, ...]
    bias: float
    weights: tuple[float, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    threshold: float

    def __post_init__(self) -> None:
        if not len(self.weights) == len(self.means) == len(self.scales) == len(self.features):
            raise ValueError(f"a calibration has {len(self.features)} weights, means and scales")
        if min(self.scales) <= 0:
            raise ValueError("scales must be positive")

    def probability(self, signals: NDArray[np.floating[Any]]) -> float:
        """Probability in [0, 1] that the answer's best candidate is right; [n_features], NaN for what is not known."""
        return float(self.probabilities(np.asarray(signals, np.float64)[None])[0])

    def probabilities(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """[n] for features [n, n_features]; NaN where a signal is not known."""
        standard = np.nan_to_num((features - np.array(self.means)) / np.array(self.scales), nan=0.0)
        return _logistic(standard @ np.array(self.weights) + self.bias)

    def save(self, path: Path) -> None:
        """Write as JSON, weights by name."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


def load_calibration(path: Path, features: tuple[str, ...]) -> Calibration:
    """Read what ``Calibration.save`` wrote.

    Args:
        path: file.
        features: names of the signals that it must be for.

    Raises:
        ModelLoadError: the file is missing, broken, or for other signals.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        names = tuple(record["features"])
        lists: dict[str, tuple[Any, ...]] = {
            key: tuple(map(float, record[key])) for key in ("weights", "means", "scales")
        }
        lists["features"] = names
        calibration = Calibration(**(record | lists))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as exc:
        raise ModelLoadError(f"The calibration {path} cannot be used.", hint="Fit it again.") from exc
    if names != features:
        raise ModelLoadError(f"The calibration {path} is for other signals.", hint="Fit it again.")
    return calibration


def fit(
    features: NDArray[np.float64],
    is_right: NDArray[np.bool_],
    *,
    model: str,
    names: tuple[str, ...],
    false_refusal_rate: float = 0.02,
    ridge: float = 1.0,
) -> Calibration:
    """Fit the weights and choose the threshold.

    Iteratively reweighted least squares with a ridge on the weights, not on the bias, which keeps them finite where
    the answers can be told apart perfectly.

    Args:
        features: [n, n_features], NaN where a signal is not known.
        is_right: [n] bool, whether the best candidate was right; both must occur.
        model: name of the grounder.
        names: of the signals.
        false_refusal_rate: share of right answers that the threshold may refuse, in [0, 1).
        ridge: strength of the pull to zero, positive.
    """
    if len(features) != len(is_right) or is_right.all() or not is_right.any():
        raise ValueError("a calibration needs right and wrong answers, one label each")
    is_known = ~np.isnan(features)
    n_known = np.maximum(is_known.sum(axis=0), 1)
    filled = np.where(is_known, features, 0.0)
    means = filled.sum(axis=0) / n_known
    scales = np.sqrt((np.where(is_known, features - means, 0.0) ** 2).sum(axis=0) / n_known)
    scales[scales < _MIN_CURVATURE] = 1.0
    standard = np.nan_to_num((features - means) / scales, nan=0.0)
    solution = _newton(np.column_stack([np.ones(len(standard)), standard]), is_right.astype(np.float64), ridge)
    probs = _logistic(np.column_stack([np.ones(len(standard)), standard]) @ solution)
    return Calibration(
        model=model,
        features=names,
        bias=float(solution[0]),
        weights=tuple(solution[1:].tolist()),
        means=tuple(means.tolist()),
        scales=tuple(scales.tolist()),
        threshold=threshold_for(probs, is_right, false_refusal_rate),
    )


def threshold_for(probs: NDArray[np.float64], is_right: NDArray[np.bool_], false_refusal_rate: float) -> float:
    """The highest threshold that refuses at most that share of the right answers; what scores it is accepted."""
    if not 0.0 <= false_refusal_rate < 1.0:
        raise ValueError(f"a rate is in [0, 1), not {false_refusal_rate}")
    right = np.sort(probs[is_right])
    if right.size == 0:
        raise ValueError("a threshold needs right answers")
    return float(right[int(false_refusal_rate * right.size)])


def expected_calibration_error(probs: NDArray[np.float64], is_right: NDArray[np.bool_], n_bins: int = 10) -> float:
    """Mean distance between what was claimed and what was right, over bins of equal width weighed by their answers.

    ECE of Guo et al. (arXiv 1706.04599), equation 3.
    """
    bins = np.minimum((probs * n_bins).astype(int), n_bins - 1)
    n_in = np.bincount(bins, minlength=n_bins)
    gap = np.bincount(bins, weights=probs - is_right, minlength=n_bins)
    return float(np.abs(gap).sum() / max(1, n_in.sum()))


def area_under_curve(scores: NDArray[np.float64], is_right: NDArray[np.bool_]) -> float:
    """Probability that a right answer scores above a wrong one, ties half (the rank-sum form of ROC AUC)."""
    right, wrong = np.sort(scores[is_right]), scores[~is_right]
    if not right.size or not wrong.size:
        raise ValueError("there must be right and wrong answers")
    below = np.searchsorted(right, wrong, side="left")
    up_to = np.searchsorted(right, wrong, side="right")
    return float((right.size - (below + up_to) / 2).sum() / (right.size * wrong.size))


def _newton(design: NDArray[Any], labels: NDArray[np.float64], ridge: float) -> NDArray[np.float64]:
    """[1 + n_features] solution; steps are halved until the penalised likelihood no longer falls."""
    n_columns = design.shape[1]
    pull = np.diag([0.0, *[ridge] * (n_columns - 1)])
    solution = np.zeros(n_columns)
    for _ in range(_MAX_STEPS):
        probs = _logistic(design @ solution)
        gradient = design.T @ (labels - probs) - pull @ solution
        curvature = (design * np.maximum(probs * (1 - probs), _MIN_CURVATURE)[:, None]).T @ design + pull
        step = np.linalg.solve(curvature, gradient)
        before = _objective(design, labels, pull, solution)
        while _objective(design, labels, pull, solution + step) < before - _TOLERANCE:
            step = step / 2
        solution = solution + step
        if float(np.abs(step).max()) < _TOLERANCE:
            break
    return solution


def _objective(
    design: NDArray[Any], labels: NDArray[np.float64], pull: NDArray[Any], solution: NDArray[np.float64]
) -> float:
    log_odds = design @ solution
    likelihood = (labels * log_odds - np.logaddexp(0.0, log_odds)).sum()
    return float(likelihood - 0.5 * solution @ pull @ solution)


def _logistic(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.exp(-np.logaddexp(0.0, -log_odds))
