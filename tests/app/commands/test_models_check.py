"""Which models can run here, as the doctor says it."""

from pathlib import Path

import pytest

from agent.doctor import CheckStatus
from app.commands._models_check import check_models
from model.registry import find_card
from model.store.machine import Gpu, Machine, read_machine

GB = 10**9


def machine(*, gpu_gb: float | None = None, ram_gb: float = 32, has_torch: bool = True) -> Machine:
    free_bytes = None if gpu_gb is None else int(gpu_gb * GB)
    gpu = None if free_bytes is None else Gpu(name="Test GPU", total_bytes=free_bytes + GB, free_bytes=free_bytes)
    return Machine(gpu=gpu, ram_bytes=int(ram_gb * GB), disk_bytes=10**12, has_torch=has_torch)


@pytest.mark.parametrize(
    ("model", "there_is", "status", "words"),
    [
        ("ocr", machine(ram_gb=4, has_torch=False), CheckStatus.OK, ("No NVIDIA GPU", "4.0 GB of memory", "ocr")),
        ("focusui-3b", machine(gpu_gb=12), CheckStatus.OK, ("Test GPU, 12.0 GB of 13.0 GB", "focusui-3b")),
        ("focusui-7b", machine(gpu_gb=12), CheckStatus.WARN, ("focusui-7b",)),
        ("focusui-3b", machine(), CheckStatus.WARN, ("No NVIDIA GPU",)),
        ("focusui-7b", machine(ram_gb=4), CheckStatus.FAIL, ("focusui-7b",)),
        ("focusui-3b", machine(gpu_gb=12, has_torch=False), CheckStatus.FAIL, ("no torch",)),
    ],
)
def test_the_chosen_model_is_held_against_what_there_is(
    model: str, there_is: Machine, status: CheckStatus, words: tuple[str, ...]
) -> None:
    result = check_models(find_card(model), there_is, torch_version="2.13.0" if there_is.has_torch else "")
    assert result.status is status
    for word in words:
        assert word in result.detail
    assert bool(result.hint) is (status is not CheckStatus.OK)


def test_what_would_fit_instead_is_said() -> None:
    result = check_models(find_card("focusui-7b"), machine(gpu_gb=12), torch_version="2.13.0")
    assert "int8" in result.hint


def test_a_torch_that_leaves_the_gpu_idle_is_told() -> None:
    result = check_models(find_card("focusui-3b"), machine(gpu_gb=24), torch_version="2.13.0+cpu")
    assert result.status is CheckStatus.WARN
    assert "CUDA" in result.hint


def test_this_machine_has_an_answer(tmp_path: Path) -> None:
    assert "Chosen: ocr." in check_models(find_card("ocr"), read_machine(tmp_path)).detail
