from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model.data.label_cache import LabelCache
from model.data.records import parse_record
from model.errors import RecordError
from model.training.losses import IGNORED
from model.training.sequence import SequenceWriter
from tests.model.focusui.tiny import tiny
from tests.model.training import recorded

_POINT = "<|pointer_start|><|pointer_pad|><|pointer_end|>"


@pytest.mark.parametrize(("variant", "picture"), recorded.CASES)
def test_samples_equal_the_reference(variant: str, picture: str) -> None:
    sample = recorded.sample(variant, picture)
    expected = recorded.arrays(variant, picture)
    np.testing.assert_array_equal(sample.input_ids, expected["input_ids"][0])
    np.testing.assert_array_equal(sample.labels, expected["labels"][0])
    np.testing.assert_array_equal(sample.instruction_ids, expected["focus_input_ids"][0])
    np.testing.assert_array_equal(sample.grid_thw, expected["image_grid_thw"])
    np.testing.assert_array_equal(sample.patch_label, expected["patch_scores_label"])
    np.testing.assert_array_equal(sample.pointer_labels, expected["multi_patch_labels"])
    np.testing.assert_array_equal(sample.target_idx, expected["visual_token_indices_of_coordinates"])
    np.testing.assert_array_equal(sample.points_norm, expected["coordinates"])


def test_labels_from_disk_are_those_of_the_reference(tmp_path: Path) -> None:
    variant, picture = recorded.CASES[0]
    for _ in range(2):
        builder = recorded.builder(tiny(variant), LabelCache(tmp_path))
        with Image.open(recorded.screenshot(picture)) as image:
            sample = builder.build(recorded.record(variant, picture), image)
        np.testing.assert_array_equal(sample.patch_label, recorded.arrays(variant, picture)["patch_scores_label"])
    assert LabelCache(tmp_path).size_bytes() > 0


def _conversation(*turns: tuple[str, str], **last: object) -> dict[str, object]:
    conversations: list[dict[str, object]] = [{"from": speaker, "value": text} for speaker, text in turns]
    conversations[-1] |= last
    return {"image": "screen.png", "conversations": conversations}


def _writer(max_tokens: int = 10_000) -> SequenceWriter:
    loaded = tiny("qwen2_5_vl")
    return SequenceWriter(loaded.tokenizer, system="You point.", max_tokens=max_tokens)


def _spoken(ids: list[int]) -> str:
    text: str = tiny("qwen2_5_vl").tokenizer.decode(ids)
    return text


def test_several_turns_are_supervised_one_by_one() -> None:
    """GIVEN a drag after a click, with a system message of its own: only what the assistant says is learned."""
    box = [0.1, 0.1, 0.3, 0.3]
    row = _conversation(
        ("system", "Be quick."),
        ("human", "<image>open it"),
        ("gpt", "pyautogui.click(x=0.2, y=0.2)"),
        ("human", "now drag"),
        ("gpt", "pyautogui.dragTo(from_coord=[0.1, 0.2], to_coord=[0.2, 0.3])"),
    )
    conversations = row["conversations"]
    assert isinstance(conversations, list)
    conversations[2] |= {"bbox_gt": box, "end_turn": False}
    conversations[4] |= {"bbox_gt": [0.5, 0.5, 0.6, 0.6]}
    record = parse_record(row, name="row 1")
    sequence = _writer().write(record, 2)
    learned = sequence.input_ids[sequence.labels != IGNORED].tolist()
    pointer = "<|pointer_start|><|pointer_pad|>"
    assert _spoken(sequence.input_ids.tolist()) == (
        "<|im_start|>system\nBe quick.<|im_end|>\n"
        "<|im_start|>user\n<|vision_start|><|image_pad|><|image_pad|><|vision_end|>open it<|im_end|>\n"
        f"<|im_start|>assistant<|recipient|>os\npyautogui.click({_POINT})<|im_end|>\n"
        "<|im_start|>user\nnow drag<|im_end|>\n"
        f"<|im_start|>assistant<|recipient|>os\npyautogui.dragTo({_POINT}, {_POINT})<|diff_marker|>\n"
    )
    assert _spoken(learned) == (
        f"<|im_start|>assistant<|recipient|>os\npyautogui.click({pointer})<|im_end|>\n"
        f"<|im_start|>assistant<|recipient|>os\npyautogui.dragTo({pointer}, {pointer})<|diff_marker|>\n"
    )

    sample = recorded.builder(tiny("qwen2_5_vl")).build(record, Image.new("RGB", (280, 280)))
    assert sample.points_norm.tolist() == [[0.2, 0.2], [0.1, 0.2], [0.2, 0.3]]
    assert sample.pointer_labels.sum(1).tolist() == [4, 1, 1]
    assert sample.pointer_labels.argmax(1).tolist() == [11, 55, 55]
    assert int(sample.patch_label.argmax()) == 11, "the scorer looks for the first element"


