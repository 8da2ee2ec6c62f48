"""The table of commands is sound, and nine in ten of them have their effect through the real program."""

from collections import Counter

import pytest

from agent.planner.rules import RulesPlanner
from tests.e2e._programs import PROGRAMS
from tests.e2e.commands import COMMANDS, LARGE, MEDIUM, SMALL, E2eCommand
from tests.e2e.runner import OUT, run_commands

_MIN_SHARE = 0.9


@pytest.mark.parametrize("case", COMMANDS, ids=[f"{case.program}: {case.command[:40]}" for case in COMMANDS])
def test_is_understood(case: E2eCommand) -> None:
    assert RulesPlanner().plan(case.command).steps


def test_all_programs_sizes_and_monitors_take_part() -> None:
    assert len(COMMANDS) >= 45
    assert {case.program for case in COMMANDS} == set(PROGRAMS)
    sizes = Counter(case.size_px for case in COMMANDS)
    assert all(sizes[size] >= 8 for size in (SMALL, MEDIUM, LARGE))
    assert any(len(case.monitors) == 2 for case in COMMANDS)


@pytest.mark.e2e
@pytest.mark.timeout(900)
def test_nine_in_ten_commands_have_their_effect(capsys: pytest.CaptureFixture[str]) -> None:
    """Effect and exit status 0 both count; results.json and the logs of what failed are left in out/e2e."""
    results = list(run_commands(COMMANDS, OUT))
    failed = [result for result in results if not result.is_good]
    with capsys.disabled():
        print(f"\n{len(results) - len(failed)} of {len(results)} commands had their effect", end="")
        for result in failed:
            print(f"\n{result.line()}\n{result.output.strip()}", end="")
    assert len(failed) <= (1 - _MIN_SHARE) * len(results), "\n".join(result.line() for result in failed)
    assert len({result.command.program for result in results if result.is_good}) >= 6
