"""What a checkpoint is made of and how it wants to be run; saved in its ``config.json`` under ``foveal``."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

CONFIG_KEY = "foveal"


class DeepStackLevels(StrEnum):
    """Which DeepStack levels of Qwen3-VL reach the decoder once a visual token is dropped.

    The authors' code passes on the first level only, and the published weights were trained so. With everything kept
    all levels arrive either way.
    """

    FIRST = "first"
    ALL = "all"


class PointingWay(StrEnum):
    """How a network says where.

    Attributes:
        HEAD: a pointer head, which FocusUI and GUI-Actor have.
        ATTENTION: the decoder's own attention, in one forward and without training; any Qwen model.
        TEXT: coordinates that it writes, token by token, as plain Qwen models were trained to.
    """

    HEAD = "head"
    ATTENTION = "attention"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusUIOptions:
    """Heads of a checkpoint and the way it was trained.

    Attributes:
        has_patch_scorer: FocusUI has one; GUI-Actor and plain Qwen models select by the UI graph.
        has_pointer_head: FocusUI and GUI-Actor have one; plain Qwen models have not.
        deepstack: which levels reach the decoder once something is dropped; without effect on Qwen2-VL and Qwen2.5-VL.
        keep_fraction: share of visual tokens kept where nobody says otherwise, in (0, 1].
        pointing: how the network says where; None takes the pointer head if there is one, else text.
    """

    has_patch_scorer: bool = True
    has_pointer_head: bool = True
    deepstack: DeepStackLevels = DeepStackLevels.FIRST
    keep_fraction: float = 0.5
    pointing: PointingWay | None = None

    def __post_init__(self) -> None:
        if not 0.0 < self.keep_fraction <= 1.0:
            raise ValueError(f"keep_fraction must be in (0, 1], not {self.keep_fraction}")
        if self.pointing is PointingWay.HEAD and not self.has_pointer_head:
            raise ValueError("a checkpoint without pointer head cannot point with it")

    @property
    def pointing_way(self) -> PointingWay:
        """How the network says where."""
        if self.pointing is not None:
            return self.pointing
        return PointingWay.HEAD if self.has_pointer_head else PointingWay.TEXT

    def to_json(self) -> dict[str, Any]:
        """For ``config.json``."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "FocusUIOptions":
        """From ``config.json``.

        Raises:
            ValueError, TypeError: there is an unknown name or value.
        """
        pointing = values.get("pointing")
        return cls(
            **{
                **values,
                "deepstack": DeepStackLevels(values.get("deepstack", DeepStackLevels.FIRST)),
                "pointing": None if pointing is None else PointingWay(pointing),
            }
        )
