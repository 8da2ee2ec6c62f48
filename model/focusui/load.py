"""Loads a grounder from a checkpoint folder: on what there is, as the person wants it, or with a word on why not."""

import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch

from model.errors import ModelLoadError
from model.focusui.budget import BudgetedGrounder, PixelBudget, unpacking_bytes
from model.focusui.checkpoint import load_checkpoint
from model.focusui.digest import checkpoint_digest
from model.focusui.grounder import FocusUIGrounder
from model.focusui.kernels import compiled_kernels
from model.focusui.memory import DeviceMemory, is_out_of_memory, memory_of
from model.focusui.quantise import QUANTISERS, QuantisedLoading, Quantiser
from model.focusui.runtime import Runtime, speed_key
from model.focusui.selftest import SelfTest
from model.focusui.strategy import FindTimesFile
from model.grounder import Grounder
from model.shape import ModelShape, shape_of_config
from model.weight_mode import WeightMode

log = logging.getLogger(__name__)

DEVICE_VARIABLE = "FOVEAL_DEVICE"
ATTENTION_VARIABLE = "FOVEAL_ATTENTION"
SDPA = "sdpa"
FLASH = "flash_attention_2"
_ATTENTIONS = {SDPA: "torch", FLASH: "flash_attn"}
"""Ways to compute attention, and the module that each needs."""

