"""What the doctor says of models: GPU, memory, torch, which fit, and the one that was chosen."""

from importlib.metadata import PackageNotFoundError, version

from agent.doctor import CheckResult, CheckStatus
from model.registry import MODEL_CARDS, ModelCard
from model.store.fit import FitKind, judge_fit
from model.store.machine import Machine

_NAME = "Models"
_STATUSES = {
    FitKind.FITS: CheckStatus.OK,
    FitKind.QUANTISED: CheckStatus.WARN,
    FitKind.CPU: CheckStatus.WARN,
    FitKind.UNKNOWN: CheckStatus.WARN,
}
_WORDS = {
    FitKind.FITS: "Fitting:",
    FitKind.QUANTISED: "With quantised weights:",
    FitKind.CPU: "On the CPU, slowly:",
}
_WITHOUT_GPU = "+cpu"  # how torch's own wheels say that they were built without


def check_models(card: ModelCard, machine: Machine, *, torch_version: str | None = None) -> CheckResult:
    """What this machine has for models, which fit, and whether the chosen one does.

    Args:
        card: the chosen model.
        machine: what there is.
        torch_version: what is installed; None looks it up, "" for none.
    """
    found = _torch_version() if torch_version is None else torch_version
    fit = judge_fit(card, machine, is_installed=True)
    kinds = {other.name: judge_fit(other, machine, is_installed=True).kind for other in MODEL_CARDS}
    fitting = [
        f"{words} {', '.join(names)}."
        for kind, words in _WORDS.items()
        if (names := [name for name, its in kinds.items() if its is kind])
    ]
    gpu = machine.gpu
    has = [
        "No NVIDIA GPU" if gpu is None else f"{gpu.name}, {_gb(gpu.free_bytes)} of {_gb(gpu.total_bytes)} free",
        "free memory unknown" if machine.ram_bytes is None else f"{_gb(machine.ram_bytes)} of memory free",
        f"torch {found}" if found else "no torch",
    ]
    detail = " ".join([f"{', '.join(has)}.", *fitting, f"Chosen: {card.name}."])
    status = _STATUSES.get(fit.kind, CheckStatus.FAIL)
    if gpu is not None and _WITHOUT_GPU in found:
        return CheckResult(
            name=_NAME,
            status=CheckStatus.WARN if status is CheckStatus.OK else status,
            detail=detail,
            hint="This torch was built without GPUs and leaves yours idle: install the build for CUDA.",
        )
    return CheckResult(
        name=_NAME, status=status, detail=detail, hint="" if status is CheckStatus.OK else " ".join(fit.sentences)
    )


def _torch_version() -> str:
    try:
        return version("torch")
    except PackageNotFoundError:
        return ""


def _gb(n_bytes: int) -> str:
    return f"{n_bytes / 1e9:.1f} GB"
