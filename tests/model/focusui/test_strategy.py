import logging
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.focusui.strategy import (
    WHOLE_PICTURE_CACHED,
    FindStrategy,
    FindTimes,
    FindTimesFile,
    choose,
    prune,
)

KEY = "qwen2_5_vl 3x64 + 3, float32, cpu"
TIMES = FindTimes(n_cells=1000, pruned_ms={1.0: 90.0, 0.5: 50.0, 0.3: 20.0}, cached_ms=30.0)


@pytest.mark.parametrize(
    ("keep_fraction", "expected"),
    [(1.0, WHOLE_PICTURE_CACHED), (0.5, WHOLE_PICTURE_CACHED), (0.3, prune(0.3)), (0.1, prune(0.1))],
)
def test_the_faster_way_per_fraction(keep_fraction: float, expected: FindStrategy) -> None:
    assert choose((TIMES,), 1100, keep_fraction) == expected


def test_without_a_measurement_of_a_similar_size_tokens_are_dropped() -> None:
    assert choose((), 1000, 0.5) == prune(0.5)
    assert choose((TIMES,), 2000, 0.5) == prune(0.5)
    assert choose((TIMES,), 500, 0.5) == prune(0.5)


def test_the_nearest_size_speaks() -> None:
    larger = FindTimes(n_cells=1400, pruned_ms={0.5: 10.0}, cached_ms=30.0)
    assert choose((TIMES, larger), 1100, 0.5) == WHOLE_PICTURE_CACHED
    assert choose((TIMES, larger), 1300, 0.5) == prune(0.5)


def test_a_share_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="keep_fraction"):
        prune(0.0)


@settings(deadline=None)
@given(
    n_cells=st.integers(1, 10**5),
    shares=st.dictionaries(st.floats(0.01, 1.0), st.floats(0.01, 1e5), min_size=1),
    cached_ms=st.floats(0.01, 1e5),
)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, n_cells: int, shares: dict[float, float], cached_ms: float
) -> None:
    file = FindTimesFile(tmp_path_factory.mktemp("times") / "folder" / "times.json")
    times = FindTimes(n_cells=n_cells, pruned_ms=shares, cached_ms=cached_ms)
    file.write(KEY, times)
    assert file.read(KEY) == (times,)


def test_one_entry_per_size_and_key(tmp_path: Path) -> None:
    file = FindTimesFile(tmp_path / "times.json")
    assert file.read(KEY) == ()
    other = FindTimes(n_cells=2000, pruned_ms={1.0: 1.0}, cached_ms=1.0)
    file.write(KEY, FindTimes(n_cells=1000, pruned_ms={1.0: 1.0}, cached_ms=1.0))
    file.write(KEY, other)
    file.write(KEY, TIMES)
    file.write("another card", other)
    assert file.read(KEY) == (other, TIMES)
    assert file.read("another card") == (other,)


@pytest.mark.parametrize("content", ["{", "[]", '{"KEY": 3}', '{"KEY": [{"n_cells": "many"}]}', '{"KEY": [7]}'])
def test_a_broken_file_counts_as_empty(tmp_path: Path, caplog: pytest.LogCaptureFixture, content: str) -> None:
    path = tmp_path / "times.json"
    path.write_text(content.replace("KEY", KEY))
    with caplog.at_level(logging.WARNING):
        assert FindTimesFile(path).read(KEY) == ()
    assert "cannot be read" in caplog.text
    FindTimesFile(path).write(KEY, TIMES)
    assert FindTimesFile(path).read(KEY) == (TIMES,)
