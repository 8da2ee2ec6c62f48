"""Every benchmark in miniature through ``foveal eval``: seeing all is 100 %, guessing as counted by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.commands.eval.benchmark import NAMES
from app.exit_status import ExitStatus
from model.evaluation.benchmarks.catalog import BENCHMARKS
from tests.app.commands.by_hand import EXPECTED
from tests.app.commands.conftest import RunCommand, UseGrounder
from tests.fakes.constant_grounder import ConstantGrounder
from tests.fakes.fake_grounder import FakeGrounder
from tests.model.evaluation.miniatures import WRITERS, write_miniature


def test_the_names_are_those_of_the_catalog_and_all_have_a_miniature() -> None:
    assert list(NAMES) == [benchmark.name for benchmark in BENCHMARKS] == list(WRITERS) == list(EXPECTED)


def _json(run_command: RunCommand, name: str, folder: Path) -> dict[str, Any]:
    data, out = write_miniature(name, folder / "data"), folder / "out.json"
    assert run_command("eval", name, "--data", data, "--json", out) == ExitStatus.DONE
    told: dict[str, Any] = json.loads(out.read_text())
    return told


@pytest.mark.parametrize("name", EXPECTED)
def test_who_sees_everything_is_always_right(
    name: str, run_command: RunCommand, use_grounder: UseGrounder, tmp_path: Path
) -> None:
    use_grounder(FakeGrounder())
    told = _json(run_command, name, tmp_path)
    (setting,) = told["settings"]
    expected = EXPECTED[name]
    assert (setting["hits"]["share"], setting["hits"]["n"]) == (1.0, expected.n)
    assert (setting["overlap"]["share"], setting["overlap"]["n"]) == (1.0, expected.n_there)
    assert (setting["refused"]["n"], setting["falsely_refused"]["share"]) == (expected.n - expected.n_there, 0.0)
    assert setting["mean"] in (None, 1.0)
    for values in setting["groups"].values():
        assert all(metrics["hits"]["share"] == metrics["top"]["share"] == 1.0 for metrics in values.values())
    assert told["left_out"]["reasons"] == expected.bad
    assert len(told["left_out"]["rows"]) == sum(expected.bad.values())


@pytest.mark.parametrize("name", EXPECTED)
def test_who_guesses_scores_what_was_counted_by_hand(
    name: str, run_command: RunCommand, use_grounder: UseGrounder, tmp_path: Path
) -> None:
    use_grounder(ConstantGrounder())
    (setting,) = _json(run_command, name, tmp_path)["settings"]
    expected = EXPECTED[name]
    assert (setting["hits"]["share"], setting["hits"]["n"]) == (expected.hits / expected.n, expected.n)
    assert setting["top"] == setting["hits"]
    assert setting["hits_there"]["share"] == setting["pointed"]["share"] == expected.hits / expected.n_there
    assert setting["overlap"]["share"] == expected.overlaps / expected.n_there
    assert setting["refused"]["share"] == 0.0
    assert setting["mean"] == (None if expected.mean is None else pytest.approx(expected.mean))
    for group, values in expected.groups.items():
        told = {
            value: (round(metrics["hits"]["share"] * metrics["hits"]["n"]), metrics["hits"]["n"])
            for value, metrics in setting["groups"][group].items()
        }
        assert told == values
