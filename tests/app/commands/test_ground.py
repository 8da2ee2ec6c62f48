import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from agent.errors import CaptureError
from agent.geometry import Point, Rect, ScreenTransform
from agent.types import Monitor, Screenshot
from app.commands._errors import UsageError
from model.errors import InputError, ModelError
from model.grounder import Grounding, Look, WordScore
from tests.app.commands.conftest import RunCommand, UseGrounder
from tests.fakes.fake_grounder import FakeGrounder

_KEYS = [
    "schema", "instruction", "image", "model", "rejected", "point", "score", "candidates", "keep_fraction", "patches",
    "timings_ms",
]  # fmt: skip


class FakeCapture:
    """One monitor that shows given pixels."""

    install_hint = ""

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        self._pixels = pixels
        self.is_closed = False

    def is_supported(self) -> bool:
        return True

    def is_available(self) -> bool:
        return True

    def monitors(self) -> tuple[Monitor, ...]:
        height, width = self._pixels.shape[:2]
        return (Monitor(index=0, bounds_pt=Rect(left=0, top=0, width=width, height=height), is_primary=True),)

    def pointer_pt(self) -> Point:
        return Point(0, 0)

    def capture(self, monitor_idx: int | None = None) -> Screenshot:
        if monitor_idx not in {None, 0}:
            raise CaptureError(f"There is no monitor {monitor_idx}.", hint="There is only monitor 0.")
        height, width = self._pixels.shape[:2]
        monitor = self.monitors()[0]
        self._pixels.setflags(write=False)
        return Screenshot(
            pixels=self._pixels,
            monitor=monitor,
            transform=ScreenTransform(width_px=width, height_px=height, bounds_pt=monitor.bounds_pt),
            captured_at_s=1.0,
            capture_ms=12.5,
        )

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def capture(monkeypatch: pytest.MonkeyPatch, pixels: NDArray[np.uint8]) -> FakeCapture:
    fake = FakeCapture(pixels)
    monkeypatch.setattr("agent.capture.open_capture", lambda: fake, raising=False)
    return fake


