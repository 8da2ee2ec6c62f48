"""What this machine has: GPU, memory, disk, torch. Nothing heavy is imported."""

import importlib.util
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_MIB = 1024**2
_MEMINFO = Path("/proc/meminfo")
_CGROUP = Path("/sys/fs/cgroup")
_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gpu:
    """A GPU: its name, its memory and how much of that nobody uses."""

    name: str
    total_bytes: int
    free_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What decides about which model fits.

    Attributes:
        gpu: the first NVIDIA GPU, None if there is none.
        ram_bytes: memory that programs can still take; None if this system does not say.
        disk_bytes: free where models are kept; None if that cannot be told.
        has_torch: whether torch and transformers are installed.
    """

    gpu: Gpu | None
    ram_bytes: int | None
    disk_bytes: int | None
    has_torch: bool


def read_machine(folder: Path) -> Machine:
    """Look at the machine; takes as long as ``nvidia-smi``.

    Args:
        folder: where models are kept; need not exist.
    """
    return Machine(gpu=read_gpu(), ram_bytes=read_ram(), disk_bytes=free_disk(folder), has_torch=_has_torch())


def read_gpu() -> Gpu | None:
    """The first NVIDIA GPU, as its driver's own tool tells; None if there is none."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return None
    query = [tool, "--query-gpu=name,memory.total,memory.free", "--format=csv,noheader,nounits"]
    try:
        said = subprocess.run(  # noqa: S603 - the driver's tool, fixed arguments
            query, capture_output=True, text=True, check=True, timeout=_TIMEOUT_S
        ).stdout
        name, total, free = said.splitlines()[0].rsplit(",", 2)
        return Gpu(name=name.strip(), total_bytes=int(total) * _MIB, free_bytes=int(free) * _MIB)
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None  # the tool is there, a driver or a GPU is not


def free_disk(folder: Path) -> int | None:
    """Bytes that are free where a folder is or would be made."""
    for place in (folder, *folder.absolute().parents):
        if place.is_dir():
            try:
                return shutil.disk_usage(place).free
            except OSError:
                return None
    return None


def read_ram(meminfo: Path = _MEMINFO, cgroup: Path = _CGROUP) -> int | None:
    """Memory that programs can still take, within the limit of the container that we run in; None if nobody says.

    Args:
        meminfo: the kernel's account; without it, half of what is built in.
        cgroup: folder of the control group, version 2.
    """
    known = [n_bytes for n_bytes in (_available(meminfo), _left_in_group(cgroup)) if n_bytes is not None]
    return min(known, default=None)


def _available(meminfo: Path) -> int | None:
    try:
        lines = meminfo.read_text("ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError, IndexError, StopIteration):
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, OSError, ValueError):  # no such call, or it does not know
        return None


def _left_in_group(cgroup: Path) -> int | None:
    """Files that the group has read count as taken, but are let go when memory is short."""
    try:
        limit, used = (int((cgroup / name).read_text("ascii")) for name in ("memory.max", "memory.current"))
        counts = dict(line.split() for line in (cgroup / "memory.stat").read_text("ascii").splitlines())
        return max(0, limit - used + int(counts["inactive_file"]) + int(counts["active_file"]))
    except (OSError, ValueError, KeyError):  # no group, or "max"
        return None


def _has_torch() -> bool:
    return all(importlib.util.find_spec(module) is not None for module in ("torch", "transformers"))
