"""``foveal eval watch``: fails on a drop beyond noise."""

import json
from pathlib import Path

import pytest

from app.commands._errors import UsageError
from app.exit_status import ExitStatus
from model.data.screens import Source
from model.errors import InputError
from tests.app.commands.conftest import RunCommand, UseGrounder
from tests.fakes.constant_grounder import ConstantGrounder
from tests.fakes.fake_grounder import FakeGrounder
from tests.model.evaluation.development.colours import write_colours
from tests.model.evaluation.miniatures import write_miniature


def test_watch_takes_collected_folders(
    run_command: RunCommand, use_grounder: UseGrounder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, baseline = tmp_path / "data", tmp_path / "baseline.jsonl"
    write_colours(folder, {"glade": Source.DESKTOP, "uikit": Source.WEB})
    asked = ("eval", "watch", "--data", folder, "--baseline", baseline)
    for grounder, options, status in (
        (FakeGrounder(), ["--renew"], ExitStatus.DONE),
        (FakeGrounder(), [], ExitStatus.DONE),
        (FakeGrounder(colours={}), [], ExitStatus.FAILED),
    ):
        use_grounder(grounder)
        assert run_command(*asked, *options) == status
    assert "worse, beyond noise" in capsys.readouterr().out


def test_watch_fails_on_a_drop_and_only_then(
    run_command: RunCommand, use_grounder: UseGrounder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, baseline = write_miniature("screenspot", tmp_path / "data"), tmp_path / "baseline.jsonl"
    rows = [
        {"image": f"screenspot_imgs/pc_{screen}.png", "instruction": f"{words} {colour}", "bbox": box}
        for words in ("click", "open", "the")
        for screen, colour, box in (
            ("a", "red", [20, 30, 100, 60]),
            ("b", "red", [10, 10, 60, 40]),
            ("a", "green", [190, 140, 205, 160]),
            ("b", "blue", [312, 90, 400, 120]),
        )
    ]
    own = data / "own.jsonl"
    own.write_text("\n".join(map(json.dumps, rows)))
    asked = ("eval", "watch", "--data", own, "--baseline", baseline)
    with pytest.raises(UsageError, match="There is no file"):
        run_command(*asked)

    use_grounder(FakeGrounder())
    assert run_command(*asked, "--renew", "--keep", "1.0,0.5") == ExitStatus.DONE
    assert len(baseline.read_text().splitlines()) == 2 * len(rows)
    capsys.readouterr()
    assert run_command(*asked) == ExitStatus.DONE
    assert capsys.readouterr().out.count("not worse beyond noise") == 2
    use_grounder(ConstantGrounder())
    assert run_command(*asked) == ExitStatus.FAILED
    told = capsys.readouterr()
    assert told.out.count(": worse, beyond noise") == 2
    assert "lost: click red" in told.err
    assert run_command(*asked, "--alpha", "0.001") == ExitStatus.DONE, "nine of twelve are lost by chance at times"
    own.write_text("\n".join(map(json.dumps, rows[1:])))
    with pytest.raises(InputError, match="other items"):
        run_command(*asked)