def test_json_is_the_contract(
    grounder: FakeGrounder, run_command: RunCommand, picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command("ground", picture, "the red button", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == _KEYS
    assert answer["schema"] == 1
    assert answer["point"] == {"x": 60.0, "y": 45.0}
    assert answer["image"] == {"width": 300, "height": 200}
    assert answer["candidates"][0]["bbox"] == [20, 30, 100, 60]
    assert not answer["rejected"]
    assert answer["timings_ms"]["capture"] == 0.0
    assert grounder.is_closed


def test_what_is_not_there_is_exit_3_and_still_json(
    grounder: FakeGrounder, run_command: RunCommand, picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command("ground", picture, "the green button", "--json") == 3
    answer = json.loads(capsys.readouterr().out)
    assert answer["rejected"]
    assert answer["point"] is None
    assert len(answer["candidates"]) == 3


def test_words_for_a_person(
    grounder: FakeGrounder, run_command: RunCommand, picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command("ground", picture, "the red button") == 0
    found = capsys.readouterr().out.splitlines()
    assert found[0] == 'Found "red" at 60, 45 (90% sure).'
    assert found[1].startswith("Looked closely at 25% of the picture, in ")
    assert run_command("ground", picture, "the corner") == 0
    assert capsys.readouterr().out.startswith("Found at 3, 4 (100% sure).")
    assert run_command("ground", picture, "green") == 3
    assert capsys.readouterr().out.splitlines() == [
        'Not found: "green".',
        'Nearest: "red" at 60, 45; "red" at 210, 155; "blue" at 170, 40.',
    ]


@pytest.mark.parametrize("keep", ["0.1", "1", "0.5"])
def test_keep_fraction_reaches_the_model(
    grounder: FakeGrounder, run_command: RunCommand, picture: Path, capsys: pytest.CaptureFixture[str], keep: str
) -> None:
    run_command("ground", picture, "red", "--json", "--keep", keep)
    patches = json.loads(capsys.readouterr().out)["patches"]
    assert patches["kept"] == int(patches["rows"] * patches["cols"] * float(keep))


@pytest.mark.parametrize("keep", ["0", "2", "-1", "nan", "half", ""])
def test_impossible_keep_fractions_are_wrong_usage(
    run_command: RunCommand, picture: Path, capsys: pytest.CaptureFixture[str], keep: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        run_command("ground", picture, "red", "--keep", keep)
    assert caught.value.code == 2
    assert "--keep" in capsys.readouterr().err


def test_heatmap_gets_picture_and_grounding(
    grounder: FakeGrounder,
    run_command: RunCommand,
    picture: Path,
    tmp_path: Path,
    pixels: NDArray[np.uint8],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    saved: list[tuple[Path, NDArray[np.uint8], Grounding]] = []
    _replace_heatmap(monkeypatch, lambda *args: saved.append(args))
    out = tmp_path / "heat.png"
    assert run_command("ground", picture, "red", "--heatmap", out) == 0
    [(path, image, grounding)] = saved
    assert path == out
    np.testing.assert_array_equal(image, pixels)
    assert grounding.point == (60.0, 45.0)
    assert str(out) in capsys.readouterr().out


def test_heatmap_that_cannot_be_written_is_told(
    grounder: FakeGrounder, run_command: RunCommand, picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise PermissionError(13, "Permission denied")

    _replace_heatmap(monkeypatch, fail)
    with pytest.raises(UsageError, match=r"could not be written .*Permission denied"):
        run_command("ground", picture, "red", "--heatmap", tmp_path / "heat.png")
    with pytest.raises(UsageError, match="no folder"):
        run_command("ground", picture, "red", "--heatmap", tmp_path / "missing" / "heat.png")


class WordyGrounder(FakeGrounder):
    """Each word lights the cell of its own number."""

    def score_words(self, look: Look, instruction: str) -> tuple[WordScore, ...]:
        words = instruction.split()
        scores = np.eye(len(words), look.grid.n_cells, dtype=np.float32).reshape(-1, *look.grid.shape)
        return tuple(WordScore(word=word, share=1 / len(words), scores=scores[idx]) for idx, word in enumerate(words))


def test_words_are_told_and_drawn(
    run_command: RunCommand,
    use_grounder: UseGrounder,
    picture: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    use_grounder(WordyGrounder())
    out = tmp_path / "words.png"
    assert run_command("ground", picture, "the red button", "--json", "--words", out) == 0
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == [*_KEYS, "words"]
    assert [word["word"] for word in answer["words"]] == ["the", "red", "button"]
    assert [(word["x"], word["y"], word["score"]) for word in answer["words"]] == [
        (14, 14, 1),
        (42, 14, 1),
        (70, 14, 1),
    ]
    assert sum(word["share"] for word in answer["words"]) == pytest.approx(1)
    with Image.open(out) as drawn:
        assert drawn.width >= 300
        assert drawn.height > 200
    assert run_command("ground", picture, "the red button", "--words", out) == 0
    assert str(out) in capsys.readouterr().out


def test_a_model_that_scores_no_words_says_so_before_it_looks_further(
    grounder: FakeGrounder, run_command: RunCommand, picture: Path, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match="does not score the words") as caught:
        run_command("ground", picture, "red", "--words", tmp_path / "words.png")
    assert "FocusUI" in caught.value.hint
    assert not grounder.asked
    assert grounder.is_closed
    with pytest.raises(UsageError, match="no folder"):
        run_command("ground", picture, "red", "--words", tmp_path / "missing" / "words.png")


def test_why_is_told_in_words_and_in_json(
    grounder: FakeGrounder, run_command: RunCommand, picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command("ground", picture, "red", "--why", "60,45") == 0
    assert 'This is "red", which was chosen' in capsys.readouterr().out
    assert run_command("ground", picture, "red", "--why", "290,195", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == [*_KEYS, "why"]
    assert answer["why"]["is_kept"] is False
    assert answer["why"]["nearest"]["label"] == "red"


def test_why_outside_of_the_picture_is_refused_before_anything_is_asked(
    grounder: FakeGrounder, run_command: RunCommand, picture: Path
) -> None:
    with pytest.raises(InputError, match=r"300, 5 is outside .*") as caught:
        run_command("ground", picture, "red", "--why", "300,5")
    assert "300×200" in caught.value.hint
    assert not grounder.asked


@pytest.mark.parametrize("point", ["5", "5,", "a,b", "1,2,3", ""])
def test_why_needs_a_point(
    run_command: RunCommand, picture: Path, point: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run_command("ground", picture, "red", "--why", point)
    assert "write it as 120,45" in capsys.readouterr().err


def test_second_looks_are_told_in_words_and_in_json(
    grounder: FakeGrounder, run_command: RunCommand, picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command("ground", picture, "the green button", "--refine") == 3
    assert "Looked again, phrasings: it was not found ->" in capsys.readouterr().out
    assert run_command("ground", picture, "red", "--refine", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == [*_KEYS, "refinement"]
    assert answer["refinement"]["first_point"] == {"x": 60.0, "y": 45.0}
    assert grounder.is_closed


def test_second_looks_go_with_a_batch(grounder: FakeGrounder, run_command: RunCommand, picture: Path) -> None:
    lines, out = picture.parent / "in.jsonl", picture.parent / "out.jsonl"
    lines.write_text(json.dumps({"id": 1, "image": picture.name, "instruction": "the green button"}))
    assert run_command("ground", "--batch", lines, "--out", out, "--refine") == 0
    assert len(grounder.asked) > 1
    assert json.loads(out.read_text())["rejected"]


def test_the_screen_is_captured_and_let_go(
    grounder: FakeGrounder, run_command: RunCommand, capture: FakeCapture, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command("ground", "screen", "blue", "--json", "--monitor", "0") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["point"] == {"x": 170.0, "y": 40.0}
    assert answer["timings_ms"]["capture"] == 12.5
    assert answer["timings_ms"]["total"] >= 12.5
    assert capture.is_closed


def test_a_wrong_monitor_is_told_and_the_screen_let_go(
    grounder: FakeGrounder, run_command: RunCommand, capture: FakeCapture
) -> None:
    with pytest.raises(UsageError, match="no monitor 7"):
        run_command("ground", "screen", "blue", "--monitor", "7")
    assert capture.is_closed


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        ([], "picture is missing"),
        (["screen.png"], "instruction is missing"),
        (["screen.png", "red", "--monitor", "0"], "--monitor goes with the screen"),
        (["--batch", "in.jsonl"], "belong together"),
        (["--out", "out.jsonl"], "belong together"),
        (["screen.png", "--batch", "a", "--out", "b"], "IMAGE cannot be combined"),
        (["--batch", "a", "--out", "b", "--why", "1,2"], "--why cannot be combined"),
        (["--batch", "a", "--out", "b", "--monitor", "0", "--json"], "--json, --monitor cannot be combined"),
        (["--batch", "a", "--out", "b", "--words", "w.png"], "--words cannot be combined"),
    ],
)
def test_wrong_usage_is_told(
    run_command: RunCommand, picture: Path, monkeypatch: pytest.MonkeyPatch, argv: list[str], message: str
) -> None:
    monkeypatch.chdir(picture.parent)
    with pytest.raises(UsageError, match=message) as caught:
        run_command("ground", *argv)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("image", "instruction"),
    [("missing.png", "red"), (".", "red"), ("screen.png", "  "), ("screen.png", "x" * 102_400)],
)
def test_bad_input_is_refused_before_a_model_is_loaded(
    run_command: RunCommand, picture: Path, monkeypatch: pytest.MonkeyPatch, image: str, instruction: str
) -> None:
    def load(_name: str) -> Any:
        raise AssertionError("loaded")

    monkeypatch.setattr("model.grounder.load_grounder", load)
    with pytest.raises(InputError) as caught:
        run_command("ground", picture.parent / image, instruction)
    assert caught.value.hint


def test_unknown_model_is_told(run_command: RunCommand, picture: Path) -> None:
    with pytest.raises(UsageError, match="no grounding model"):
        run_command("ground", picture, "red", "--model", "gpt")


def _replace_heatmap(monkeypatch: pytest.MonkeyPatch, save_heatmap: Any) -> None:
    """Qt draws it; what it draws is not the business of the command line."""
    module = ModuleType("app.heatmap")
    module.save_heatmap = save_heatmap  # type: ignore[attr-defined] - made a line above
    monkeypatch.setitem(sys.modules, "app.heatmap", module)
