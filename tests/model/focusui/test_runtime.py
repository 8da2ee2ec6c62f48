"""The grounder takes the faster way, leaves out flat parts if asked to, and answers the same where nothing is lost."""

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from model.focusui.flat_skip import FlatSkip, mean_shift_cells
from model.focusui.grounder import FocusUIGrounder
from model.focusui.load import load_focusui
from model.focusui.runtime import Runtime, speed_key
from model.focusui.strategy import FindTimes, FindTimesFile
from model.pictures import load_picture
from model.uigraph import UiGraph, ui_graph
from model.weight_mode import WeightMode
from tests.model.focusui.tiny import tiny
from tests.reference import VARIANTS, checkpoint_folder, screenshot

both_variants = pytest.mark.parametrize("variant", VARIANTS)
INSTRUCTION = "Click the Save button"
CACHED_WINS = (FindTimes(n_cells=300, pruned_ms={0.5: 50.0}, cached_ms=10.0),)


def grounder(variant: str, runtime: Runtime | None = None, times: tuple[FindTimes, ...] = ()) -> FocusUIGrounder:
    return FocusUIGrounder(
        tiny(variant), name="tiny", folder=checkpoint_folder(variant), runtime=runtime or Runtime(), times=times
    )


def editor() -> NDArray[np.uint8]:
    return load_picture(screenshot("editor_640x400"))


def graph_of(labels: NDArray[np.int32]) -> UiGraph:
    return UiGraph(
        labels=labels, sizes=np.bincount(labels.ravel()).astype(np.int32), weights=np.ones(labels.shape, np.float32)
    )


@both_variants
def test_auto_takes_the_cached_picture_where_that_was_faster(variant: str) -> None:
    plain, fast = grounder(variant), grounder(variant, times=CACHED_WINS)
    whole = plain.find(plain.look(editor()), INSTRUCTION, keep_fraction=1.0)
    for image in (editor(), load_picture(screenshot("desk_1280x720"))):  # of the second the size was never measured
        look = fast.look(image)
        auto = fast.find(look, INSTRUCTION)
        assert auto.n_kept == (look.grid.n_cells if image.shape == editor().shape else int(look.grid.n_cells * 0.5))
    look = fast.look(editor())
    np.testing.assert_allclose(fast.find(look, INSTRUCTION).pointer_probs, whole.pointer_probs, atol=1e-5)
    np.testing.assert_allclose(
        fast.find(look, INSTRUCTION, keep_fraction=1.0).pointer_probs, whole.pointer_probs, atol=1e-5
    )
    assert fast.find(look, INSTRUCTION, keep_fraction=0.5).n_kept == int(look.grid.n_cells * 0.5)


def test_without_memory_for_the_picture_tokens_are_dropped() -> None:
    poor = grounder("qwen3_vl", Runtime(max_prefix_bytes=1000), CACHED_WINS)
    look = poor.look(editor())
    assert poor.find(look, INSTRUCTION).n_kept == int(look.grid.n_cells * 0.5)


def test_a_picture_that_had_to_make_room_is_cached_again() -> None:
    fast = grounder("qwen3_vl", Runtime(max_prefix_bytes=600_000), CACHED_WINS)
    image = editor()
    first = fast.look(image)
    before = fast.find(first, INSTRUCTION).pointer_probs
    fast.look(255 - image)
    np.testing.assert_array_equal(fast.find(first, INSTRUCTION).pointer_probs, before)


