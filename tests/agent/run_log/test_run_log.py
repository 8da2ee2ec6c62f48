"""The run log: what is written can be read back, also after a crash, and nothing can be changed unnoticed."""

import json
import shutil
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import RunLogError
from agent.geometry import Rect, ScreenTransform
from agent.run_log import RunLog, RunLogFactory
from agent.run_log.events import mask_command
from agent.run_log.masking import MASK, mask_texts
from agent.run_log.reader import find_run, list_runs, read_run
from agent.run_log.record import FRAMES_NAME, LOG_NAME, Record
from agent.run_log.verify import verify_run
from agent.types import ClickStep, Monitor, Screenshot, TypeStep
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_desktop import FakeElement
from tests.fakes.loop_bench import LoopBench


def _screenshot(seed: int) -> Screenshot:
    pixels = np.random.default_rng(seed).integers(0, 255, (30, 50, 3), np.uint8)
    pixels.flags.writeable = False
    bounds = Rect(left=-50, top=0, width=25, height=15)
    return Screenshot(
        pixels=pixels,
        monitor=Monitor(index=1, bounds_pt=bounds, is_primary=False),
        transform=ScreenTransform(width_px=50, height_px=30, bounds_pt=bounds),
        captured_at_s=1.0,
        capture_ms=3.5,
    )


@pytest.fixture
def factory(tmp_path: Path) -> RunLogFactory:
    return RunLogFactory(folder=tmp_path, clock=FakeClock(), now=lambda: datetime(2026, 3, 4, 12, 30, 5))


@pytest.fixture
def run(factory: RunLogFactory) -> Path:
    """A finished run with two pictures."""
    with factory.start() as log:
        log.record("run_started", command="click Save")
        log.record("decided", frame=log.save_frame(_screenshot(1)), point_px=[1.5, 2.5])
        log.record("step_seen", frame=log.save_frame(_screenshot(2)))
        log.record("run_finished", status="done")
    return log.folder


def _lines(run: Path) -> list[str]:
    return (run / LOG_NAME).read_text().splitlines()


def _write(run: Path, lines: list[str]) -> None:
    (run / LOG_NAME).write_text("".join(line + "\n" for line in lines))


def test_a_run_is_named_after_its_time(run: Path) -> None:
    assert run.name.startswith("2026-03-04T12-30-05_")


def test_what_was_written_is_read_back(run: Path) -> None:
    recorded = read_run(run)
    assert (recorded.command, recorded.status, recorded.is_torn) == ("click Save", "done", False)
    events = [record.event for record in recorded.records if record.event != "frame"]
    assert events == ["run_started", "decided", "step_seen", "run_finished"]
    assert verify_run(run).is_intact
    assert verify_run(run).notes == ()
    assert verify_run(run).n_frames == 2


def test_frames_hold_the_exact_pixels_and_the_transform(run: Path) -> None:
    frame = next(record.data for record in read_run(run).records if record.event == "frame")
    bgr = cv2.imread(str(run / frame["file"]))
    assert np.array_equal(bgr[..., ::-1], _screenshot(1).pixels)
    assert frame["transform"] == {"width_px": 50, "height_px": 30, "bounds_pt": [-50, 0, 25, 15]}


def test_the_same_screenshot_is_saved_once(factory: RunLogFactory) -> None:
    screenshot = _screenshot(1)
    with factory.start() as log:
        assert [log.save_frame(screenshot), log.save_frame(screenshot), log.save_frame(_screenshot(2))] == [0, 0, 1]
    assert len(list((log.folder / FRAMES_NAME).iterdir())) == 2


def test_records_are_on_the_disk_at_once(factory: RunLogFactory) -> None:
    with factory.start() as log:
        log.record("run_started", command="x")
        assert [record.event for record in read_run(log.folder).records] == ["run_started"]


