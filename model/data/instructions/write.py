"""Instructions as training records (``model.data.records``): one JSON object a line, beside the pictures."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from model.data.boxes import BoxNorm
from model.data.instructions.instruction import Instruction
from model.data.records import IMAGE_TEXT, SCREEN_RECIPIENT
from model.data.screens import LabelledScreen
from model.grounder import Box, ElementKind


def to_record(screen: LabelledScreen, instruction: Instruction, *, is_dense: bool = False) -> dict[str, Any]:
    """An instruction in the format of FocusUI: ``image``, and a conversation that ends in a click with ``bbox_gt``.

    The box is that of the first target that is more than a text. What the format does not know stands beside it:
    ``source``, and ``targets``, the boxes of all right answers as fractions of the screenshot; ``elements``, all that
    can be seen, if the record is to be dense.

    Raises:
        ValueError: the instruction is a negative; the format has no answer for that.
    """
    if not instruction.targets:
        raise ValueError("the format has no answer for what is not there")
    targets = [screen.elements[i] for i in instruction.targets]
    main = next((target for target in targets if target.kind is not ElementKind.TEXT), targets[0])
    x1, y1, x2, y2 = _norm(main.bbox, screen)
    record: dict[str, Any] = {
        "image": screen.picture,
        "conversations": [
            {"from": "human", "value": f"{IMAGE_TEXT}{instruction.text}"},
            {
                "from": "gpt",
                "value": f"pyautogui.click(x={(x1 + x2) / 2:.4f}, y={(y1 + y2) / 2:.4f})",
                "recipient": SCREEN_RECIPIENT,
                "end_turn": True,
                "bbox_gt": [x1, y1, x2, y2],
            },
        ],
        "source": str(instruction.source),
        "targets": [_norm(target.bbox, screen) for target in targets],
    }
    return {**record, "elements": element_rows(screen)} if is_dense else record


def element_rows(screen: LabelledScreen) -> list[dict[str, Any]]:
    """All elements of a screen as they stand in a record (``model.data.annotations``); those outside are left out."""
    return [
        {"bbox": _norm(element.bbox, screen), "kind": str(element.kind), "text": element.text}
        for element in screen.elements
        if _reaches_into(element.bbox, screen)
    ]


def write_records(
    path: Path, screen: LabelledScreen, instructions: Iterable[Instruction], *, is_dense: bool = False
) -> int:
    """Add the records of a screen to a file that lies beside its picture; negatives are left out.

    Returns:
        How many were written.
    """
    records = [to_record(screen, instruction, is_dense=is_dense) for instruction in instructions if instruction.targets]
    with path.open("a", encoding="utf-8") as stream:
        stream.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    return len(records)


def _reaches_into(box: Box, screen: LabelledScreen) -> bool:
    x1, y1, x2, y2 = box
    return x1 < screen.width_px and y1 < screen.height_px and x2 > 0 and y2 > 0


def _norm(box: Box, screen: LabelledScreen) -> list[float]:
    """A box as fractions of the screenshot; what reaches over an edge by a rounding is cut there."""
    x1, y1, x2, y2 = box
    width_px, height_px = screen.width_px, screen.height_px
    cut = BoxNorm.from_pixels(
        max(0.0, x1), max(0.0, y1), min(width_px, x2), min(height_px, y2), width_px=width_px, height_px=height_px
    )
    return [cut.x1_norm, cut.y1_norm, cut.x2_norm, cut.y2_norm]
