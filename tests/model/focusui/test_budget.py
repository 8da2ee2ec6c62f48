"""Looking as sharply as memory allows, and again less sharply when it ran out."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from model.errors import InputError, LookExpiredError, ModelError
from model.focusui.budget import MAX_RETRIES, MIN_PIXELS, BudgetedGrounder, PixelBudget
from model.focusui.grounder import FocusUIGrounder
from model.focusui.memory import is_out_of_memory
from model.grounder import Grounding, Look
from model.published import CHECKPOINTS
from model.shape import ModelShape
from model.weight_mode import WeightMode
from tests.model.focusui.tiny import tiny
from tests.reference import checkpoint_folder

SHAPE: ModelShape = next(checkpoint.shape for checkpoint in CHECKPOINTS if checkpoint.name == "focusui-3b")
MOST_PIXELS = 5_720_064


class FixedMemory:
    """So much is free, and counts how often memory was given back."""

    def __init__(self, free_bytes: int | None) -> None:
        self.n_bytes = free_bytes
        self.n_releases = 0

    def free_bytes(self) -> int | None:
        return self.n_bytes

    def release(self) -> None:
        self.n_releases += 1


class HungryGrounder(FocusUIGrounder):
    """Runs out of memory with pictures of more than so many pixels, when it looks or when it answers."""

    look_pixels = find_pixels = 10**9

    def look(self, image: NDArray[np.uint8], *, max_pixels: int | None = None) -> Look:
        self._take(min(max_pixels or 10**9, image.shape[0] * image.shape[1]), self.look_pixels)
        return super().look(image, max_pixels=max_pixels)

    def find(self, look: Look, instruction: str, *, keep_fraction: float | None = None) -> Grounding:
        self._take(look.grid.n_cells * 28 * 28, self.find_pixels)
        return super().find(look, instruction, keep_fraction=keep_fraction)

    @staticmethod
    def _take(n_pixels: int, affordable: int) -> None:
        if n_pixels > affordable:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")


@pytest.fixture
def memory() -> FixedMemory:
    return FixedMemory(None)


@pytest.fixture
def hungry() -> HungryGrounder:
    return HungryGrounder(tiny("qwen2_5_vl"), name="tiny", folder=checkpoint_folder("qwen2_5_vl"))


@pytest.fixture
def budgeted(hungry: HungryGrounder, memory: FixedMemory) -> Iterator[BudgetedGrounder]:
    return BudgetedGrounder(hungry, _budget(memory))


@pytest.fixture
def picture() -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 255, (700, 1000, 3), dtype=np.uint8)


def _budget(memory: FixedMemory) -> PixelBudget:
    return PixelBudget(shape=SHAPE, weights=WeightMode.BF16, memory=memory, most_pixels=MOST_PIXELS)


def test_with_plenty_of_memory_nothing_is_changed(
    budgeted: BudgetedGrounder, hungry: HungryGrounder, picture: NDArray[np.uint8]
) -> None:
    look = budgeted.look(picture)
    assert look.grid == hungry.look(picture).grid
    grounding = budgeted.find(look, "Save")
    assert grounding.note == ""
    assert grounding.pointer_probs.tolist() == hungry.find(look, "Save").pointer_probs.tolist()


@pytest.mark.parametrize("free_bytes", [10**6, 10**8, 3 * 10**8, 10**9, 10**10])
def test_the_budget_is_what_the_free_memory_pays_for(free_bytes: int) -> None:
    limit = _budget(FixedMemory(free_bytes)).max_pixels(2560, 1440)
    n_pixels = 2560 * 1440 if limit is None else limit
    needed = SHAPE.working_bytes(WeightMode.BF16, 2560, 1440) * n_pixels / (2560 * 1440)
    assert needed <= free_bytes or n_pixels == MIN_PIXELS


def test_a_quantised_layer_needs_room_to_be_unpacked() -> None:
    free = FixedMemory(10**9)
    whole, packed = (
        PixelBudget(shape=SHAPE, weights=weights, memory=free, most_pixels=MOST_PIXELS).max_pixels(3840, 2160)
        for weights in (WeightMode.BF16, WeightMode.INT4)
    )
    assert whole is not None
    assert packed is not None
    assert packed <= whole


def test_less_memory_never_means_a_larger_picture() -> None:
    budgets = [_budget(FixedMemory(n)).max_pixels(3840, 2160) or MOST_PIXELS for n in range(0, 4 * 10**9, 10**8)]
    assert budgets == sorted(budgets)
    assert budgets[0] == MIN_PIXELS
    assert budgets[-1] == MOST_PIXELS


def test_short_memory_scales_the_picture_down_and_says_so(
    budgeted: BudgetedGrounder, memory: FixedMemory, picture: NDArray[np.uint8]
) -> None:
    whole = budgeted.look(picture).grid
    memory.n_bytes = SHAPE.working_bytes(WeightMode.BF16, 1000, 700) // 2
    look = budgeted.look(picture)
    assert whole.n_cells / 3 < look.grid.n_cells < whole.n_cells / 2
    assert (look.grid.width_px, look.grid.height_px) == (1000, 700)
    assert "1000 x 700" in budgeted.find(look, "Save").note
    assert memory.n_releases == 0


def test_running_out_while_looking_halves_the_pixels(
    budgeted: BudgetedGrounder, hungry: HungryGrounder, memory: FixedMemory, picture: NDArray[np.uint8]
) -> None:
    hungry.look_pixels = 200_000
    look = budgeted.look(picture)
    assert memory.n_releases == 2
    assert look.grid.n_cells * 28 * 28 <= 175_000
    assert "25%" in budgeted.find(look, "Save").note


def test_running_out_while_answering_looks_again_less_sharply(
    budgeted: BudgetedGrounder, hungry: HungryGrounder, memory: FixedMemory, picture: NDArray[np.uint8]
) -> None:
    look = budgeted.look(picture)
    hungry.find_pixels = 400_000
    grounding = budgeted.find(look, "Save")
    assert grounding.grid.n_cells < look.grid.n_cells
    assert (grounding.grid.width_px, grounding.grid.height_px) == (1000, 700)
    assert "50%" in grounding.note
    # The handle goes on to mean that screen, as it now is.
    assert budgeted.score(look, "Save").grid == grounding.grid
    assert budgeted.find(look, "Open").note == grounding.note
    assert memory.n_releases == 1


def test_when_even_a_small_picture_is_too_much_it_is_an_error_with_a_hint(
    budgeted: BudgetedGrounder, hungry: HungryGrounder, memory: FixedMemory, picture: NDArray[np.uint8]
) -> None:
    look = budgeted.look(picture)
    hungry.find_pixels = hungry.look_pixels = 0
    for ask in (lambda: budgeted.look(picture), lambda: budgeted.find(look, "Save")):
        with pytest.raises(ModelError, match="too little memory") as caught:
            ask()
        assert "smaller model" in caught.value.hint
    assert memory.n_releases == 2 * (MAX_RETRIES + 1) + 1


def test_other_errors_are_not_taken_for_it(
    budgeted: BudgetedGrounder, memory: FixedMemory, picture: NDArray[np.uint8]
) -> None:
    look = budgeted.look(picture)
    with pytest.raises(LookExpiredError):
        budgeted.find(replace(look, look_id="of another model"), "Save")
    with pytest.raises(InputError):
        budgeted.find(look, " ")
    assert memory.n_releases == 0


@pytest.mark.parametrize(
    ("error", "is_short"),
    [
        (torch.OutOfMemoryError("CUDA out of memory"), True),
        (MemoryError(), True),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes."), True),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate(handle)"), True),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_what_running_out_looks_like(error: Exception, is_short: bool) -> None:
    assert is_out_of_memory(error) is is_short


def test_a_process_that_really_runs_out_looks_again_less_sharply_and_then_gives_up() -> None:
    script = Path(__file__).with_name("short_of_memory.py")
    done = subprocess.run(
        [sys.executable, "-m", f"tests.model.focusui.{script.stem}", str(checkpoint_folder("qwen2_5_vl")), "100", "4"],
        capture_output=True,
        text=True,
        check=True,
        # What is freed goes back at once: memory of the first look must not serve the second.
        env=os.environ | {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_ARENA_MAX": "1"},
    )
    short, very_short = json.loads(done.stdout)
    assert short["point"] is not None
    assert "2400 x 1600" in short["note"]
    assert short["shape"][0] < 1600 // 28
    assert "too little memory" in very_short["error"]
