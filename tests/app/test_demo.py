"""The demonstration, as ``make run`` shows it on a machine without a display."""

from pathlib import Path

import pytest
from PIL import Image

from agent.run_log.verify import verify_run
from app.demo import run_demo


@pytest.mark.e2e
def test_demonstration_leaves_the_saved_file_a_picture_per_step_and_a_sound_log(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    report = run_demo(out)
    assert report.saved == out / "report.txt"
    assert report.saved.read_text() == "Foveal was here."
    assert len(report.lines) == 5
    pictures = ["0-command.png", *(f"{n}-step.png" for n in range(1, 6)), "9-result.png"]
    for name in pictures:
        with Image.open(out / name) as picture:
            assert picture.size == (1280, 960)
    (run,) = (out / "runs").iterdir()
    assert verify_run(run).is_intact
