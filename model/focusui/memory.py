"""How much memory is left on the device that the model runs on, and what running out of it looks like."""

import gc
from typing import Protocol

import torch

from model.store.machine import read_ram

# What torch says where it raises a plain RuntimeError: the allocator of the CPU, then cuBLAS and cuDNN.
_SIGNS = ("can't allocate memory", "not enough memory", "STATUS_ALLOC_FAILED", "out of memory")


class DeviceMemory(Protocol):
    """The memory of one device."""

    def free_bytes(self) -> int | None:
        """What could be taken now; None if nobody says."""
        ...

    def release(self) -> None:
        """Give back what is held but not used."""
        ...


class HostMemory:
    """The machine's own memory."""

    def free_bytes(self) -> int | None:
        """What programs can still take."""
        return read_ram()

    def release(self) -> None:
        """See ``DeviceMemory``."""
        gc.collect()


class CudaMemory:
    """The memory of a GPU.

    Args:
        device: of CUDA or ROCm.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device

    def free_bytes(self) -> int | None:
        """What the driver has left, and what torch holds without using it."""
        free, _ = torch.cuda.mem_get_info(self._device)
        held = torch.cuda.memory_reserved(self._device) - torch.cuda.memory_allocated(self._device)
        return int(free + held)

    def release(self) -> None:
        """See ``DeviceMemory``."""
        gc.collect()
        torch.cuda.empty_cache()


class UnknownMemory:
    """A device that says nothing about its memory."""

    def free_bytes(self) -> int | None:
        """None."""
        return None

    def release(self) -> None:
        """Give back what Python holds."""
        gc.collect()


def memory_of(device: torch.device) -> DeviceMemory:
    """The memory of a device."""
    match device.type:
        case "cuda":
            return CudaMemory(device)
        case "cpu":
            return HostMemory()
        case _:
            return UnknownMemory()


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error means that memory ran out, on the GPU or on the CPU."""
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error) for sign in _SIGNS)
