"""Does a model fit this machine, and if not, what would?"""

from dataclasses import dataclass
from enum import StrEnum

from model.registry import MODEL_CARDS, ModelCard
from model.store.machine import Machine
from model.weight_mode import WeightMode

# What the driver and the libraries take of a GPU before the first weight is there; a usual value, not measured here.
_RUNTIME_BYTES = 600_000_000
# A quantised grounder is only worth naming where the whole one does not fit.
_MODES = (WeightMode.BF16, WeightMode.INT8, WeightMode.INT4)


class FitKind(StrEnum):
    """How well a model fits; the value is what the list shows."""

    FITS = "fits"
    QUANTISED = "fits, quantised"
    CPU = "CPU only, slow"
    NO_TORCH = "needs torch"
    NO_MEMORY = "too large"
    NO_DISK = "no disk room"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Whether a model fits.

    Attributes:
        kind: in a word.
        mode: how its weights would be held; None if nothing fits or there is no choice.
        sentences: the same for a person, with the numbers; estimates for 1920x1080.
    """

    kind: FitKind
    mode: WeightMode | None
    sentences: tuple[str, ...]

    @property
    def short(self) -> str:
        """For a narrow column."""
        return f"fits in {self.mode}" if self.kind is FitKind.QUANTISED else self.kind.value


def needed_bytes(card: ModelCard, mode: WeightMode) -> int:
    """Memory that a checkpoint needs at 1920x1080, on a GPU with what the runtime takes."""
    if card.shape is None:
        return card.memory_bytes or 0
    runtime = 0 if mode is WeightMode.FLOAT32 else _RUNTIME_BYTES
    return card.shape.weight_bytes(mode) + card.shape.working_bytes(mode) + runtime


def judge_fit(card: ModelCard, machine: Machine, *, is_installed: bool) -> Fit:
    """Whether a model fits a machine, and what would.

    Args:
        card: the model.
        machine: what there is.
        is_installed: whether its files are on the disk already, so that no room is needed for them.
    """
    if card.shape is None:
        return _judge_builtin(card, machine)
    kind, mode, sentences = _judge_memory(card, machine)
    size_bytes = card.size_bytes or 0
    if not is_installed and machine.disk_bytes is not None and machine.disk_bytes < size_bytes:
        kind = FitKind.NO_DISK
        sentences.append(f"It takes {_gb(size_bytes)} on the disk, and {_gb(machine.disk_bytes)} are free.")
    if not machine.has_torch:
        kind = kind if kind in (FitKind.NO_DISK, FitKind.NO_MEMORY) else FitKind.NO_TORCH
        sentences.append("torch and transformers are not installed: pip install 'foveal[focusui]'.")
    return Fit(kind=kind, mode=mode, sentences=tuple(sentences))


def _judge_builtin(card: ModelCard, machine: Machine) -> Fit:
    if not card.is_available():
        return Fit(kind=FitKind.UNKNOWN, mode=None, sentences=("Parts of it are not installed: see `foveal doctor`.",))
    if machine.ram_bytes is not None and card.memory_bytes is not None and machine.ram_bytes < card.memory_bytes:
        sentence = f"It needs {_gb(card.memory_bytes)} of memory, and {_gb(machine.ram_bytes)} are free."
        return Fit(kind=FitKind.NO_MEMORY, mode=None, sentences=(sentence,))
    return Fit(kind=FitKind.FITS, mode=None, sentences=("It runs here, on the CPU.",))


def _judge_memory(card: ModelCard, machine: Machine) -> tuple[FitKind, WeightMode | None, list[str]]:
    """On the GPU if it fits there in any mode, else on the CPU."""
    sentences = []
    gpu, ram_bytes = machine.gpu, machine.ram_bytes
    wanted = (card.weights,) if card.weights is not None else _MODES
    if gpu is not None:
        mode = next((m for m in wanted if needed_bytes(card, m) <= gpu.free_bytes), None)
        sentences.append(
            f"In {wanted[0]} it needs about {_gb(needed_bytes(card, wanted[0]))} of GPU memory; "
            f"{gpu.name} has {_gb(gpu.free_bytes)} free of {_gb(gpu.total_bytes)}."
        )
        if mode is wanted[0]:
            return FitKind.FITS, mode, sentences
        if mode is not None:
            sentences.append(f"It would fit in {mode} (about {_gb(needed_bytes(card, mode))}).")
            if whole := _smaller(card, gpu.free_bytes, (WeightMode.BF16,)):
                sentences.append(f"{whole} on the GPU.")
            return FitKind.QUANTISED, mode, sentences
        sentences.append(_instead(card, gpu.free_bytes, _MODES, "GPU"))
    else:
        sentences.append("There is no NVIDIA GPU here: it would run on the CPU, which takes many seconds a look.")
    cpu = card.weights or WeightMode.FLOAT32
    needed = needed_bytes(card, cpu)
    if ram_bytes is None:
        sentences.append(f"On the CPU it needs about {_gb(needed)}; this system does not say how much is free.")
        return FitKind.UNKNOWN, None, sentences
    sentences.append(f"On the CPU it needs about {_gb(needed)} in {cpu}; {_gb(ram_bytes)} of memory are free.")
    if needed <= ram_bytes:
        return FitKind.CPU, cpu, sentences
    if gpu is None:
        sentences.append(_instead(card, ram_bytes, (cpu,), "CPU"))
    return FitKind.NO_MEMORY, None, sentences


def _smaller(card: ModelCard, free_bytes: int, modes: tuple[WeightMode, ...]) -> str:
    """Which other model of its kind would fit: the largest one, whole rather than quantised; "" if none."""
    kin = [c for c in MODEL_CARDS if c.shape is not None and card.shape is not None and c.shape.head is card.shape.head]
    for mode in modes:
        if fitting := [c for c in kin if needed_bytes(c, mode) <= free_bytes]:
            best = max(fitting, key=lambda c: needed_bytes(c, mode))
            return f"{best.name} would fit in {mode} (about {_gb(needed_bytes(best, mode))})"
    return ""


def _instead(card: ModelCard, free_bytes: int, modes: tuple[WeightMode, ...], where: str) -> str:
    if smaller := _smaller(card, free_bytes, modes):
        return f"{smaller} on the {where}."
    return f"No model of its kind fits on the {where}; `ocr` needs neither GPU nor much memory."


def _gb(n_bytes: int) -> str:
    return f"{n_bytes / 1e9:.1f} GB"
