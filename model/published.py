"""The checkpoints that are known by name: facts only.

Sizes follow from the shape and are approximate; nothing here was measured with the published weights. Licences are
what the model cards state; FocusUI's authors state none with their code, so that of the backbone is named.
"""

from dataclasses import dataclass

from model.shape import Family, Head, ModelShape

_APACHE = "Apache-2.0"
_QWEN_RESEARCH = "Qwen Research Licence (non-commercial)"
_POINTER_TAIL = "pointer head; patches are chosen by the UI graph"
_PLAIN_TAIL = "no extra head: points through its own attention"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A published checkpoint.

    Attributes:
        name: what ``--model`` takes.
        repository: where it lies on the hub.
        revision: branch or commit that is fetched.
        summary: one line on what it is.
        licence: of the weights.
        shape: its numbers.
    """

    name: str
    repository: str
    revision: str = "main"
    summary: str
    licence: str
    shape: ModelShape


def _qwen2(size: str, head: Head) -> ModelShape:
    is_small = size == "2b"
    return ModelShape(
        family=Family.QWEN2_VL,
        head=head,
        d_model=1536 if is_small else 3584,
        d_ff=8960 if is_small else 18_944,
        n_layers=28,
        n_heads=12 if is_small else 28,
        n_kv_heads=2 if is_small else 4,
        head_dim=128,
        n_vocab=151_936 if is_small else 152_064,
        is_tied=is_small,
        d_vision=1280,
        d_vision_ff=5120,
        n_vision_layers=32,
        patch_px=14,
    )


def _qwen2_5(size: str, head: Head) -> ModelShape:
    is_small = size == "3b"
    return ModelShape(
        family=Family.QWEN2_5_VL,
        head=head,
        d_model=2048 if is_small else 3584,
        d_ff=11_008 if is_small else 18_944,
        n_layers=36 if is_small else 28,
        n_heads=16 if is_small else 28,
        n_kv_heads=2 if is_small else 4,
        head_dim=128,
        n_vocab=151_936 if is_small else 152_064,
        is_tied=is_small,
        d_vision=1280,
        d_vision_ff=3420,
        n_vision_layers=32,
        patch_px=14,
    )


def _qwen3(size: str, head: Head) -> ModelShape:
    is_small = size == "2b"
    return ModelShape(
        family=Family.QWEN3_VL,
        head=head,
        d_model=2048 if is_small else 2560,
        d_ff=6144 if is_small else 9728,
        n_layers=28 if is_small else 36,
        n_heads=16 if is_small else 32,
        n_kv_heads=8,
        head_dim=128,
        n_vocab=151_936,
        is_tied=True,
        d_vision=1024,
        d_vision_ff=4096,
        n_vision_layers=24,
        patch_px=16,
        n_deepstack=3,
    )


CHECKPOINTS = (
    Checkpoint(
        name="focusui-3b",
        repository="yyyang/FocusUI-3B",
        summary="FocusUI on Qwen2.5-VL: patch scorer and pointer head",
        licence=f"not stated; backbone: {_QWEN_RESEARCH}",
        shape=_qwen2_5("3b", Head.FOCUS),
    ),
    Checkpoint(
        name="focusui-7b",
        repository="yyyang/FocusUI-7B",
        summary="FocusUI on Qwen2.5-VL: patch scorer and pointer head",
        licence=f"not stated; backbone: {_APACHE}",
        shape=_qwen2_5("7b", Head.FOCUS),
    ),
    Checkpoint(
        name="focusui-2b",
        repository="yyyang/FocusUI-Qwen3-VL-2B",
        summary="FocusUI on Qwen3-VL: patch scorer and pointer head",
        licence=f"not stated; backbone: {_APACHE}",
        shape=_qwen3("2b", Head.FOCUS),
    ),
    Checkpoint(
        name="gui-actor-3b",
        repository="microsoft/GUI-Actor-3B-Qwen2.5-VL",
        summary=f"GUI-Actor on Qwen2.5-VL: {_POINTER_TAIL}",
        licence=f"MIT; backbone: {_QWEN_RESEARCH}",
        shape=_qwen2_5("3b", Head.POINTER),
    ),
    Checkpoint(
        name="gui-actor-7b",
        repository="microsoft/GUI-Actor-7B-Qwen2.5-VL",
        summary=f"GUI-Actor on Qwen2.5-VL: {_POINTER_TAIL}",
        licence=f"MIT; backbone: {_APACHE}",
        shape=_qwen2_5("7b", Head.POINTER),
    ),
    Checkpoint(
        name="gui-actor-2b",
        repository="microsoft/GUI-Actor-2B-Qwen2-VL",
        summary=f"GUI-Actor on Qwen2-VL: {_POINTER_TAIL}",
        licence=f"MIT; backbone: {_APACHE}",
        shape=_qwen2("2b", Head.POINTER),
    ),
    Checkpoint(
        name="gui-actor-7b-qwen2",
        repository="microsoft/GUI-Actor-7B-Qwen2-VL",
        summary=f"GUI-Actor on Qwen2-VL: {_POINTER_TAIL}",
        licence=f"MIT; backbone: {_APACHE}",
        shape=_qwen2("7b", Head.POINTER),
    ),
    Checkpoint(
        name="qwen2.5-vl-3b",
        repository="Qwen/Qwen2.5-VL-3B-Instruct",
        summary=f"Qwen2.5-VL, {_PLAIN_TAIL}",
        licence=_QWEN_RESEARCH,
        shape=_qwen2_5("3b", Head.NONE),
    ),
    Checkpoint(
        name="qwen2.5-vl-7b",
        repository="Qwen/Qwen2.5-VL-7B-Instruct",
        summary=f"Qwen2.5-VL, {_PLAIN_TAIL}",
        licence=_APACHE,
        shape=_qwen2_5("7b", Head.NONE),
    ),
    Checkpoint(
        name="qwen3-vl-2b",
        repository="Qwen/Qwen3-VL-2B-Instruct",
        summary=f"Qwen3-VL, {_PLAIN_TAIL}",
        licence=_APACHE,
        shape=_qwen3("2b", Head.NONE),
    ),
    Checkpoint(
        name="qwen3-vl-4b",
        repository="Qwen/Qwen3-VL-4B-Instruct",
        summary=f"Qwen3-VL, {_PLAIN_TAIL}",
        licence=_APACHE,
        shape=_qwen3("4b", Head.NONE),
    ),
)
"""In the order in which they are listed."""
