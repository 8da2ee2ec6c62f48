"""A few tiny screens to learn by heart: three coloured buttons each, one of them meant, all of them known."""

from collections.abc import Callable
from functools import cache

import numpy as np
import torch
from PIL import Image, ImageDraw

from model.data.boxes import BoxNorm
from model.data.records import TrainingRecord, parse_record
from model.focusui.checkpoint import Checkpoint, load_checkpoint
from model.focusui.network import FocusUI
from model.training.objectives.objective import Objective
from model.training.sample import TrainingSample
from tests.model.training import recorded
from tests.reference import checkpoint_folder

WIDTH_PX, HEIGHT_PX = 224, 160
_COLOURS = {"red": (200, 30, 30), "green": (30, 160, 30), "blue": (30, 30, 200)}
_COLUMNS = {"left": 8, "middle": 82, "right": 156}
_SIZE_PX = (60, 44)
SEED = 17


def fresh(variant: str) -> Checkpoint:
    """A checkpoint of its own, to be changed."""
    return load_checkpoint(checkpoint_folder(variant), dtype=torch.float32)


def records(n_screens: int = 3) -> list[tuple[TrainingRecord, Image.Image]]:
    """Records with phrasings and elements; the same colour lies elsewhere on each screen."""
    return [_record(screen_idx) for screen_idx in range(n_screens)]


@cache
def samples(variant: str, n_screens: int = 3) -> tuple[TrainingSample, ...]:
    """The same as samples."""
    builder = recorded.builder(load_checkpoint(checkpoint_folder(variant), dtype=torch.float32))
    return tuple(builder.build(record, picture) for record, picture in records(n_screens))


def learn(
    network: FocusUI,
    objective: Objective,
    batch: tuple[TrainingSample, ...],
    n_steps: int,
    *,
    learning_rate: float = 3e-3,
    on_step: Callable[[int, dict[str, float]], None] = lambda *_: None,
) -> None:
    """Learn one batch by heart."""
    torch.manual_seed(SEED)  # dropout
    generator = torch.Generator().manual_seed(SEED)
    network.train()
    parameters = [*network.parameters(), *(objective.extra.parameters() if objective.extra else ())]
    optimizer = torch.optim.AdamW(parameters, lr=learning_rate)
    for step_idx in range(n_steps):
        loss = objective.loss(network, batch, generator=generator)
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss.total)
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        on_step(step_idx, {"total": loss.total.item(), **loss.parts})
    network.eval()


def learners(network: FocusUI, objective: Objective, batch: tuple[TrainingSample, ...]) -> set[str]:
    """Which parts of the network get a gradient that is not zero: first words of parameter names.

    Several draws count, because where little is kept a pointer may have nothing to learn from.
    """
    network.train()
    network.zero_grad(set_to_none=True)
    generator = torch.Generator().manual_seed(SEED)
    for _ in range(4):
        torch.autograd.backward(objective.loss(network, batch, generator=generator).total)
    touched = {
        name
        for name, parameter in network.named_parameters()
        if parameter.grad is not None and float(parameter.grad.abs().max()) > 0.0
    }
    network.zero_grad(set_to_none=True)
    network.eval()
    parts = ("patch_scorer", "multi_patch_pointer_head", "model.visual", "model.language_model.layers")
    return {part for part in parts if any(name.startswith(part) for name in touched)}


def _record(screen_idx: int) -> tuple[TrainingRecord, Image.Image]:
    rng = np.random.default_rng(screen_idx)
    picture = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), tuple(rng.integers(200, 250, 3).tolist()))
    draw = ImageDraw.Draw(picture)
    top = 12 + 46 * (screen_idx % 3)
    order = np.roll(list(_COLOURS), screen_idx).tolist()
    boxes = {}
    for colour, left in zip(order, _COLUMNS.values(), strict=True):
        draw.rectangle((left, top, left + _SIZE_PX[0] - 1, top + _SIZE_PX[1] - 1), fill=_COLOURS[colour])
        boxes[colour] = BoxNorm.from_pixels(
            left, top, left + _SIZE_PX[0], top + _SIZE_PX[1], width_px=WIDTH_PX, height_px=HEIGHT_PX
        )
    return parse_record(_row(boxes, order), name=f"screen {screen_idx}"), picture


def _row(boxes: dict[str, BoxNorm], order: list[str]) -> dict[str, object]:
    edges = {colour: [box.x1_norm, box.y1_norm, box.x2_norm, box.y2_norm] for colour, box in boxes.items()}
    x1, y1, x2, y2 = edges["red"]
    kinds = {"red": "button", "green": "icon", "blue": "field"}
    return {
        "image": "screen.png",
        "conversations": [
            {"from": "human", "value": "<image>Click the red button"},
            {
                "from": "gpt",
                "value": f"pyautogui.click(x={(x1 + x2) / 2:.4f}, y={(y1 + y2) / 2:.4f})",
                "bbox_gt": edges["red"],
            },
        ],
        "perspectives": {
            "appearance": "The red rectangle",
            "function": "Stop everything",
            "location": f"The {list(_COLUMNS)[order.index('red')]} one",
        },
        "elements": [{"bbox": edges[colour], "kind": kinds[colour]} for colour in order],
    }