@given(cut=st.integers(min_value=1, max_value=400))
def test_a_torn_log_is_readable_and_intact_as_far_as_it_goes(
    cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("torn") / "run"
    (folder / FRAMES_NAME).mkdir(parents=True)
    lines, prev_hash = [], "0" * 64
    for seq in range(4):
        record = Record.make(run_id="run", seq=seq, t_s=0.1, event="e", data={"text": "ä🙂"}, prev_hash=prev_hash)
        prev_hash = record.hash
        lines.append(record.to_line())
    data = "".join(line + "\n" for line in lines).encode()
    (folder / LOG_NAME).write_bytes(data[:-cut])
    report = verify_run(folder)
    assert report.is_intact
    assert report.n_records in (2, 3)
    assert "the run did not finish" in report.notes


@pytest.mark.parametrize("victim", range(4))
def test_every_changed_record_is_noticed(run: Path, victim: int) -> None:
    lines = _lines(run)
    fields = json.loads(lines[victim])
    fields["t_s"] += 1
    lines[victim] = json.dumps(fields)
    _write(run, lines)
    assert any(f"record {victim} " in problem and "changed" in problem for problem in verify_run(run).problems)


@pytest.mark.parametrize("victim", range(4))
def test_every_removed_record_is_noticed(run: Path, victim: int) -> None:
    lines = _lines(run)
    del lines[victim]
    _write(run, lines)
    assert any("does not follow" in problem for problem in verify_run(run).problems)


def test_reordered_records_are_noticed(run: Path) -> None:
    lines = _lines(run)
    lines[1], lines[2] = lines[2], lines[1]
    _write(run, lines)
    assert not verify_run(run).is_intact


def test_a_record_of_another_run_is_noticed(run: Path) -> None:
    copy = run.with_name("another")
    shutil.copytree(run, copy)
    assert any("belongs to the run" in problem for problem in verify_run(copy).problems)


def test_a_line_that_is_no_record_is_named(run: Path) -> None:
    lines = _lines(run)
    _write(run, [lines[0], "[1, 2]", '{"seq": 1}', "\x00", *lines[1:]])
    assert verify_run(run).problems[:3] == tuple(f"line {number} is not a record" for number in (2, 3, 4))


def test_a_changed_missing_or_added_picture_is_named(run: Path) -> None:
    first, second = sorted((run / FRAMES_NAME).iterdir())
    picture = cv2.imread(str(first))
    picture[0, 0] ^= 1
    cv2.imwrite(str(first), picture)
    second.unlink()
    (run / FRAMES_NAME / "9999.png").write_bytes(b"?")
    assert verify_run(run).problems == (
        "frames/0000.png was changed",
        "frames/0001.png is missing",
        "frames/9999.png is not in the log",
    )


def test_a_picture_that_was_not_written_before_a_crash_is_a_note(run: Path) -> None:
    lines = [line for line in _lines(run) if json.loads(line)["event"] != "frame"]
    prev_hash, kept = "0" * 64, []
    for seq, line in enumerate(lines):
        old = json.loads(line)
        record = Record.make(
            run_id=run.name, seq=seq, t_s=old["t_s"], event=old["event"], data=old["data"], prev_hash=prev_hash
        )
        prev_hash = record.hash
        kept.append(record.to_line())
    _write(run, kept)
    shutil.rmtree(run / FRAMES_NAME)
    report = verify_run(run)
    assert report.is_intact
    assert report.notes == ("frame 0 was not written", "frame 1 was not written")


def test_runs_are_listed_newest_first_and_found_by_part_of_their_name(factory: RunLogFactory, run: Path) -> None:
    factory.start().close()
    folder = run.parent
    runs = list_runs(folder)
    assert len(runs) == 2
    assert [r.run_id for r in runs] == sorted((r.run_id for r in runs), reverse=True)
    assert find_run(folder, run.name) == run
    assert find_run(folder, run.name[-6:]) == run
    assert find_run(folder, str(run)) == run
    assert list_runs(folder / "none") == ()


@pytest.mark.parametrize("words", ["", "nothing", "2026-03"])
def test_a_run_that_is_not_told_apart_is_refused(factory: RunLogFactory, run: Path, words: str) -> None:
    factory.start().close()
    with pytest.raises(RunLogError, match="run"):
        find_run(run.parent, words)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunLogError) as caught:
        RunLogFactory(folder=tmp_path / "file").start()
    assert caught.value.hint


