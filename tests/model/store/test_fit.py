import os
from dataclasses import replace
from pathlib import Path

import pytest

from model.registry import find_card
from model.store.fit import FitKind, judge_fit, needed_bytes
from model.store.machine import Gpu, Machine, read_gpu, read_machine
from model.weight_mode import WeightMode

GB = 10**9
BIG = Machine(
    gpu=Gpu(name="H200", total_bytes=141 * GB, free_bytes=140 * GB),
    ram_bytes=128 * GB,
    disk_bytes=500 * GB,
    has_torch=True,
)


def with_gpu(free_gb: float) -> Machine:
    return replace(BIG, gpu=Gpu(name="RTX 4070", total_bytes=12 * GB, free_bytes=round(free_gb * GB)), ram_bytes=8 * GB)


def test_everything_fits_a_large_gpu() -> None:
    fit = judge_fit(find_card("focusui-7b"), BIG, is_installed=False)
    assert (fit.kind, fit.mode) == (FitKind.FITS, WeightMode.BF16)


def test_what_would_fit_instead_is_named() -> None:
    fit = judge_fit(find_card("focusui-7b"), with_gpu(11.0), is_installed=False)
    assert (fit.kind, fit.mode, fit.short) == (FitKind.QUANTISED, WeightMode.INT4, "fits in int4")
    said = " ".join(fit.sentences)
    assert "In bf16 it needs about 18.3 GB of GPU memory; RTX 4070 has 11.0 GB free of 12.0 GB." in said
    assert "It would fit in int4 (about 8.7 GB)." in said
    assert "focusui-3b would fit in bf16 (about 8.8 GB) on the GPU." in said


def test_gpu_that_is_too_small_for_any_of_a_kind() -> None:
    fit = judge_fit(find_card("focusui-7b"), with_gpu(1.0), is_installed=False)
    assert fit.kind is FitKind.NO_MEMORY
    assert "`ocr` needs neither" in " ".join(fit.sentences)


def test_asked_for_a_mode_only_that_one_counts() -> None:
    assert judge_fit(find_card("focusui-3b:int4"), with_gpu(6.0), is_installed=False).kind is FitKind.FITS
    assert judge_fit(find_card("focusui-3b:bf16"), with_gpu(6.0), is_installed=False).kind is FitKind.NO_MEMORY


def test_without_a_gpu_it_runs_slowly() -> None:
    machine = replace(BIG, gpu=None)
    fit = judge_fit(find_card("focusui-3b"), machine, is_installed=False)
    assert (fit.kind, fit.mode) == (FitKind.CPU, WeightMode.FLOAT32)
    small = judge_fit(find_card("focusui-7b"), replace(machine, ram_bytes=20 * GB), is_installed=False)
    assert small.kind is FitKind.NO_MEMORY
    assert "focusui-3b would fit in float32" in small.sentences[-1]
    assert judge_fit(find_card("focusui-3b"), replace(machine, ram_bytes=None), is_installed=False).kind is (
        FitKind.UNKNOWN
    )


def test_disk_counts_until_it_is_there() -> None:
    machine = replace(BIG, disk_bytes=GB)
    assert judge_fit(find_card("focusui-3b"), machine, is_installed=False).kind is FitKind.NO_DISK
    assert judge_fit(find_card("focusui-3b"), machine, is_installed=True).kind is FitKind.FITS


def test_without_torch_it_is_said_what_to_install() -> None:
    fit = judge_fit(find_card("qwen3-vl-2b"), replace(BIG, has_torch=False), is_installed=False)
    assert fit.kind is FitKind.NO_TORCH
    assert "pip install 'foveal[focusui]'" in fit.sentences[-1]


def test_what_comes_with_the_program() -> None:
    assert judge_fit(find_card("ocr"), BIG, is_installed=True).kind is FitKind.FITS
    assert judge_fit(find_card("ocr"), replace(BIG, ram_bytes=1000), is_installed=True).kind is FitKind.NO_MEMORY


def test_memory_exceeds_the_weights() -> None:
    card = find_card("gui-actor-7b")
    assert card.shape is not None
    assert needed_bytes(card, WeightMode.INT8) > card.shape.weight_bytes(WeightMode.INT8)


def _tool(folder: Path, script: str) -> None:
    (folder / "nvidia-smi").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "nvidia-smi").chmod(0o755)


def test_gpu_as_the_driver_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    _tool(tmp_path, 'echo "NVIDIA H200, 143771, 143000"; echo "NVIDIA H200, 143771, 5"')
    assert read_gpu() == Gpu(name="NVIDIA H200", total_bytes=143771 * 1024**2, free_bytes=143000 * 1024**2)
    _tool(tmp_path, 'echo "No devices were found"; exit 6')
    assert read_gpu() is None
    _tool(tmp_path, "echo nonsense")
    assert read_gpu() is None


def test_this_machine(tmp_path: Path) -> None:
    machine = read_machine(tmp_path / "not" / "there" / "yet")
    assert machine.disk_bytes is not None
    assert machine.disk_bytes > 0
    assert machine.ram_bytes is None or machine.ram_bytes > 0