def test_when_memory_runs_out_tokens_are_dropped_from_then_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def run_out(*_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr("model.focusui.ahead.cache_prefix", run_out)
    poor = grounder("qwen3_vl", times=CACHED_WINS)
    look = poor.look(editor())
    assert "no memory to keep the picture" in caplog.text
    caplog.clear()
    assert poor.find(poor.look(255 - editor()), INSTRUCTION).n_kept == int(look.grid.n_cells * 0.5)
    assert not caplog.text


@both_variants
def test_showing_the_tower_every_cell_changes_nothing(variant: str) -> None:
    plain, skipping = grounder(variant), grounder(variant, Runtime(flat_skip=FlatSkip(min_cells=10**6)))
    expected = plain.find(plain.look(editor()), INSTRUCTION)
    actual = skipping.find(skipping.look(editor()), INSTRUCTION)
    np.testing.assert_array_equal(actual.pointer_probs, expected.pointer_probs)
    np.testing.assert_array_equal(actual.scored.scores, expected.scored.scores)
    assert mean_shift_cells(plain, skipping, [(editor(), INSTRUCTION)]) == 0.0


@both_variants
def test_flat_parts_are_dropped_whatever_the_fraction(variant: str) -> None:
    skip = FlatSkip(min_cells=12)
    skipping = grounder(variant, Runtime(flat_skip=skip), CACHED_WINS)
    look = skipping.look(editor())
    window_cells = tiny(variant).network.vision_planner.window_cells
    assert window_cells == (4 if variant == "qwen2_5_vl" else None)
    whole = skipping.find(look, INSTRUCTION, keep_fraction=1.0)
    seen = whole.scored.keep_mask
    assert 0 < (~seen).sum() < seen.size
    assert (whole.pointer_probs[~seen] == 0).all()
    assert whole.pointer_probs.sum() == pytest.approx(1.0, abs=1e-5)
    assert (whole.scored.scores[~seen] == 0).all()
    # The whole picture in the decoder is what is left of it.
    auto = skipping.find(look, INSTRUCTION)
    np.testing.assert_allclose(auto.pointer_probs, whole.pointer_probs, atol=1e-5)
    some = skipping.find(look, INSTRUCTION, keep_fraction=0.3)
    assert some.n_kept == int(look.grid.n_cells * 0.3)
    assert not (some.scored.keep_mask & ~seen).any()
    assert not (skipping.score(look, INSTRUCTION).keep_mask & ~seen).any()
    assert all((word.scores[~seen] == 0).all() for word in skipping.score_words(look, INSTRUCTION))


@both_variants
@torch.inference_mode()
def test_what_stays_keeps_its_position(variant: str) -> None:
    """Cells that no shown cell can attend to make no difference to the others: in windowed layers, in one window."""
    network = tiny(variant).network
    merge, window = network.config.vision_config.spatial_merge_size, network.vision_planner.window_cells
    generator = torch.Generator().manual_seed(1)
    n_rows, n_cols = 8, 12
    d_patch = 3 * 2 * network.config.vision_config.patch_size**2
    pixels = torch.randn(n_rows * n_cols * merge**2, d_patch, generator=generator)
    seen = np.ones((n_rows, n_cols), np.bool_)
    seen[:4, 4:8] = False  # one window
    part = network.encode_image(pixels, n_rows, n_cols, seen)
    assert part.seen_mask is not None
    assert (part.embeds[~part.seen_mask] == 0).all()
    # The same numbers at the cells that were left out do not matter at all.
    noise = pixels.view(n_rows * n_cols, -1).clone()
    noise[~part.seen_mask] = 100.0
    again = network.encode_image(noise.view_as(pixels), n_rows, n_cols, seen)
    torch.testing.assert_close(again.embeds, part.embeds, atol=0, rtol=0)
    # Its neighbours are what they are in the whole picture once only their own window counts.
    if window is not None:
        full_layers = network.model.visual.fullatt_block_indexes
        try:
            network.model.visual.fullatt_block_indexes = []
            whole = network.encode_image(pixels, n_rows, n_cols)
            part = network.encode_image(pixels, n_rows, n_cols, seen)
        finally:
            network.model.visual.fullatt_block_indexes = full_layers
        assert part.seen_mask is not None
        torch.testing.assert_close(part.embeds[part.seen_mask], whole.embeds[part.seen_mask], atol=1e-6, rtol=1e-6)


def test_only_whole_flat_windows_are_left_out() -> None:
    labels = np.zeros((6, 10), np.int32)
    labels[1, 1] = 1
    graph = graph_of(labels)
    by_window = FlatSkip(min_cells=50).seen_mask(graph, 4)
    assert by_window[:4, :4].all()
    assert by_window.sum() == 16
    by_cell = FlatSkip(min_cells=50).seen_mask(graph, None)
    assert by_cell.sum() == 1
    assert FlatSkip(min_cells=60).seen_mask(graph, None).all()


def test_a_blank_picture_is_shown_whole() -> None:
    graph = ui_graph(np.full((280, 280, 3), 200, np.uint8))
    assert FlatSkip(min_cells=10).seen_mask(graph, 4).all()


def test_a_part_of_one_cell_is_not_flat() -> None:
    with pytest.raises(ValueError, match="two cells"):
        FlatSkip(min_cells=1)


def test_loading_reads_what_was_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    FindTimesFile().write(speed_key(tiny("qwen3_vl").network), CACHED_WINS[0])
    assert (tmp_path / "foveal").is_dir()
    loaded = load_focusui(checkpoint_folder("qwen3_vl"), name="tiny", weights=WeightMode.FLOAT32)
    look = loaded.look(editor())
    assert loaded.find(look, INSTRUCTION).n_kept == look.grid.n_cells
    loaded.close()


def test_speed_depends_on_shape_and_device() -> None:
    assert speed_key(tiny("qwen2_5_vl").network) == "qwen2_5_vl 3x64 + 3, float32, cpu"
