from dataclasses import replace

import numpy as np
import pytest
import torch

from model.focusui.bench.contenders import Contender, Pass, Stage, Way, contenders
from model.focusui.bench.measure import Row, find_times, measure
from model.focusui.bench.report import table, to_json
from model.focusui.bench.screens import draw_screen
from model.focusui.bench.stopwatch import CpuStopwatch, Stopwatch
from model.focusui.bench.subject import Screen, Subject, prepare_screen, subject_of_shape
from model.focusui.flat_skip import FlatSkip
from model.focusui.flops import Flops
from model.focusui.shapes import Shape, build_network
from model.uigraph import ui_graph


@pytest.fixture(scope="module")
def subject() -> Subject:
    torch.manual_seed(0)
    return subject_of_shape(Shape.TINY, device=torch.device("cpu"), dtype=torch.float32)


@pytest.fixture(scope="module")
def screen(subject: Subject) -> Screen:
    return prepare_screen(subject, draw_screen(320, 240))


def test_every_way_goes_to_the_end(subject: Subject, screen: Screen) -> None:
    ways = contenders(subject, screen, (1.0, 0.3), FlatSkip(min_cells=8))
    rows = measure(subject, screen, ways, n_repeats=1, n_warm_up=0)
    assert [(row.way, row.keep_fraction) for row in rows] == [
        (Way.OURS, 1.0),
        (Way.OURS, 0.3),
        (Way.FLAT_SKIP, 1.0),
        (Way.FLAT_SKIP, 0.3),
        (Way.CACHED, 1.0),
        (Way.AUTHORS, 1.0),
        (Way.AUTHORS, 0.3),
    ]
    ours, pruned, skipped, *_ = rows
    assert ours.n_kept == ours.n_seen == ours.n_visual == screen.n_visual
    assert pruned.n_kept == int(0.3 * screen.n_visual)
    assert skipped.n_kept == skipped.n_seen < screen.n_visual
    for row in rows:
        assert row.flops is not None
        assert row.peak_bytes is None
        assert row.first_ms == pytest.approx(sum(row.stage_ms.values()))
        assert (Stage.PREFIX in row.stage_ms) == (row.way is Way.CACHED)
    times = find_times(rows)
    assert times is not None
    assert times.pruned_ms == {1.0: ours.second_ms, 0.3: pruned.second_ms}
    assert times.n_cells == screen.n_visual
    assert len(to_json(rows)) == len(rows)


def test_all_ways_that_keep_everything_agree(subject: Subject, screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is timed gives the right answer: the softmax of the pointer is the last thing each way computes."""
    seen: list[torch.Tensor] = []
    softmax = torch.Tensor.softmax

    def spy(self: torch.Tensor, dim: int) -> torch.Tensor:
        seen.append(softmax(self, dim).flatten())
        return softmax(self, dim)

    monkeypatch.setattr(torch.Tensor, "softmax", spy)
    watch = CpuStopwatch()
    answers = []
    for way in contenders(subject, screen, (1.0,), None):
        seen.clear()
        way.run(watch)
        answers.append(list(seen))
    assert [len(answer) for answer in answers] == [2, 2, 2]
    for answer in answers[1:]:
        for mine, ours in zip(answer, answers[0], strict=True):
            torch.testing.assert_close(mine, ours, atol=1e-6, rtol=0)


def test_contenders_take_turns_and_memory_may_run_out(subject: Subject, screen: Screen) -> None:
    order: list[str] = []

    def runner(name: str, *, fits: bool) -> Contender:
        def run(watch: Stopwatch) -> Pass:
            order.append(name)
            if not fits:
                raise torch.OutOfMemoryError("CUDA out of memory")
            watch.start()
            return Pass(first_ms=dict.fromkeys(Stage, 2.0), second_ms={Stage.DECODER: 3.0}, n_kept=5, n_packed=9)

        return Contender(way=Way.OURS, keep_fraction=1.0, seen=None, run=run)

    ways = (runner("a", fits=True), runner("b", fits=False), runner("c", fits=True))
    rows = measure(subject, screen, ways, n_repeats=2)
    assert order == ["a", "b", "c", "a", "c", "a", "c"]
    assert [row.flops is None for row in rows] == [False, True, False]
    assert rows[0].first_ms == 10.0
    assert rows[0].second_ms == 3.0
    text = "\n".join(table(rows))
    assert text.count("out of memory") == 1
    assert find_times(rows[1:2]) is None


def test_table_compares_with_everything_kept() -> None:
    flops = Flops(encoder=1e12, scorer=0.0, decoder=0.0, pointer=0.0)
    whole = Row(
        size="64x64",
        way=Way.OURS,
        keep_fraction=1.0,
        n_kept=4,
        n_packed=9,
        n_visual=4,
        n_seen=4,
        stage_ms={Stage.ENCODER: 100.0},
        first_ms=100.0,
        second_ms=20.0,
        peak_bytes=2**31,
        flops=flops,
    )
    pruned = replace(whole, keep_fraction=0.5, first_ms=40.0)
    authors = replace(whole, way=Way.AUTHORS, first_ms=120.0)
    size, header, *lines, blank = table([whole, pruned, authors])
    assert (size, blank) == ("64x64", "")
    assert "TFLOP" in header
    assert lines[1].split()[-5:] == ["1.00", "2.00", "2.50", "3.00", "2.00"]
    assert {len(line) for line in lines} == {len(header)}


def test_screens_have_flat_ground_and_text_and_are_always_the_same() -> None:
    screen = draw_screen(640, 400)
    assert np.array_equal(screen, draw_screen(640, 400))
    assert not np.array_equal(screen, draw_screen(640, 400, seed=1))
    graph = ui_graph(screen)
    is_flat = graph.sizes[graph.labels] >= 16
    assert 0.2 < is_flat.mean() < 0.8


@pytest.mark.parametrize(("shape", "n_billions"), [(Shape.B2, 2.1), (Shape.B3, 3.8), (Shape.B4, 4.4), (Shape.B7, 8.3)])
def test_true_shapes_have_the_published_number_of_parameters(shape: Shape, n_billions: float) -> None:
    """Without the heads: what the model cards of the backbones say."""
    network = build_network(shape, device="meta", dtype=torch.bfloat16)
    heads = ("patch_scorer.", "multi_patch_pointer_head.")
    n_parameters = sum(p.numel() for name, p in network.named_parameters() if not name.startswith(heads))
    assert round(n_parameters / 1e9, 1) == n_billions