_SMALL_SCREEN_PX = (800, 600)
"""What must at least be possible to look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """How a checkpoint is loaded.

    Attributes:
        folder, name: where it lies, and what it is called.
        shape: its numbers.
        device: where it goes.
        attention: how attention is computed.
        runtime: how it is run.
        memory: of the device.
    """

    folder: Path
    name: str
    shape: ModelShape
    device: torch.device
    attention: str
    runtime: Runtime
    memory: DeviceMemory

    def needed_bytes(self, weights: WeightMode) -> int:
        """Memory for the weights and a look at a small screen."""
        # On the CPU bfloat16 weights stay in their file, which the system reads, and forgets, as it likes.
        is_mapped = self.device.type == "cpu" and weights is WeightMode.BF16
        held = 0 if is_mapped else self.shape.weight_bytes(weights)
        return held + unpacking_bytes(self.shape, weights) + self.shape.working_bytes(weights, *_SMALL_SCREEN_PX)

    def fits(self, weights: WeightMode) -> bool:
        """Whether there is memory for it, as far as anybody knows."""
        free_bytes = self.memory.free_bytes()
        return free_bytes is None or self.needed_bytes(weights) <= free_bytes


def load_focusui(
    folder: Path,
    *,
    name: str,
    weights: WeightMode | None = None,
    device: str | None = None,
    attention: str | None = None,
    runtime: Runtime = Runtime(),  # noqa: B008 - frozen
    quantisers: Mapping[WeightMode, Quantiser] = QUANTISERS,
    memory: DeviceMemory | None = None,
    cache: Path | None = None,
) -> Grounder:
    """Load a checkpoint for grounding.

    Args:
        folder: of the checkpoint.
        name: what it is called.
        weights: how they are held; None takes bfloat16 on a GPU and float32 on the CPU.
        device: "cpu", "cuda:0" …; None takes the one that ``FOVEAL_DEVICE`` names, else a GPU if there is one.
        attention: "sdpa" or "flash_attention_2"; None takes what ``FOVEAL_ATTENTION`` names, else "sdpa", which needs
            nothing beyond torch.
        runtime: how it is run.
        quantisers: by weight mode.
        memory: of the device; None asks it.
        cache: where the self-test of quantised weights is kept; None takes the usual place.

    What ``foveal models bench --remember`` measured for its shape on this device decides which way it takes.

    Raises:
        ModelLoadError: it is no checkpoint, does not fit, or points elsewhere once quantised.
    """
    place = choose_device(device)
    plan = _Plan(
        folder=folder,
        name=name,
        shape=_read_shape(folder),
        device=place,
        attention=_attention(attention or os.environ.get(ATTENTION_VARIABLE) or SDPA),
        runtime=runtime,
        memory=memory or memory_of(place),
    )
    wanted = weights or (WeightMode.FLOAT32 if place.type == "cpu" else WeightMode.BF16)
    _refuse_misfit(plan, wanted)
    open_wanted = partial(_open, plan, wanted, place, quantisers.get(wanted))
    if wanted not in quantisers:
        return open_wanted()
    # The whole weights that the quantised ones are compared with must not fail where the latter are the way out.
    reference_place = place if plan.fits(WeightMode.BF16) else torch.device("cpu")
    return SelfTest(checkpoint_digest(folder, cache=cache), cache=cache).admit(
        f"{wanted} on {place.type}",
        open_reference=partial(_open, plan, WeightMode.BF16, reference_place, None),
        open_quantised=open_wanted,
    )


def _open(plan: _Plan, weights: WeightMode, place: torch.device, quantiser: Quantiser | None) -> Grounder:
    memory = plan.memory if place == plan.device else memory_of(place)
    options: dict[str, Any] = {} if quantiser is None else {"quantization_config": QuantisedLoading(quantiser)}
    try:
        checkpoint = load_checkpoint(
            plan.folder,
            dtype=torch.float32 if weights is WeightMode.FLOAT32 else torch.bfloat16,
            device=place,
            attn_implementation=plan.attention,
            **options,
        )
    except (RuntimeError, MemoryError) as exc:
        memory.release()
        if is_out_of_memory(exc):
            raise _misfit(plan, weights) from exc
        raise ModelLoadError(f"{plan.name} cannot be loaded on {place}: {exc}") from exc
    network = checkpoint.network
    if plan.runtime.is_compiled:
        network.kernels = compiled_kernels()
    times = FindTimesFile().read(speed_key(network))
    grounder = FocusUIGrounder(checkpoint, name=plan.name, folder=plan.folder, runtime=plan.runtime, times=times)
    budget = PixelBudget(shape=plan.shape, weights=weights, memory=memory, most_pixels=checkpoint.image_spec.max_pixels)
    return BudgetedGrounder(grounder, budget)


def choose_device(wanted: str | None) -> torch.device:
    """The device to run on.

    Args:
        wanted: "cpu", "cuda:0" …; None takes the one that ``FOVEAL_DEVICE`` names, else a GPU if there is one.

    Raises:
        ModelLoadError: there is no such device.
    """
    wanted = wanted or os.environ.get(DEVICE_VARIABLE) or None
    has_gpu = torch.cuda.is_available()
    if wanted is None:
        return torch.device("cuda:0" if has_gpu else "cpu")
    try:
        device = torch.device(wanted)
    except RuntimeError as exc:
        raise ModelLoadError(f'"{wanted}" is no device.', hint='Write "cpu", or "cuda:0" for the first GPU.') from exc
    if device.type != "cuda":
        return device
    if not has_gpu:
        raise ModelLoadError(
            "There is no GPU here that torch can use.",
            hint="Is its driver installed, and a torch that was built for it? Without one, models run on the CPU.",
        )
    n_gpus, index = torch.cuda.device_count(), device.index or 0
    if index >= n_gpus:
        raise ModelLoadError(f"There is no GPU cuda:{index}.", hint=f"The last one is cuda:{n_gpus - 1}.")
    return torch.device("cuda", index)


def _attention(wanted: str) -> str:
    if wanted not in _ATTENTIONS:
        raise ModelLoadError(
            f'"{wanted}" is no way to compute attention.', hint=f"There is {' and '.join(_ATTENTIONS)}."
        )
    if find_spec(_ATTENTIONS[wanted]) is None:
        raise ModelLoadError(
            f"{wanted} needs the package {_ATTENTIONS[wanted]}, which is not installed here.",
            hint=f"Without {ATTENTION_VARIABLE}, torch's own attention is used, which needs no build.",
        )
    return wanted


def _read_shape(folder: Path) -> ModelShape:
    path = folder / "config.json"
    try:
        return shape_of_config(json.loads(path.read_text("utf-8")))
    except FileNotFoundError as exc:
        raise ModelLoadError(f"{folder} is not a model: it has no config.json.") from exc
    except (OSError, KeyError, ValueError, TypeError, AttributeError) as exc:
        raise ModelLoadError(f"{path} describes no model that Foveal knows: {exc!r}.") from exc


def _refuse_misfit(plan: _Plan, weights: WeightMode) -> None:
    if not plan.fits(weights):
        raise _misfit(plan, weights)


def _misfit(plan: _Plan, weights: WeightMode) -> ModelLoadError:
    free_bytes = plan.memory.free_bytes()
    free = "" if free_bytes is None else f", and {_gb(free_bytes)} are free"
    fitting = [mode for mode in (WeightMode.BF16, *QUANTISERS) if mode is not weights and plan.fits(mode)]
    smaller = [mode for mode in fitting if plan.needed_bytes(mode) < plan.needed_bytes(weights)]
    base = plan.name.removesuffix(f":{weights}")
    if smaller:
        best = smaller[0]
        hint = f"In {best} it would fit (about {_gb(plan.needed_bytes(best))}): choose {base}:{best}."
    else:
        hint = "Choose a smaller model (`foveal models list`), or close programs that use much memory."
    if plan.device.type != "cpu":
        hint += f" On the CPU, with {DEVICE_VARIABLE}=cpu, it takes many seconds a look."
    return ModelLoadError(
        f"{plan.name} does not fit: in {weights} it needs about {_gb(plan.needed_bytes(weights))} "
        f"on {plan.device}{free}.",
        hint=hint,
    )


def _gb(n_bytes: int) -> str:
    return f"{n_bytes / 1e9:.1f} GB"