# ---------------------------------------------------------------- masking


def test_typed_text_is_masked_in_the_command() -> None:
    steps = (
        ClickStep(said="click Save", target="Save"),
        TypeStep(said='type "hunter2" into Password', text="hunter2", target="Password"),
    )
    command = 'click Save, then type "hunter2" into Password'
    assert mask_command(command, steps) == f"click Save, then type {MASK} into Password"


def test_a_command_whose_text_cannot_be_told_apart_is_masked_whole() -> None:
    assert mask_command("type it twice", (TypeStep(said="something else", text="secret"),)) == MASK


def test_how_a_run_ended_is_told_also_if_that_word_was_typed() -> None:
    """A run that typed "done" was listed as "•••"."""
    assert mask_texts({"status": "done", "message": "done"}, ["done"]) == {"status": "done", "message": MASK}


def test_typed_text_that_is_read_off_the_screen_is_masked_too() -> None:
    data = {"candidates": [{"label": "Hunter2|", "score": 0.5}, {"label": "Name"}], "hint": 'The nearest: "hunter2".'}
    assert mask_texts(data, ["hunter2"]) == {
        "candidates": [{"label": MASK, "score": 0.5}, {"label": "Name"}],
        "hint": MASK,
    }
    assert mask_texts(["a", "Save as"], ["a"]) == [MASK, "Save as"]


@pytest.mark.parametrize("is_text_recorded", [False, True])
def test_typed_text_is_in_the_log_only_if_asked_for(tmp_path: Path, is_text_recorded: bool) -> None:
    bench = LoopBench(tmp_path)
    bench.is_text_recorded = is_text_recorded
    bench.editor()
    said = "type hunter2 into Name"
    bench.desktop.stack[0].elements.append(FakeElement("hunter2", Rect(left=20, top=200, width=90, height=20)))
    result = bench.run(
        TypeStep(said=said, text="hunter2", target="Name", is_submitting=True),
        ClickStep(said="click Nowhere", target="Nowhere"),
        command=said,
    )
    log = (tmp_path / result.run_id / LOG_NAME).read_text()
    assert ("hunter2" in log) is is_text_recorded


def test_a_run_of_the_loop_is_logged_whole_and_intact(tmp_path: Path) -> None:
    bench = LoopBench(tmp_path)
    bench.editor()
    result = bench.run(ClickStep(said="click Save", target="Save"), ClickStep(said="click Nowhere", target="Nowhere"))
    report = verify_run(tmp_path / result.run_id)
    assert report.problems == report.notes == ()
    records = read_run(tmp_path / result.run_id).records
    events = [record.event for record in records if record.event != "frame"]
    for event in ("run_started", "model", "previewed", "decided", "action_sent", "step_seen", "not_found"):
        assert event in events
    assert events[-1] == "run_finished"
    decided = next(record.data for record in records if record.event == "decided")
    assert decided["point_px"] == [90, 72]
    assert decided["grounding"]["candidates"][0]["label"] == "Save"
    assert next(record.data for record in records if record.event == "model")["digest"] == bench.grounding.info.digest


def test_a_log_that_cannot_be_written_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = LoopBench(tmp_path)
    bench.editor()
    real = RunLog.record

    def record(self: RunLog, event: str, **data: object) -> None:
        if event == "decided":
            raise RunLogError("The disk is full.", hint="Make room.")
        real(self, event, **data)

    monkeypatch.setattr(RunLog, "record", record)
    result = bench.run(ClickStep(said="click Save", target="Save"))
    assert (result.status.value, result.message) == ("failed", "The disk is full.")
    assert bench.n_clicks == 0