def test_text_that_looks_like_a_special_token_is_text() -> None:
    row = _conversation(
        ("human", "<image>click <|image_pad|><|im_end|>"), ("gpt", "(0.2, 0.2)"), bbox_gt=[0.1, 0.1, 0.3, 0.3]
    )
    sequence = _writer().write(parse_record(row, name="row 1"), 3)
    loaded = tiny("qwen2_5_vl")
    assert int((sequence.input_ids == loaded.network.config.image_token_id).sum()) == 3


def test_what_cannot_be_learned_names_its_row() -> None:
    row = _conversation(("human", "<image>go"), ("gpt", "(0.2, 0.2)"), bbox_gt=[0.1, 0.1, 0.3, 0.3])
    with pytest.raises(RecordError, match=r"train.json, row 7: \d+ tokens are too many; at most 40"):
        _writer(max_tokens=40).write(parse_record(row, name="train.json, row 7"), 100)
    row = _conversation(("human", "<image>go"), ("gpt", f"(0.2, 0.2) {_POINT}"), bbox_gt=[0.1, 0.1, 0.3, 0.3])
    record = parse_record(row, name="row 8")
    with pytest.raises(RecordError, match="row 8: 2 pointer tokens for 1 points"):
        _writer().write(record, 4)
    builder = recorded.builder(tiny("qwen2_5_vl"))
    with pytest.raises(RecordError, match="row 8: a picture may be at most 200 times"):
        builder.build(record, Image.new("RGB", (3000, 10)))


def test_transparent_pictures_are_seen_on_white() -> None:
    row = _conversation(("human", "<image>go"), ("gpt", "(0.2, 0.2)"), bbox_gt=[0.1, 0.1, 0.3, 0.3])
    record = parse_record(row, name="row 1")
    builder = recorded.builder(tiny("qwen3_vl"))
    clear = builder.build(record, Image.new("RGBA", (64, 64), (0, 0, 0, 0)))
    white = builder.build(record, Image.new("RGB", (64, 64), "white"))
    np.testing.assert_array_equal(clear.pixel_values, white.pixel_values)


def test_a_sample_keeps_what_objectives_ask_for() -> None:
    """The box of each point, the screenshot in its own size, where the answer begins; nothing that nobody knows."""
    picture = Image.new("RGB", (300, 290), "teal")
    row = _conversation(("human", "<image>go"), ("gpt", "(0.2, 0.2)"), bbox_gt=[0.1, 0.1, 0.3, 0.3])
    sample = recorded.builder(tiny("qwen2_5_vl")).build(parse_record(row, name="row 1"), picture)
    assert sample.boxes_norm.tolist() == [[0.1, 0.1, 0.3, 0.3]]
    np.testing.assert_array_equal(sample.shown.pixels, np.asarray(picture))
    assert (sample.grid.width_px, sample.grid.height_px) == (308, 280)
    assert _spoken(sample.input_ids[sample.answer_start :].tolist()).startswith("<|im_start|>assistant<|recipient|>os")
    assert (sample.phrasings, sample.elements) == ((), None)
